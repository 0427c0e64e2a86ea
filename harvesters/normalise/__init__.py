"""Normalisers: a dataset as a portal wrote it → the spellings this catalogue uses.

Unknown values stay as they came and are said; nothing is lost without an
issue that holds it.  Normalising twice changes nothing.
"""

from hanse_harvesters.normalise.line import normalise

__all__ = ["normalise"]
