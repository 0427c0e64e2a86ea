"""The language in which texts of the core are shown: German or English."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import lang
from flask import has_request_context


def of_site() -> str:
    """The site's own (``ckan.locale_default``): what commands speak."""
    return _known(tk.config["ckan.locale_default"])


def of_page() -> str:
    """The page's; outside a request the site's."""
    return _known(lang()) if has_request_context() else of_site()


def _known(locale: object) -> str:
    return "de" if str(locale).startswith("de") else "en"
