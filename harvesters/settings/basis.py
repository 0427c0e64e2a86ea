"""What besides its content decides how a record comes out: table, shapes, the source's settings."""

from __future__ import annotations

import hashlib
import json

from hanse_harvesters.quality.shapes import folder
from hanse_harvesters.settings.source import SourceSettings
from hanse_schemas import table


def digest(settings: SourceSettings) -> str:
    """Return a hex digest of everything besides its content that decides how a record is mapped.

    If the basis of a source changes, it is mapped anew, even if its portal answers 304.
    """
    return hashlib.sha256(f"{settings.url} {prefix(settings)}".encode()).hexdigest()


def prefix(settings: SourceSettings) -> str:
    """Return what besides its content decides how a record is mapped and judged.

    The table, the shapes, the settings: a new release of the official rules reaches every dataset
    at its source's next run.
    """
    deciding = {
        "kind": settings.kind,
        "language": settings.language,
        "organization": settings.organization,
        "options": dict(settings.options),
        "modified_is_file_time": settings.modified_is_file_time,
    }
    if settings.language != settings.site_language:
        deciding["site_language"] = settings.site_language
    versions = f"{table.version()} {folder.version()}"
    return f"{versions} {json.dumps(deciding, sort_keys=True, default=str)} "
