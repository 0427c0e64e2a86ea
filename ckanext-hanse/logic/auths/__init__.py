"""Auth functions of the actions, one module per subject."""
