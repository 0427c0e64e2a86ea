"""One detection from the address to the proposed source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hanse_harvesters.detection.examine import entry, examine
from hanse_harvesters.detection.findings import Detection, Finding, Tried
from hanse_harvesters.detection.search import Search
from hanse_harvesters.detection.visit import Visit
from hanse_harvesters.errors import HanseError, StopRun
from hanse_harvesters.http import BadStatus, Client, address
from hanse_harvesters.record import Record
from hanse_harvesters.sources.detect import refusal
from hanse_harvesters.sources.places import Filter, Reason, Wish

_LONGEST_TITLE = 300
#: What stands around an address that is pasted from a text, and how a scheme is written.
_AROUND = " \t\r\n<>,;\"'„“”‚‘’»«"
_SCHEME = re.compile(r"(https?)(?::/*|/{2,})|[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def detect(
    url: str, client: Client, wish: Wish | None = None, *, organization: str = ""
) -> Detection:
    """Look for catalogues behind ``url`` and look into them.

    An address without a scheme is asked by https, and by http if there is no encryption at all.
    Raises what keeps the address itself from being asked: a refused address, no connection, a
    ``robots.txt``.
    """
    whole, wish = completed(url), wish or Wish()
    try:
        return _detect(whole, client, wish, organization)
    except StopRun as error:
        if _SCHEME.match(url.strip(_AROUND)) or not _is_unencrypted(error):
            raise
        try:
            return _detect(
                f"http{whole.removeprefix('https')}", client, wish or Wish(), organization
            )
        except StopRun:
            raise error from None


def _detect(url: str, client: Client, wish: Wish, organization: str) -> Detection:
    url = address.split(url).geturl()
    with Visit(client, url) as visit:
        found = Search(url, visit).run()
        examine(found, visit, wish, organization=organization)
    return found


def _is_unencrypted(error: StopRun) -> bool:
    """Return whether nobody answered, or not in TLS; a certificate that is wrong is an answer."""
    if error.id == "tls-failed":
        return "certificate" not in str(error.params.get("reason", "")).lower()
    return isinstance(error, BadStatus) and not error.status


def completed(url: str) -> str:
    """Return an address as people type and paste it with its scheme, ``https://`` if it has none.

    >>> completed(" <www.stadt.example/daten>, ")
    'https://www.stadt.example/daten'
    >>> completed("http//www.stadt.example")
    'http://www.stadt.example'
    """
    url = url.strip(_AROUND)
    if match := _SCHEME.match(url):
        return f"{match[1].lower()}://{url[match.end() :]}" if match[1] else url
    return f"https://{url.removeprefix('//')}" if url else url


def as_json(found: Detection, language: str) -> dict[str, Any]:
    """Return a JSON-able dict with texts in ``language``."""
    return {
        "url": found.url,
        "title": found.page.title,
        "findings": [_finding(item, found, language) for item in found.findings],
        "hints": [hint.text(language) for hint in found.hints()],
        "tried": [_tried(item, language) for item in found.tried],
        "requests": found.requests,
        "complete": not found.spent,
        "error": refusal(found).in_words(language) if not found.findings else None,
    }


def _finding(item: Finding, found: Detection, language: str) -> dict[str, Any]:
    reasons = [reason.text(language) for reason in item.reasons]
    if item.connector is not None and item.connector.merit:
        reasons.append(Reason.of(item.connector.merit).text(language))
    told: dict[str, Any] = {
        "kind": item.kind,
        "url": item.url,
        "likely": round(item.likely, 2),
        "readable": item.connector is not None and not item.is_closed,
        "closed": item.is_closed,
        "reasons": reasons,
        "count": item.count,
        "filters": [_filter(each, language) for each in item.contents.filters],
        "records": [_record(record, language) for record in item.records],
        "issues": [each.as_json(language) for each in item.issues],
        "error": item.stopped.in_words(language) if item.stopped else None,
        "advice": None,
        "entry": "",
        "source": None,
    }
    if item.advice:
        told["advice"] = _advice(item.advice, item.url, language)
    if item.settings is not None:
        told |= {"entry": entry(item.settings), "source": _source(item)}
    return told


def _source(item: Finding) -> dict[str, Any]:
    """Return the fields of the proposed source, as a form has them."""
    settings = item.settings
    assert settings is not None
    names = ("kind", "url", "title", "portal", "schedule", "language", "level")
    return {name: getattr(settings, name) for name in names} | {"options": dict(settings.options)}


def _filter(filter_: Filter, language: str) -> dict[str, Any]:
    choices = [
        {"value": each.value, "title": each.title, "count": each.count, "fits": each.fits}
        for each in filter_.choices
    ]
    return {"option": filter_.option, "label": filter_.label.text(language), "choices": choices}


def _record(record: Record, language: str) -> dict[str, Any]:
    resources = [r for r in record.dataset.get("resources") or () if isinstance(r, Mapping)]
    return {
        "identity": record.identity,
        "title": str(record.dataset.get("title") or "")[:_LONGEST_TITLE],
        "page": record.origin,
        "usable": record.usable,
        "resources": len(resources),
        "formats": list(dict.fromkeys(str(r["format"]) for r in resources if r.get("format"))),
        "licences": list(dict.fromkeys(str(r["license"]) for r in resources if r.get("license"))),
        "issues": [each.as_json(language) for each in record.issues],
    }


def _tried(item: Tried, language: str) -> dict[str, str]:
    return {"url": item.url, "why": item.error.what_in(language) if item.error else ""}


def _advice(message: str, url: str, language: str) -> dict[str, str]:
    error = HanseError(message, where=url)
    return {"what": error.what_in(language), "remedy": error.remedy_in(language)}
