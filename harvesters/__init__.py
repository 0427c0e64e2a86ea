"""The harvesting core: source, fetch, parse, map, normalise, judge, compare.

No CKAN, Flask or database in here; ``ckanext.hanse`` builds on it.
"""

#: Of the whole distribution (setup.py); part of the user agent.
__version__ = "0.1.0"
