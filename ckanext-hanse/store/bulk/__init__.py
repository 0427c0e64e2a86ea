"""The bulk writer: chunks of records, one database transaction and one Solr request each.

It stores what ``package_create`` and ``package_update`` would store; a test holds both
side by side.  What is out of the ordinary (:class:`NotBulkable`) it hands to the plain writer.
"""

from __future__ import annotations


class NotBulkable(Exception):
    """A dataset that the short ways below do not cover; CKAN's own way knows what to do with it."""
