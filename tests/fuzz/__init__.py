"""Records that nobody would send, through the whole line: ``make fuzz``."""
