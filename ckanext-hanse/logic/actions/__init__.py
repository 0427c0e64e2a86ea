"""Actions of the extension, a module a subject."""
