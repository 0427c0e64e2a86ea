"""Processes that share the work of a run: some separate the records, others map them."""
