"""Types Wismar's entries without a file of their own list into the catalogue: ``typed.py INI``.

They belong to the data officer, as if she had filled in the form.  What is there already, even
changed or deleted since, is left alone.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:  # run as a script, without an installation
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    __package__ = "portals.cities"

from portals.cities import lists
from portals.cities.model import Dataset

OFFICER = "wismar-daten"
_AUTHORITY = "http://publications.europa.eu/resource/authority"


def entry(item: Dataset) -> dict[str, Any]:
    """A dataset as the form gives it."""
    licence = f"http://dcat-ap.de/def/licenses/{item.licence}"
    return {
        "name": f"wismar-{item.key.replace('_', '-')}",
        "title": item.title,
        "notes": item.notes,
        "owner_org": "wismar",
        "theme": [f"{_AUTHORITY}/data-theme/{code}" for code in item.topic.themes],
        "tags": [{"name": word} for word in item.topic.keywords],
        "publisher": [{"name": item.city.full}],
        "contact": [{"name": item.department, "email": item.email}],
        "frequency": f"{_AUTHORITY}/frequency/{item.topic.frequency}",
        "modified": str(item.modified.date()),
        "resources": [
            {
                "url": f"https://daten.wismar.example{file.path}",
                "name": file.title,
                "format": file.format,
                "license": licence,
            }
            for file in item.files
        ],
    }


def main(ini: str) -> None:
    """Make what is missing."""
    from ckan import model
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app
    from ckan.plugins import toolkit

    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined]
        for item in lists.typed():
            wanted = entry(item)
            if model.Package.get(wanted["name"]) is None:
                toolkit.get_action("package_create")({"user": OFFICER}, wanted)


if __name__ == "__main__":
    main(sys.argv[1])
