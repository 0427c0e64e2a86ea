"""Prepares what pages show before a template renders it: labels for codes, safe links, counts."""
