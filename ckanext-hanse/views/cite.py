"""The citation of a dataset as a file for reference managers: BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from ckanext.hanse import language
from ckanext.hanse.export.citation import FORMATS
from ckanext.hanse.presentation import described
from ckanext.hanse.views.described import answer, asked_for

hanse_cite = Blueprint("hanse_cite", __name__)


@hanse_cite.route(f"/dataset/<name>/citation.<any({','.join(FORMATS)}):ending>")
def citation(name: str, ending: str) -> Any:
    """Return the citation; browsers hand the file to the program that is set up for it."""
    dataset = asked_for(name)
    if isinstance(dataset, Response):
        return dataset
    kind = FORMATS[ending]
    made = answer(
        dataset, kind.write(described.description(dataset, language.of_page())), kind.media_type
    )
    made.headers["Content-Disposition"] = f'attachment; filename="{dataset["name"]}.{ending}"'
    return made
