"""Actions of the extension, one module per subject."""
