"""The harvesting core: source, fetch, parse, map, normalise, judge, compare.

Independent of CKAN, Flask and any database; ``ckanext.hanse`` builds on it.
"""

#: Version of the whole distribution (setup.py); part of the user agent.
__version__ = "0.1.0"
