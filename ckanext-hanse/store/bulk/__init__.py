"""The bulk writer: chunks of records, one database transaction and one Solr request each.

It stores what ``package_create`` and ``package_update`` would store; a test compares the
two.  Unusual datasets (:class:`NotBulkable`) it passes to the plain writer.
"""

from __future__ import annotations


class NotBulkable(Exception):
    """A dataset that the bulk writer does not cover; the plain writer stores it through CKAN."""
