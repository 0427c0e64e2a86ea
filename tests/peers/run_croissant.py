"""Validate Croissant by mlcroissant; runs in an environment of its own.

``python run_croissant.py FILE…``: prints a JSON object a line, ``{"errors", "warnings", "files"}``:
what mlcroissant says of the document, and the addresses it would load.
"""

import json
import sys

import mlcroissant


def told(path: str) -> dict:
    """Return what is said of one document; an error ends its reading."""
    try:
        dataset = mlcroissant.Dataset(jsonld=path)
    except Exception as error:  # whatever the reader stumbles over is what is asked for
        return {"errors": [f"{type(error).__name__}: {error}"], "warnings": [], "files": []}
    issues = dataset.metadata.ctx.issues
    files = [item.content_url for item in dataset.metadata.file_objects]
    return {"errors": list(issues.errors), "warnings": list(issues.warnings), "files": files}


for _path in sys.argv[1:]:
    print(json.dumps(told(_path)))
