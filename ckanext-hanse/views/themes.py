"""The page of each theme of the EU: what the cities publish of it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint

from ckanext.hanse import language
from ckanext.hanse.presentation import themes

hanse_themes = Blueprint("hanse_themes", __name__)


@hanse_themes.route("/thema")
@hanse_themes.route("/thema/")
@hanse_themes.route("/theme")
@hanse_themes.route("/theme/")
def every() -> Any:
    """Redirect to the list of all themes, which stands on the home page."""
    return tk.redirect_to("home.index", _anchor="home-themes")


@hanse_themes.route("/theme/<code>")
def in_english(code: str) -> Any:
    """Redirect the English name of a page to its address."""
    return tk.redirect_to("hanse_themes.show", code=themes.code_of(code) or code)


@hanse_themes.route("/thema/<code>")
def show(code: str) -> Any:
    """Show a theme: text, number of datasets, newest ones, model datasets."""
    known = themes.code_of(code)
    if not known:
        return tk.abort(404, tk._("There is no such theme"))
    if known != code:  # in lower case, or its name
        return tk.redirect_to("hanse_themes.show", code=known)
    lang = language.of_page()
    return tk.render("hanse/theme.html", {"found": themes.page(code, lang), "lang": lang})
