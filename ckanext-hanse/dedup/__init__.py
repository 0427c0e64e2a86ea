"""Datasets that several portals have: one entry, all origins kept."""
