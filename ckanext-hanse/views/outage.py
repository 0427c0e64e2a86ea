"""What a page says while Solr does not answer."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError, SolrConnectionError
from flask import Blueprint, request

log = logging.getLogger(__name__)

hanse_outage = Blueprint("hanse_outage", __name__)


@hanse_outage.app_errorhandler(SearchError)
@hanse_outage.app_errorhandler(SolrConnectionError)
def no_answer(error: Exception) -> tuple[str, int]:
    """Return 503 with a sentence instead of the page; the home page keeps cities and themes."""
    log.error("%s needs Solr: %s", request.path, error)
    if request.endpoint == "home.index":
        return tk.render("home/index.html"), 503
    return tk.render("error_document_template.html", {"code": 503}), 503
