"""A search past CKAN's: what everybody may see, with few fields of many datasets, or counts."""

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
    site = f'+site_id:"{tk.config["ckan.site_id"]}" +entity_type:package +state:active'
    every = [f"{site} +capacity:public +dataset_type:dataset", *filters]
    connection = make_connection(decode_dates=False)
    connection.timeout = settings.index_timeout()
    try:
        return connection.search("*:*", fq=every, **{"q.op": "AND", "defType": "lucene"}, **asked)
    except (pysolr.SolrError, OSError) as error:
        raise SearchError(str(error)) from error
