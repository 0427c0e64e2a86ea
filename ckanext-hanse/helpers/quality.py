"""Scores by the MQA in templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.hanse.presentation import score_curve


def hanse_quality(kind: str, id: str) -> dict[str, Any] | None:
    """Return a score as ``hanse_quality_show``; None of what the user may not see."""
    try:
        found: dict[str, Any] = tk.get_action("hanse_quality_show")({}, {"kind": kind, "id": id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    return found


def hanse_score_curve(history: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the curve of a score, "" below two days."""
    return score_curve.curve(history)
