"""Defaults, the cities (``sources.yaml``), ``ckan.ini`` fragments, services."""
