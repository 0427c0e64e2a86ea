"""The headers with a secret that the operator's ini names for sources."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from hanse_harvesters.http import secret
from hanse_harvesters.settings.source import SourceSettings, place_in


def secret_of(source: SourceSettings) -> secret.Secret | None:
    """Return the header that a source's portal asks for, None if the source names none.

    ConfigError, without what was entered, if it is missing or invalid.
    """
    name = str(source.options.get("secret") or "")
    lines = str(tk.config.get("hanse.secrets") or "").splitlines() if name else []
    known = secret.listed(lines, where="hanse.secrets")
    return secret.named(name, known, where=place_in(source.name)("options.secret"))
