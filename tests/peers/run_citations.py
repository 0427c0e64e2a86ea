"""Read citations by others' readers; runs in an environment of its own.

``python run_citations.py NAME.bib NAME.ris NAME.json``: prints a JSON object of what pybtex, rispy
and citeproc-py have understood: title, authors, year and address by each.
"""

import json
import sys
from pathlib import Path

import rispy
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string

bib, ris, csl = (Path(name).read_text(encoding="utf-8") for name in sys.argv[1:4])

((_, entry),) = parse_string(bib, "bibtex").entries.items()
(record,) = rispy.loads(ris)
items = json.loads(csl)
source = CiteProcJSON(items)
library = CitationStylesBibliography(
    CitationStylesStyle("harvard-cite-them-right", validate=False), source, formatter.plain
)
library.register(Citation([CitationItem(items[0]["id"])]))

print(
    json.dumps(
        {
            "pybtex": {
                "title": entry.fields["title"],
                "authors": [str(person) for person in entry.persons.get("author", [])],
                "year": entry.fields.get("year", ""),
                "url": entry.fields["url"],
            },
            "rispy": {
                "title": record["title"],
                "authors": record.get("authors", []),
                "year": record.get("year", ""),
                "url": record["urls"][0],
            },
            "citeproc": "".join(str(part) for part in library.bibliography()[0]),
        }
    )
)
