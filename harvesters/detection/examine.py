"""Look into what was found: how much there is, what it may be filtered by, the first records."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import yaml

from hanse_harvesters.detection.findings import Detection, Finding
from hanse_harvesters.detection.search import asked
from hanse_harvesters.detection.visit import Visit
from hanse_harvesters.errors import HanseError
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SITE_LANGUAGE, SourceSettings
from hanse_harvesters.sources.places import Choice, Contents, Wish

#: Records that are fetched of each finding.
SAMPLE = 5
#: Findings that are looked into.
_MOST_EXAMINED = 3
#: From this many datasets on, a source is walked once a week instead of every night.
_LARGE = 20_000
#: Hosts of catalogues of a whole country; and words of a state's.
_FEDERAL = ("govdata.de", "gdi-de.org", "bund.de", "europa.eu", "data.gov", "avoindata.fi")
_STATE = re.compile(
    r"schleswig-holstein|mecklenburg|geodaten-mv|niedersachsen|brandenburg|bayern|hessen|sachsen"
    r"|thueringen|nrw|rlp|saarland|metaver|landes|state\b",
    re.I,
)
#: Issues that only result from ending the walk early.
_OF_A_SAMPLE = {"walk-limited", "walk-unfinished"}


def examine(found: Detection, visit: Visit, wish: Wish, *, organization: str = "") -> None:
    """Look into the findings that can be harvested, the best first, within the visit's limits.

    ``organization`` is the CKAN name of the city for the proposed entry; else it is derived
    from the city's name, or from the host.
    """
    for finding in [item for item in found.findings if item.is_closed]:
        finding.settings = _settings(found, finding, wish, organization)
    readable = [item for item in found.findings if item.connector and not item.is_closed]
    for finding in readable[:_MOST_EXAMINED]:
        assert finding.connector is not None
        question = partial(finding.connector.contents, finding.url, visit, wish)
        finding.contents = asked(finding.kind, question, Contents())
        finding.settings = _settings(found, finding, wish, organization)
        _sample(finding, visit)
        usable = any(record.usable for record in finding.records)
        if not finding.is_certain and not usable and (finding.stopped or finding.options):
            # What was typed only might have been one.
            found.findings.remove(finding)
            found.refusal = finding.stopped or found.refusal
    found.findings.sort(key=lambda item: item.order)
    found.requests = visit.used


def _sample(finding: Finding, visit: Visit) -> None:
    """Fetch and map the first records."""
    assert finding.settings is not None
    run = Run(finding.settings, client=visit, limit=SAMPLE, workers=0)
    try:
        finding.records = list(run)
    except HanseError as error:
        finding.stopped = error
    finding.examined = True
    finding.issues = [item for item in run.issues if item.rule not in _OF_A_SAMPLE]
    if finding.count is None and not chosen(finding.contents):
        whole = len(finding.records) if len(finding.records) < SAMPLE else None
        finding.contents = replace(finding.contents, count=run.total or whole)
    if language := _language(finding):
        finding.settings = replace(finding.settings, language=language)


# --- The entry --------------------------------------------------------------------------------


def _settings(found: Detection, finding: Finding, wish: Wish, organization: str) -> SourceSettings:
    name = organization or slug(min(wish.names, key=len, default="")) or _of_host(finding.url)
    options = chosen(finding.contents)
    page = found.page
    return SourceSettings(
        name=_of_host(finding.url),
        kind=finding.kind,
        url=finding.url,
        organization=name,
        title=(finding.contents.title or page.title)[:100],
        portal=page.url if finding.url != page.url else "",
        schedule=_schedule(finding),
        language=page.language or SITE_LANGUAGE,
        options={**finding.options, **options},
        level=_level(finding, bool(options)),
    )


def chosen(contents: Contents) -> dict[str, Any]:
    """Return the options for the filter that fits the city, {} if the whole catalogue does."""
    for filter_ in contents.filters:
        fitting = [choice for choice in filter_.choices if choice.fits and choice.count != 0]
        if fitting and not _is_whole(fitting[0], contents):
            return {filter_.option: [fitting[0].value]}
    return {}


def _is_whole(choice: Choice, contents: Contents) -> bool:
    return choice.count is not None and choice.count == contents.count


def _schedule(finding: Finding) -> str:
    """Return a time in the night, another one for every host."""
    number = crc32((urlsplit(finding.url).hostname or "").encode())
    day = "0" if (finding.count or 0) > _LARGE and not chosen(finding.contents) else "*"
    return f"{number % 60} {1 + number // 60 % 4} * * {day}"


def _level(finding: Finding, is_filtered: bool) -> str:
    host = urlsplit(finding.url).hostname or ""
    if host.endswith(_FEDERAL):
        return "federal"
    return "state" if is_filtered or _STATE.search(host) else "city"


def _language(finding: Finding) -> str:
    """Return the language of most records, as far as they state one; "" else."""
    said = [
        str(value)
        for record in finding.records
        for value in record.dataset.get("language") or ()
        if isinstance(value, str)
    ]
    codes = {"DEU": "de", "ENG": "en", "POL": "pl", "FIN": "fi", "SWE": "sv", "LAV": "lv",
             "EST": "et", "DAN": "da", "NOR": "no", "FRA": "fr", "LIT": "lt"}  # fmt: skip
    found = [code for iri in said if (code := codes.get(iri.rpartition("/")[2]))]
    return Counter(found).most_common(1)[0][0] if found else ""


def slug(text: str) -> str:
    """Return a name of ``[a-z0-9-]`` for a text."""
    for umlaut, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}.items():
        text = text.lower().replace(umlaut, letters)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]


def _of_host(url: str) -> str:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    steps = host.split(".")
    return slug(host if host.replace(".", "").isdigit() else "-".join(steps[:-1] or steps))


def entry(settings: SourceSettings) -> str:
    """Return the entry for ``sources.yaml``, below ``sources:``."""
    optional = {
        "title": settings.title,
        "portal": settings.portal,
        "language": settings.language if settings.language != SITE_LANGUAGE else "",
        "level": settings.level if settings.level != "city" else "",
        "options": dict(settings.options),
    }
    fields = {
        "kind": settings.kind,
        "url": settings.url,
        "organization": settings.organization,
        "schedule": settings.schedule,
        **{key: value for key, value in optional.items() if value},
    }
    written = {"sources": {settings.name: fields}}
    return yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=100)
