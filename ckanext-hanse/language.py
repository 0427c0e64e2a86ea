"""Which language a reader gets, and our texts in it where no request sets one.

One rule, the core's (:mod:`hanse_schemas.language`): the reader's own where there is a catalogue
for it, else the site's (``ckan.locale_default``), else English.  Texts are English in the code;
other languages stand in ``i18n``.  Pages and answers of the API take CKAN's ``_``, whose
catalogue holds ours too; commands, mails, webhooks, reports and notes take :func:`texts`.
A text that has an id bears it as its context (msgctxt).  Contexts are asked for in Python alone:
``_`` and ``ungettext``, which CKAN gives to plugins, take none.
"""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import lang
from flask import Flask, has_request_context
from flask_babel import get_babel

from hanse_harvesters.texts import Domain, Texts, added_folders

__all__ = [
    "DOMAIN",
    "N_",
    "Texts",
    "install",
    "languages",
    "of_data",
    "of_page",
    "of_site",
    "texts_in",
]

#: The extension's own texts.
DOMAIN = Domain("ckanext-hanse", Path(__file__).parent / "i18n")
#: Those in the language that a reader of another gets: ``texts_in("de_AT").gettext("Name")``.
texts_in = DOMAIN.texts
#: Those that there are catalogues for, and English.
languages = DOMAIN.languages


def of_site() -> str:
    """The site's own (``ckan.locale_default``): what commands speak."""
    return DOMAIN.supported(str(tk.config["ckan.locale_default"]))


def of_page() -> str:
    """The page's; outside a request the site's."""
    return DOMAIN.supported(str(lang() or "")) if has_request_context() else of_site()


def of_data() -> str:
    """Of words in datasets that name none: the site's, whether our own texts are in it or not."""
    return str(tk.config["ckan.locale_default"])


def install(app: Flask) -> None:
    """Let pages too find the catalogues in the folders of ``$HANSE_I18N``, before all others."""
    babel = get_babel(app)
    for folder in reversed(added_folders()):  # the last one prevails
        babel.translation_directories.append(folder)
        babel.default_domain += f";{DOMAIN.name}"


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is looked up where it is said."""
    return text
