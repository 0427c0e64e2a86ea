"""Map JSON records to datasets of our schema by a table: field ← path of the value.

The tables of our own kinds are in ``schemas/mappings``; a source of kind ``json`` brings its own.
"""

from hanse_harvesters.mapping.jsontable.path import JsonPath
from hanse_harvesters.mapping.jsontable.reader import identity, origin, read
from hanse_harvesters.mapping.jsontable.table import JsonTable

__all__ = ["JsonPath", "JsonTable", "identity", "origin", "read"]
