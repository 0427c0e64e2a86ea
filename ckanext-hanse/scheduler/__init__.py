"""Scheduled runs of sources, and the worker that executes them."""
