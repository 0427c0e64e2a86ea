"""These tests stay on this machine."""

from portals.network import connections, patient

__all__ = ["connections", "patient"]
