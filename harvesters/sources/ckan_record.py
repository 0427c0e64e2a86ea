"""One package of a CKAN as a raw record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from hanse_harvesters.issue import issue
from hanse_harvesters.mapping import ckan_keys, ckan_package
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sandbox.document import Package
from hanse_harvesters.sources.base import RawRecord, too_large

#: Package types that are not datasets, as CKAN extensions name them.
NO_DATASETS = frozenset({"harvest", "showcase", "page", "blog", "news"})
#: Keys that change with every view or check of a dataset and do not describe it.
_VOLATILE = frozenset(
    {"tracking_summary", "archiver", "qa", "relationships_as_subject", "relationships_as_object"}
)
#: Excluded from the fingerprint if the portal's modification dates are those of a file.
_MODIFIED = frozenset({"metadata_modified", "modified"})
#: Maximum number of values in a package; one with thousands of resources has fewer.
_MOST_VALUES = 150_000


@dataclass(slots=True, kw_only=True)
class PackageRecord(RawRecord):
    """A package as the API returns it."""

    text: bytes
    base: str

    def read(self, *, language: str) -> ReadResult:
        """Return the dataset; raise SkipRecord if the package is too large."""
        return self.detached()(language=language)

    def detached(self) -> Callable[..., ReadResult]:
        """Return :func:`read_text` with the package bound, to be called in another process."""
        return partial(read_text, self.text, base=self.base)


def left_out(file_time: bool) -> frozenset[str]:
    """Return the keys of a package that its fingerprint leaves out.

    ``file_time``  whether the portal's modification dates are those of a file.
    """
    return _VOLATILE | (_MODIFIED if file_time else frozenset())


def record(package: Package, base: str) -> PackageRecord:
    """Return the record of a package; identity: its IRI, else its URL in CKAN, else a digest."""
    found = PackageRecord(identity="", raw=package.digest, text=package.text, base=base)
    key = package.id or package.name
    found.identity = package.uri or ckan_keys.address(key, base) or f"content:{package.digest}"
    found.origin = ckan_keys.page(package.name or package.id, base)
    if found.identity.startswith("content:"):
        found.issues.append(issue("identity-from-content", "identifier"))
    return found


def read_text(text: bytes, *, language: str, base: str) -> ReadResult:
    """Map a package's JSON to a dataset, following the conventions of German CKANs."""
    package = json.loads(text)
    if len(text) > 2 * _MOST_VALUES and _values(package) > _MOST_VALUES:
        return too_large("package-large", _MOST_VALUES, language=language)
    return ckan_package.read_package(package, language=language, base_url=base)


def _values(package: dict[str, Any]) -> int:
    """Return the number of values in a package; stops counting at the limit."""
    count = 0
    waiting: list[Any] = [package]
    while waiting and count <= _MOST_VALUES:
        value = waiting.pop()
        count += 1
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return count
