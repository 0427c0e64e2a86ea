"""Processes that work for this one: how they start, talk, and end; whom a crash is put down to."""
