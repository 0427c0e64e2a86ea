"""Judging by SHACL: the table's shapes, the official ones of the operator's folder, HVD."""
