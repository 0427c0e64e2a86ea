"""These tests stay on this machine."""

from hanse_harvesters.testing.network import connections, patient

__all__ = ["connections", "patient"]
