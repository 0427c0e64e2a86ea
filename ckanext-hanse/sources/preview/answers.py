"""The result of a check or preview: computed by the worker, with texts for the reader."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any

from ckan import model
from rq.timeouts import JobTimeoutException

from ckanext.hanse.harvest import engine
from ckanext.hanse.sources import edit, probe, uploaded
from ckanext.hanse.sources.invalid import InvalidSource
from ckanext.hanse.sources.preview import options, store
from ckanext.hanse.sources.preview.store import Preview, PreviewAnswer
from ckanext.hanse.store import lists, report, sources
from hanse_harvesters.detection import run as detection
from hanse_harvesters.errors import HanseError, StopRun
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.texts import CORE
from hanse_schemas.language import pick

log = logging.getLogger(__name__)

#: Seconds between two updates of the number of records received.
_BEAT = 1.0


def find(preview: Preview) -> PreviewAnswer:
    """Query the portal; an error is an answer too."""
    try:
        if preview.detect:
            return _detect(preview)
        return _report(preview) if preview.limit or preview.upload else _look(preview)
    except JobTimeoutException:
        return _fault(StopRun("preview-timeout", seconds=options.seconds()))
    except InvalidSource as refused:
        return _fault(next(iter(refused.errors.values())))
    except HanseError as error:
        return _fault(error)
    except Exception as error:
        log.exception("preview %s broke", preview.id)
        return _fault(StopRun("run-broken", reason=f"{type(error).__name__}: {error}"))


def in_language(answer: PreviewAnswer, language: str) -> dict[str, Any]:
    """Return it for display: ``report``, ``seen``, ``found`` or ``error``, as actions do."""
    if "report" in answer:
        lists = report.worded(answer["lists"], language)
        message = pick(answer["messages"], language)
        return {"report": answer["report"] | {"message": message, "lists": lists}}
    kind = next(name for name in ("found", "seen", "error") if name in answer)
    return {kind: pick(answer[kind], language)}


def unmade(values: dict[str, Any], organization: str) -> SourceSettings:
    """Return the settings of a source that does not exist yet; without a kind, it is to be guessed.

    Raises InvalidSource.
    """
    kind = values.get("kind") or ""
    kind = kind or (lists.KIND if lists.name_in(values.get("url", "")) else "")
    given = values | {"kind": kind or "rdf", "title": values.get("title") or "–"}
    given.pop("name", None)  # chosen or generated when the source is created
    return replace(edit.checked(given, organization=organization), kind=kind)


def _report(preview: Preview) -> PreviewAnswer:
    found = engine.harvest(
        preview.source,
        dry_run=True,
        limit=preview.limit or None,
        progress=_Counting(preview.id),
        url=lists.address(preview.upload) if preview.upload else "",
    )
    if preview.upload and found.stored_all and found.found:
        uploaded.read_well(preview.upload)
    reported = found.as_json()
    del reported["lists"], reported["message"]
    messages = {language: found.message_in(language) for language in CORE.languages()}
    return {"report": reported, "lists": found.stored(), "messages": messages}


def _look(preview: Preview) -> PreviewAnswer:
    if preview.source:
        wanted = sources.settings_of(sources.get(preview.source))
    else:
        wanted = unmade(preview.values, preview.organization)
    model.Session.rollback()  # no transaction stays open while a portal is slow
    seen = probe.look(wanted)
    return {"seen": {language: seen.as_json(language) for language in CORE.languages()}}


def _detect(preview: Preview) -> PreviewAnswer:
    group = model.Group.get(preview.organization)
    city = group.title if group else ""
    model.Session.rollback()
    found = probe.find(preview.values.get("typed") or preview.values["url"], city)
    told = {language: detection.as_json(found, language) for language in CORE.languages()}
    return {"found": told}


def _fault(error: HanseError) -> PreviewAnswer:
    return {"error": {language: error.sentences(language) for language in CORE.languages()}}


class _Counting:
    """Stores the number of records received, for the page that waits."""

    def __init__(self, preview_id: str) -> None:
        self._id, self._records, self._noted = preview_id, 0, 0.0

    def step(self) -> None:
        """Count one more record."""
        self._records += 1
        if time.monotonic() - self._noted >= _BEAT:
            store.count(self._id, self._records)
            self._noted = time.monotonic()
