"""Datasets that several portals have: one entry in the catalogue, all origins kept."""
