"""Files of the operator for maps: borders, and tiles of which a browser asks for ranges."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, g, send_file

from ckanext.hanse.presentation import maps

hanse_maps = Blueprint("hanse_maps", __name__)


@hanse_maps.route("/map/borders.json")
def borders() -> Response:
    """Return the GeoJSON file of ``hanse.map.borders``; 404 without one."""
    return _sent(maps.borders(), "application/geo+json")


@hanse_maps.route("/map/tiles.pmtiles")
def tiles() -> Response:
    """Return the file of ``hanse.map.pmtiles``, or the range that is asked for."""
    return _sent(maps.pmtiles(), "application/vnd.pmtiles")


def _sent(layer: maps.Layer | None, media_type: str) -> Response:
    if layer is None:
        tk.abort(404)
    g.hanse_kept_seconds = 3600
    answer: Response = send_file(Path(layer.place).resolve(), mimetype=media_type, conditional=True)
    return answer
