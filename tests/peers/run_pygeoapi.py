"""Serve records by a pygeoapi; runs in pygeoapi's own environment.

``python run_pygeoapi.py FOLDER``: a collection for each of FOLDER's ``*.tinydb``; prints the port.
"""

import json
import os
import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

SERVER = {
    "bind": {"host": "127.0.0.1", "port": 80},
    "url": "http://127.0.0.1",
    "mimetype": "application/json; charset=UTF-8",
    "encoding": "utf-8",
    "language": "de-DE",
    "limits": {"default_items": 2, "max_items": 3},
    "map": {"url": "https://karte.stadt.example/{z}/{x}/{y}.png", "attribution": "-"},
}
METADATA = {
    "identification": {
        "title": "Metadaten",
        "description": "Records of a test",
        "keywords": ["catalogue"],
        "keywords_type": "theme",
        "terms_of_service": "https://stadt.example/",
        "url": "https://stadt.example/",
    },
    "license": {"name": "-", "url": "https://stadt.example/"},
    "provider": {"name": "Test", "url": "https://stadt.example/"},
    "contact": {"name": "Test", "email": "test@stadt.example", "url": "https://stadt.example/"},
}


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, *_):
        """Do nothing."""


def collection(file):
    """Return the configuration of a collection of records."""
    provider = {
        "type": "record",
        "name": "TinyDBCatalogue",
        "data": str(file),
        "id_field": "externalId",
        "time_field": "created",
        "title_field": "title",
    }
    return {
        "type": "collection",
        "title": file.stem,
        "description": file.stem,
        "keywords": ["metadata"],
        "links": [],
        "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
        "providers": [provider],
    }


def main(folder):
    """Serve until the process is ended."""
    resources = {file.stem: collection(file) for file in sorted(Path(folder).glob("*.tinydb"))}
    logging = {"level": "ERROR"}
    config = {
        "server": SERVER, "logging": logging, "metadata": METADATA, "resources": resources,
    }  # fmt: skip
    written, openapi = Path(folder, "pygeoapi.yml"), Path(folder, "openapi.json")
    written.write_text(json.dumps(config), encoding="utf-8")  # JSON is YAML
    os.environ["PYGEOAPI_CONFIG"] = str(written)
    os.environ["PYGEOAPI_OPENAPI"] = str(openapi)
    from pygeoapi.openapi import get_oas

    openapi.write_text(json.dumps(get_oas(config)), encoding="utf-8")
    from pygeoapi.flask_app import APP

    with make_server("127.0.0.1", 0, APP, handler_class=Quiet) as server:
        print(server.server_port, file=sys.__stdout__, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
