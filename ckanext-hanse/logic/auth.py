"""Empty until its first function."""
