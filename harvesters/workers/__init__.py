"""Processes that share the work of a run: records separated by some, mapped by others."""
