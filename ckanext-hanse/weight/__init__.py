"""What a page weighs: only the files it needs, joined, kept by browsers, compressed."""

from __future__ import annotations

from flask import Flask

from ckanext.hanse.weight import page
from ckanext.hanse.weight.compression import Compression


def install(app: Flask) -> None:
    """Install both; called after the page cache, whose pages are compressed on their way out."""
    app.after_request(page.lighten)
    app.wsgi_app = Compression(app.wsgi_app)  # type: ignore[method-assign]
