"""The state of a resource's table and its notes, stored in CKAN's ``task_status``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from hanse_harvesters.tables.notes import Note

_KIND = "hanse_table"
_XLOADER = "xloader"
_WAITING = {"submitting", "pending", "running", "running_but_viewable"}


@dataclass(frozen=True, slots=True)
class TableReport:
    """The state of a table: ``loading``, ``loaded``, ``unreadable`` or ``failed``; "" for none."""

    state: str = ""
    notes: Sequence[Note] = ()


def save(resource_id: str, state: str, notes: Sequence[Note]) -> None:
    """Store the result of a load: ``loaded`` or ``unreadable``."""
    value = json.dumps([[note.code, dict(note.values)] for note in notes])
    task = {
        "entity_id": resource_id,
        "entity_type": "resource",
        "task_type": _KIND,
        "key": _KIND,
        "state": state,
        "value": value,
        "error": "",
        "last_updated": datetime.now(timezone.utc).replace(tzinfo=None).isoformat(" "),
    }
    context: Any = {"ignore_auth": True, "user": ""}
    tk.get_action("task_status_update")(context, task)


def read(resource_id: str) -> TableReport:
    """Return the report of a resource's table; one query."""
    kinds: Mapping[str, Any] = {
        task.task_type: task
        for task in model.Session.query(model.TaskStatus).filter(
            model.TaskStatus.entity_id == resource_id,
            model.TaskStatus.task_type.in_([_KIND, _XLOADER]),
        )
    }
    ours, theirs = kinds.get(_KIND), kinds.get(_XLOADER)
    if theirs is not None and theirs.state in _WAITING:
        return TableReport("loading")
    if ours is not None and (theirs is None or theirs.state != "error" or ours.state != "loaded"):
        return TableReport(
            ours.state, [Note(code, values) for code, values in json.loads(ours.value)]
        )
    return (
        TableReport("failed") if theirs is not None and theirs.state == "error" else TableReport()
    )
