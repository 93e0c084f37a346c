"""What earlier runs learned or counted, and the identities that decide whether it still holds."""
