"""Endpoints of the site that are no actions: SPARQL, and the feed of changes.

A site may have neither; the error then tells plainly that it is not available there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from hanse_harvesters.errors import StopRun
from hanse_harvesters.mcp.catalogue import Catalogue, Document, NotOffered
from hanse_harvesters.mcp.quoted import clean, date, link, marked, visible

Found = dict[str, Any]

#: Rows of a table, characters of a value and of RDF, bytes of a query.
MOST_ROWS, LONGEST_VALUE, LONGEST_RDF, LONGEST_QUERY = 200, 1000, 20_000, 8_000
_JSON, _TURTLE, _FEED = "application/sparql-results+json", "text/turtle", "application/json"
#: A place in the feed, as the site names it; what may have happened to a dataset.
_CURSOR, _CHANGES = re.compile(r"[0-9a-f]{8}-[0-9]{1,18}"), ("created", "changed", "deleted")


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
    """Return ``since``, ``changes`` (in their order, at most ``most``), ``more`` and ``next``.

    A change: ``id`` of the dataset, ``address``, ``when``, ``change`` (created, changed, deleted),
    below ``quoted`` its title.  Each dataset is named once, with its last change.
    ``since``: ISO 8601, without a zone UTC; or ``next`` of an answer before, to go on behind it.
    Raises NotOffered, StopRun.
    """
    moment = _moment(since)
    try:
        answer = catalogue.document("changes", _FEED, since=moment, limit=str(most))
    except NotOffered as error:
        raise NotOffered("mcp-no-changes") from error
    try:
        found = json.loads(answer)
        listed = [_change(item) for item in found["changes"][:most]]
        more, following = bool(found["more"]), clean(found["next"], 40)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StopRun("mcp-odd", where=catalogue.url) from error
    return {"since": moment, "changes": listed, "more": more, "next": following}


def _moment(since: str) -> str:
    given = since.strip()
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        if _CURSOR.fullmatch(given):
            return given
        raise StopRun("mcp-no-time", value=since[:80]) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")


def _change(item: Mapping[str, Any]) -> Found:
    is_deleted = item["change"] == "deleted"
    return {
        "id": clean(item["id"], 100),
        "address": "" if is_deleted else link(item.get("page")),
        "when": date(item["when"]),
        "change": item["change"] if item["change"] in _CHANGES else "changed",
        **marked(title=clean(item.get("title") or item.get("name"))),
    }
