"""Normalisers: a dataset as a portal wrote it → the spellings that this catalogue uses.

Unknown values are kept and reported; nothing is lost without an issue that contains
it.  Normalising is idempotent.
"""

from hanse_harvesters.normalise.line import normalise

__all__ = ["normalise"]
