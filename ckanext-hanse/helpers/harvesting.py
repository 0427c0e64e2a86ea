"""Sources and runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz

from ckanext.hanse.helpers.page import hanse_language
from ckanext.hanse.presentation import (
    changes,
    harvests,
    schedules,
    source_form,
    source_options,
)


def hanse_sees_sources() -> bool:
    """Return whether the user is an editor of some city, and so sees its sources."""
    user = tk.current_user
    return bool(
        user.is_authenticated
        and authz.has_user_permission_for_some_org(user.name, "update_dataset")
    )


def hanse_manages(organization: str) -> bool:
    """Return whether the user administers an organization (name or id), and so its sources."""
    return bool(tk.h.check_access("hanse_source_create", {"organization": organization}))


def hanse_change(change: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Return the value of a changed field before and after, in words."""
    return changes.in_words(change, hanse_language())


def hanse_source_state(source: Mapping[str, Any]) -> harvests.StateLabel:
    """Return the state of a source."""
    return harvests.source_state(source, str(source.get("job") or ""))


def hanse_run_state(status: str) -> harvests.StateLabel:
    """Return the status of a run."""
    return harvests.run_state(status)


def hanse_pace(run: Mapping[str, Any]) -> harvests.Pace:
    """Return the progress of a run and the time remaining."""
    return harvests.pace(run, hanse_language())


def hanse_when(value: Any) -> str:
    """Return a point in time in the site's time zone."""
    return harvests.when(value, hanse_language())


def hanse_took(begin: Any, end: Any) -> str:
    """Return the duration from one time to another, or until now."""
    return harvests.duration(begin, end, hanse_language())


def hanse_schedule(cron: str, zone: str = "", number: int = 3) -> dict[str, Any]:
    """Describe a schedule: ``words``, and its ``next`` times (ISO 8601)."""
    times = schedules.next_times(cron, zone or "Europe/Berlin", number)
    return {"words": schedules.words(cron), "next": times, "days": schedules.days()}


def hanse_source_kinds() -> list[tuple[str, str]]:
    """Return the kinds of portal with their labels."""
    return source_form.kinds()


def hanse_source_options(source: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return label and values of every option that a source sets."""
    return source_options.chosen(source)


def hanse_uploads_lists() -> bool:
    """Return whether a city can upload the list of its datasets as a spreadsheet."""
    return source_form.uploads()


def hanse_kind(kind: str) -> str:
    """Return the label of a kind of portal."""
    return harvests.kind_words(kind)


def hanse_begun(run: Mapping[str, Any]) -> str:
    """Return what started a run."""
    return harvests.begun_words(run)


@tk.chained_helper
def render_datetime(following: Callable[..., str], datetime_: Any, **shape: Any) -> str:
    """Call CKAN's helper, but show a date with time in the site's form: CKAN's order is English."""
    if shape == {"with_hours": True}:
        return hanse_when(datetime_)
    return following(datetime_, **shape)
