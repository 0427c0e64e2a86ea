"""German and English search on Solr: indexing and queries.

The configset is ``config/services/solr/conf``.  Compounds, synonyms and facets
are computed here when a dataset is indexed (:mod:`.document`); a query is
short and searches fields (:mod:`.query`).
"""

from __future__ import annotations

from ckanext.hanse.search.area import with_area
from ckanext.hanse.search.document import search_fields
from ckanext.hanse.search.index import before_dataset_index
from ckanext.hanse.search.query import before_dataset_search

__all__ = ["before_dataset_index", "before_dataset_search", "search_fields", "with_area"]
