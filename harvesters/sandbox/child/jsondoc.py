"""JSON that is not JSON-LD: responses of CKAN's action API, and errors in JSON."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from hanse_harvesters.sandbox.child import content
from hanse_harvesters.sandbox.child.lines import Writer

_NAMES = ("id", "name", "type")
_LINKED = {"@context", "@graph", "@id", "@type", "@set"}


#: A string, or a trailing comma.
_COMMAS = re.compile(r'"(?:[^"\\]|\\.)*+"|,(?=\s*[}\]])', re.S)
_CONTROL = re.compile(r"[\x00-\x1f]")
#: Digits of a number that Python reads at most (4,300), and more than any number has.
_DIGITS = 4_000
#: Kinds of repairs, as they are reported.
NUMBER, COMMA, CHARACTER, TWICE = "NaN, Infinity", ",", "control character", "duplicate key"


def load(text: str) -> tuple[Any, Counter[str]]:
    """Parse JSON; return the document, and the repairs made: kind → number.

    Numbers that JSON does not have (NaN, Infinity, 1e999) become null, as databases do not
    accept them.  Trailing commas and raw control characters are harmless and accepted.
    Raises ValueError with line and column for invalid JSON.
    """
    odd: Counter[str] = Counter()
    try:
        return tolerant(odd, strict=True).decode(text), odd
    except ValueError:
        less, odd = without_commas(text)
        return tolerant(odd).decode(less), odd


def tolerant(
    odd: Counter[str],
    *,
    strict: bool = False,
    pairs: Callable[[list[tuple[str, Any]]], Any] | None = None,
) -> json.JSONDecoder:
    """Return a decoder that reads invalid numbers as null, and counts them in ``odd``.

    ``pairs``  makes an object of its keys and values.
    """

    def constant(_: str) -> None:
        odd[NUMBER] += 1

    def real(digits: str) -> float | None:
        value = float(digits)
        if math.isfinite(value):
            return value
        odd[NUMBER] += 1
        return None

    def whole(digits: str) -> int | None:
        if len(digits) <= _DIGITS:
            return int(digits)
        odd[NUMBER] += 1
        return None

    return json.JSONDecoder(
        parse_constant=constant,
        parse_float=real,
        parse_int=whole,
        strict=strict,
        object_pairs_hook=pairs,
    )


def counting(odd: Counter[str]) -> Callable[[list[tuple[str, Any]]], Any]:
    """Return what makes an object of its keys and values, and counts keys given twice."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            odd[TWICE] += len(items) - len(found)
        return found

    return pairs


def without_commas(text: str) -> tuple[str, Counter[str]]:
    """Return the text without trailing commas, and the repairs needed."""
    odd: Counter[str] = Counter()

    def one(found: re.Match[str]) -> str:
        token = found[0]
        if token == ",":
            odd[COMMA] += 1
            return ""
        if _CONTROL.search(token):
            odd[CHARACTER] += 1
        return token

    return _COMMAS.sub(one, text), odd


def is_linked_data(document: Any) -> bool:
    """Return whether this is JSON-LD: keywords at the top level or in a list's first node."""
    if isinstance(document, list):
        document = next((item for item in document if isinstance(item, dict)), {})
    return isinstance(document, Mapping) and bool(_LINKED.intersection(document))


#: In a context, or in what a document says it conforms to, of DCAT-US.
_US = re.compile(r"project-open-data|dcat-us", re.I)
_US_CONTEXT = re.compile(r'"@context"\s*:\s*"[^"]*(?:project-open-data|dcat-us)', re.I)
_US_ENTRY = re.compile(r'"dataset"\s*:\s*\[\s*\{.*?"accessLevel"', re.S)
#: Lists of datasets in a catalogue of DCAT-US, and what an entry of one has besides its title.
_US_LISTS = ("dataset", "datasetSeries", "catalog", "service")
_US_KEYS = {"accessLevel", "distribution", "publisher", "contactPoint"}


def starts_as_data_json(start: str) -> bool:
    """Return whether a document that is not read whole begins like a ``data.json``."""
    return bool(_US_CONTEXT.search(start[:1000]) or _US_ENTRY.search(start))


def is_data_json(document: Any) -> bool:
    """Return whether this is a ``data.json`` (DCAT-US, as written by DKAN and ArcGIS Hub).

    A document that brings its own context is JSON-LD, whatever its keys are.
    """
    if isinstance(document, list):
        return any(_of_data_json(item) for item in document[:3])
    if not isinstance(document, dict) or _has_context(document.get("@context")):
        return False
    if _of_data_json(document) and "distribution" in document:
        return True  # a single dataset
    lists = [value for key in _US_LISTS if isinstance(value := document.get(key), list)]
    named = json.dumps([document.get("@context"), document.get("conformsTo")])
    return bool(lists and _US.search(named)) or any(
        _of_data_json(item) for items in lists[:1] for item in items[:3]
    )


