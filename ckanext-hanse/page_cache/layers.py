"""Installs the page cache and the avoidance of sessions in CKAN's application."""

from __future__ import annotations

import logging

import ckan.plugins as p
from flask import Flask

from ckanext.hanse import settings
from ckanext.hanse.page_cache import anonymous, public
from ckanext.hanse.page_cache.memory import PageMemory
from ckanext.hanse.page_cache.middleware import PageCache
from ckanext.hanse.store import page_generation

log = logging.getLogger(__name__)


def install(app: Flask) -> None:
    """Install both; called once for each application, before its first request."""
    app.context_processor(lambda: {"csrf_token": anonymous.csrf_token})
    # Functions run in reverse order, so the first one runs after CKAN's own.
    app.after_request_funcs.setdefault(None, []).insert(0, public.finish)
    limit = settings.page_bytes()
    if limit and (others := _who_else_signs_in()):
        log.warning("pages are not kept: %s may know users by other means", ", ".join(others))
        limit = 0
    cache = PageCache(app.wsgi_app, PageMemory(limit), page_generation.current)
    app.wsgi_app = cache  # type: ignore[method-assign]


def _who_else_signs_in() -> list[str]:
    """Return plugins that may identify users by something other than cookie and token."""
    return [item.name for item in p.PluginImplementations(p.IAuthenticator) if item.name != "hanse"]
