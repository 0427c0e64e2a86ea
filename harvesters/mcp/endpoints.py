"""Endpoints of the site that are no actions: SPARQL, and the feed of changes.

A site may have neither; the error then tells plainly that it is not available there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from lxml import etree

from hanse_harvesters.errors import StopRun
from hanse_harvesters.mcp.catalogue import Catalogue, Document, NotOffered
from hanse_harvesters.mcp.quoted import clean, link, marked, visible

Found = dict[str, Any]

#: Rows of a table, characters of a value and of RDF, bytes of a query.
MOST_ROWS, LONGEST_VALUE, LONGEST_RDF, LONGEST_QUERY = 200, 1000, 20_000, 8_000
_JSON, _TURTLE, _ATOM = "application/sparql-results+json", "text/turtle", "application/atom+xml"
_A, _AT = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"


def sparql(catalogue: Catalogue, query: str) -> Found:
    """Return the table (``columns``, rows below ``quoted``), truth value or RDF of a query.

    Raises NotOffered where there is no endpoint, StopRun with the endpoint's words.
    """
    if len(query.encode()) > LONGEST_QUERY:
        raise StopRun("mcp-query-long", most=LONGEST_QUERY)
    accept = f"{_JSON}, {_TURTLE};q=0.9"
    try:
        answer = catalogue.document("sparql", accept, query=query)
    except NotOffered as error:
        raise NotOffered("mcp-no-sparql") from error
    as_of = {"as_of": answer.modified} if answer.modified else {}
    if answer.media_type == _TURTLE:
        text = visible(answer.decode("utf-8", "replace"))
        return as_of | {"cut": len(text) > LONGEST_RDF} | marked(turtle=text[:LONGEST_RDF])
    return as_of | _table(answer, catalogue.url)


def _table(answer: Document, where: str) -> Found:
    try:
        found = json.loads(answer)
        if "boolean" in found:
            return {"boolean": bool(found["boolean"])}
        columns = [clean(name, 80) for name in found["head"]["vars"]]
        rows = found["results"]["bindings"]
        shown = [[_value(row.get(name)) for name in columns] for row in rows[:MOST_ROWS]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StopRun("mcp-odd", where=where) from error
    return {
        "columns": columns,
        "count": len(rows),
        "cut": len(rows) > MOST_ROWS,
        **marked(rows=shown),
    }


def _value(binding: Mapping[str, Any] | None) -> str | None:
    return clean(binding["value"], LONGEST_VALUE) if binding else None


def changes(catalogue: Catalogue, since: str, most: int) -> Found:
    """Return ``since``, ``changes`` (oldest first, at most ``most``) and ``more``.

    A change: ``id`` of the dataset, ``address``, ``when``, ``deleted``, below ``quoted`` its title.
    ``since``: ISO 8601; a time without a zone is UTC.  Raises NotOffered, StopRun.
    """
    moment = _moment(since)
    try:
        answer = catalogue.document("changes", _ATOM, since=moment)
    except NotOffered as error:
        raise NotOffered("mcp-no-changes") from error
    found = sorted(_entries(answer, catalogue.url), key=lambda item: str(item["when"]))
    return {"since": moment, "changes": found[:most], "more": len(found) > most}


def _moment(since: str) -> str:
    try:
        moment = datetime.fromisoformat(since.strip())
    except ValueError:
        raise StopRun("mcp-no-time", value=since[:80]) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")


def _entries(answer: Document, where: str) -> Iterator[Found]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        feed = etree.fromstring(bytes(answer), parser)
    except etree.XMLSyntaxError as error:
        raise StopRun("mcp-odd", where=where) from error
    if feed.tag != f"{_A}feed":
        raise StopRun("mcp-odd", where=where)
    for entry in feed.iterchildren(f"{_A}entry"):
        href = next((item.get("href") for item in entry.iterchildren(f"{_A}link")), "")
        yield {
            "id": _id(entry.findtext(f"{_A}id")),
            "address": link(href),
            "when": clean(entry.findtext(f"{_A}updated"), 40),
            "deleted": False,
            **marked(title=clean(entry.findtext(f"{_A}title"))),
        }
    for entry in feed.iterchildren(f"{_AT}deleted-entry"):
        yield {
            "id": _id(entry.get("ref")),
            "address": "",
            "when": clean(entry.get("when"), 40),
            "deleted": True,
            **marked(),
        }


def _id(iri: str | None) -> str:
    """Return the last step of an entry's IRI, which is the dataset's id or name."""
    return clean(iri, 400).rstrip("/").replace(":", "/").rpartition("/")[2]