def _has_context(context: Any) -> bool:
    """Return whether names are explained in the document itself."""
    parts = context if isinstance(context, list) else [context]
    return any(isinstance(part, dict) for part in parts)


def _of_data_json(item: Any) -> bool:
    """Return whether the keys are those of DCAT-US, which have neither prefix nor context."""
    return isinstance(item, dict) and "title" in item and bool(_US_KEYS & item.keys())


def describe(document: Any, emit: Writer, left_out: frozenset[str]) -> None:
    """Write the packages of a CKAN response, one by one, after a ``head`` with its kind.

    Each is sent with the facts that its source needs: ``id``, ``name``, ``type``, ``uri`` (as
    ckanext-dcat stores it) and ``digest``, of its content without the keys ``left_out``.

    Heads: ``{"kind": "search", "count": …}`` (``odd_count`` for an invalid count),
    ``package``, ``packages`` (a list), ``error`` (with ``error``) and ``other`` (with ``keys``).
    """
    head, packages = _open(document)
    emit("head", head)
    for package in packages:
        if isinstance(package, dict):
            emit.package(facts(package, left_out), content.text(package))
        else:
            emit("odd", json.dumps(package)[:300])


def facts(package: dict[str, Any], left_out: frozenset[str]) -> dict[str, Any]:
    """Return the facts about a package described in :func:`describe`."""
    return {**names(package), "digest": content.digest(package, left_out)}


def names(package: dict[str, Any]) -> dict[str, str]:
    """Return ``id``, ``name``, ``type`` and ``uri`` of a package, as far as it has them."""
    found = {key: package[key] for key in _NAMES if isinstance(package.get(key), str)}
    return {**found, "uri": _uri(package)}


def _uri(package: dict[str, Any]) -> str:
    """Return the dataset's own IRI, if the portal stores one (as ckanext-dcat does)."""
    extras = package.get("extras")
    pairs = [item for item in extras if isinstance(item, dict)] if isinstance(extras, list) else []
    values = [package.get("uri"), *(p.get("value") for p in pairs if p.get("key") == "uri")]
    return next((v.strip() for v in values if isinstance(v, str) and v.strip()), "")


def _open(document: Any) -> tuple[dict[str, Any], list[Any]]:
    if isinstance(document, list):
        if any(_is_package(item) for item in document[:20]):
            return {"kind": "packages"}, document
        return {"kind": "other", "keys": []}, []
    if not isinstance(document, dict):
        return {"kind": "other", "keys": []}, []
    if document.get("success") is False or (
        "error" in document and "result" not in document and not _is_package(document)
    ):
        return {"kind": "error", "error": _words(document.get("error"))}, []
    result = document.get("result") if "result" in document else document
    if isinstance(result, list) and len(result) == 1 and isinstance(result[0], list):
        result = result[0]  # DKAN's current_package_list_with_resources
    if isinstance(result, dict) and _is_search(result, wrapped=result is not document):
        count = _count(result.get("count"))
        head = {"kind": "search", "count": count}
        if count is None and result.get("count") is not None:
            head["odd_count"] = json.dumps(result["count"], ensure_ascii=False)[:100]
        return head, result["results"]
    if isinstance(result, list) and any(_is_package(item) for item in result[:20]):
        return {"kind": "packages"}, result
    if _is_package(result):
        return {"kind": "package"}, [result]
    return {"kind": "other", "keys": sorted(map(str, document))[:20]}, []


def _is_search(value: dict[str, Any], *, wrapped: bool) -> bool:
    """Return whether it is the result of CKAN's search; others' also have ``results``.

    ``wrapped``  whether it stands in ``result``, as CKAN's action API has it.
    """
    results = value.get("results")
    if not isinstance(results, list):
        return False
    objects = [item for item in results[:20] if isinstance(item, dict)]
    return wrapped or not objects or any(map(_is_package, objects))


def _is_package(value: Any) -> bool:
    """Return whether it is a CKAN package: an id or name, and resources, or title and notes."""
    if not isinstance(value, dict) or not ("name" in value or "id" in value):
        return False
    return isinstance(value.get("resources"), list) or ("title" in value and "notes" in value)


#: More datasets than any portal has; larger numbers do not fit into databases either.
_MOST = 10**9


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 11:
        value = int(value)  # a number as text
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < _MOST else None


def _words(error: Any) -> str:
    if isinstance(error, dict):
        message = error.get("message")
        if isinstance(message, str) and message:
            return message[:300]
    if isinstance(error, str):
        return error[:300]
    return json.dumps(error, ensure_ascii=False)[:300] if error else ""
