"""The licence of a record: an identifier of SPDX, or "other" with links to the texts.

/req/record-core/license of OGC 20-004r1.  Does not depend on CKAN.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hanse_schemas.vocabulary import vocabulary

#: Code of our list of licences → its identifier in SPDX's, where the version is the same.
_SPDX = {
    "cc-zero": "CC0-1.0",
    "cc-by/4.0": "CC-BY-4.0",
    "cc-by-sa/4.0": "CC-BY-SA-4.0",
    "cc-by-de/3.0": "CC-BY-3.0-DE",
    "cc-by-sa-de/3.0": "CC-BY-SA-3.0-DE",
    "cc-by-nd/3.0": "CC-BY-ND-3.0",
    "cc-by-nd/4.0": "CC-BY-ND-4.0",
    "cc-by-nc/4.0": "CC-BY-NC-4.0",
    "cc-by-nc-de/3.0": "CC-BY-NC-3.0-DE",
    "dl-zero-de/2.0": "DL-DE-ZERO-2.0",
    "dl-by-de/2.0": "DL-DE-BY-2.0",
    "odbl": "ODbL-1.0",
    "odby": "ODC-By-1.0",
    "odcpddl": "PDDL-1.0",
    "apache": "Apache-2.0",
    "bsd": "BSD-2-Clause",
    "mozilla": "MPL-2.0",
}


def of_dataset(dataset: Mapping[str, Any]) -> list[str]:
    """Return the licences of a dataset's files, or its own if none has one; each once."""
    files = [item.get("license") for item in dataset.get("resources") or ()]
    named = [str(name) for name in files if name] or [str(dataset.get("license_id") or "")]
    return list(dict.fromkeys(name for name in named if name))


def spdx(dataset: Mapping[str, Any]) -> str:
    """Return SPDX's identifier of the only licence, "other" for any else, "" for none."""
    named = of_dataset(dataset)
    known = vocabulary("licences").find(named[0]) if len(named) == 1 else None
    return _SPDX.get(known.code if known else "", "other") if named else ""


def text_of(name: str, language: str) -> tuple[str, str]:
    """Return address and label of a licence's text; the name itself if it is in no list."""
    known = vocabulary("licences").find(name)
    if known is None:
        return name, name
    return known.attributes.get("url") or known.iri, known.label(language)
