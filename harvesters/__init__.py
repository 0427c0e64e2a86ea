"""The harvesting core: source, fetch, parse, map, normalise, judge, compare.

No CKAN, Flask or database in here; ``ckanext.hanse`` builds on it.
"""
