"""Models: estimated performance (without labels) and realized performance (with labels)."""
