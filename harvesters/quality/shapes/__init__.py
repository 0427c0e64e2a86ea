"""Judging by SHACL: the table's shapes, the official ones of the operator's folder, HVD."""

from hanse_harvesters.quality.shapes.stack import Stack, Verdict, current

__all__ = ["Stack", "Verdict", "current"]
