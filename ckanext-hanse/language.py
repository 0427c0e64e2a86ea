"""Which language a reader gets, and our texts outside a request.

One rule, the core's (:mod:`hanse_schemas.language`): the reader's own where there is a catalogue
for it, else the site's (``ckan.locale_default``), else English.  Texts are English in the code;
translations are in ``i18n``.  Pages and API responses use CKAN's ``_``, whose catalogue
includes ours; commands, mails, webhooks, reports and notes use :func:`texts_in`.
A text that has an id has it as its context (msgctxt).  Contexts are looked up in Python only:
``_`` and ``ungettext``, which CKAN gives to plugins, do not support them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import lang
from flask import Flask, has_request_context
from flask_babel import force_locale, get_babel

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
    "spoken",
    "texts_in",
]

#: The extension's own texts.
DOMAIN = Domain("ckanext-hanse", Path(__file__).parent / "i18n")
#: The texts for a reader's language: ``texts_in("de_AT").gettext("Name")``.
texts_in = DOMAIN.texts
#: English and the languages that have a catalogue.
languages = DOMAIN.languages


def of_site() -> str:
    """Return the site's language (``ckan.locale_default``), which commands use."""
    return DOMAIN.supported(str(tk.config["ckan.locale_default"]))


def of_page() -> str:
    """Return the page's language; outside a request the site's."""
    return DOMAIN.supported(str(lang() or "")) if has_request_context() else of_site()


def of_data() -> str:
    """Return the language of texts in datasets that name none: always the site's."""
    return str(tk.config["ckan.locale_default"])


def spoken(language: str) -> AbstractContextManager[None]:
    """Return a context in which ``_`` translates into ``language`` instead of the page's."""
    return force_locale(DOMAIN.supported(language))


def install(app: Flask) -> None:
    """Load the catalogues in the folders of ``$HANSE_I18N`` for pages too, before all others."""
    babel = get_babel(app)
    for folder in reversed(added_folders()):  # the last one takes precedence
        babel.translation_directories.append(folder)
        babel.default_domain += f";{DOMAIN.name}"


def N_(text: str) -> str:
    """Mark a text for the catalogue; it is translated where it is used."""
    return text
