"""Searches past CKAN's, with few fields of many datasets, or counts: of what everybody may see."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
from ckan.lib.search.common import SearchError, make_connection

from ckanext.hanse import settings


def search(*filters: str, **asked: Any) -> pysolr.Results:
    """Return Solr's answer about the public datasets.

    ``filters``  in Lucene's syntax, all must fit.  ``asked``  further parameters of Solr.
    Raises SearchError if Solr does not answer.
    """
    return of_site("+capacity:public +dataset_type:dataset", *filters, **asked)


def of_site(*filters: str, **asked: Any) -> pysolr.Results:
    """Return what :func:`search` does, of private datasets too, which the caller must protect."""
    site = f'+site_id:"{tk.config["ckan.site_id"]}" +entity_type:package +state:active'
    connection = make_connection(decode_dates=False)
    connection.timeout = settings.index_timeout()
    try:
        fixed = {"q.op": "AND", "defType": "lucene", "fq": [site, *filters]}
        return connection.search("*:*", **fixed, **asked)
    except (pysolr.SolrError, OSError) as error:
        raise SearchError(str(error)) from error
