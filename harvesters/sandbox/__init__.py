"""Parsing of untrusted documents, only ever in a child process with limits."""
