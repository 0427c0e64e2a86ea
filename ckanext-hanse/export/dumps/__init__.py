"""Dumps: the whole catalogue as files, made nightly and swapped in all at once."""
