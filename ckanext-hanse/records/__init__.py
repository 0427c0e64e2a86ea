"""OGC API – Records, part 1 (OGC 20-004r1): the catalogue's datasets as records, over our search.

``asked`` reads a request, ``found`` searches, ``feature`` makes a record of a dataset,
``documents`` makes the pages around them and ``openapi`` the definition of the API;
``ckanext-hanse/views/records.py`` answers.
"""

from __future__ import annotations

COLLECTION = "datasets"
"""The only collection: all public datasets of the catalogue."""
