"""Addresses of our own files that change with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

PUBLIC = Path(__file__).parents[1] / "public"
#: In a page: our own pictures, with what stands before the path of the site.
_ADDRESS = re.compile(
    r"""((?:href|src)="|url\(')([^"'?]*?)(/hanse/[\w/.-]+\.(?:svg|woff2))(?=["'])"""
)
_LENGTH = 8


def addresses(html: str) -> str:
    """Add the hash of their content to the addresses of our own files."""
    return _ADDRESS.sub(_with_digest, html)


def is_lasting(path: str, version: str | None) -> bool:
    """Whether the address says which content it has, in its name or as ``?v=…``."""
    inside = path[path.find("/hanse/") :] if "/hanse/" in path else ""
    found = digest(inside) if inside else ""
    return bool(found) and (found == version or f"-{found}." in inside)


@lru_cache(maxsize=500)
def digest(path: str) -> str:
    """The beginning of the hash of one of our files; "" for what is none."""
    file = (PUBLIC / path.lstrip("/")).resolve()
    if not file.is_relative_to(PUBLIC.resolve()) or not file.is_file():
        return ""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:_LENGTH]


def _with_digest(found: re.Match[str]) -> str:
    lead, before, path = found.groups()
    version = digest(path)
    # Addresses of the fonts have it in their names.
    known = not version or f"-{version}." in path
    return found[0] if known else f"{lead}{before}{path}?v={version}"
