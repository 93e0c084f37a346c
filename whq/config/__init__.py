"""Project, monitor and profile files, read and checked."""
