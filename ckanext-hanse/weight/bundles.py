"""Several of CKAN's assets in one file, made when a page first wants them together."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.lib import webassets_tools
from ckan.lib.webassets_tools import get_webassets_path
from webassets import Bundle

log = logging.getLogger(__name__)
#: Where joined files are: as deep as the assets themselves, whose addresses are relative.
_FOLDER = "hanse"
_FOREIGN = "vendor/vendor"
_LEAN = "hanse/foreign-lean"
#: More than half of the foreign scripts, and few pages use them: dates in the reader's time zone,
#: comments of the dashboard, menus and hints that open over the page.
RARE = ("moment", "purify", "popper")
_CHARSET = '@charset "UTF-8";'


def name(url: str) -> str | None:
    """Return library and file of an asset; None for any other address."""
    return _split(url)[1] or None


def joined(urls: Sequence[str], kind: str) -> list[str]:
    """Return what to load instead of ``urls``, in their order: one address, or themselves.

    ``kind``  ``css`` or ``js``
    Names of assets hold a hash of their content, so the same ones always make the same file.
    """
    parts = [_split(url) for url in urls]
    base = parts[0][0] if parts else ""
    names = tuple(found for _, found in parts)
    if len(urls) < 2 or any(found.count("/") != 1 for found in names):
        return list(urls)
    if any(start != base for start, _ in parts):
        return list(urls)
    try:
        made = _made(get_webassets_path(), names, kind)
    except OSError as error:
        log.warning("the files of a page are not joined: %s", error)
        return list(urls)
    return [f"{base}{made}"] if made else list(urls)


def lean(url: str) -> str:
    """Return the address of CKAN's foreign scripts without :data:`RARE`; any other as it is."""
    bundle = webassets_tools.env[_FOREIGN]
    if url not in map(tk.h.url_for_static_or_external, bundle.urls()):
        return url
    if _LEAN not in webassets_tools.env:
        contents = [item for item in bundle.contents if not any(name in str(item) for name in RARE)]
        fewer = Bundle(*contents, filters="rjsmin", output="hanse/%(version)s_foreign.js")
        webassets_tools.env.register(_LEAN, fewer)
    return str(tk.h.url_for_static_or_external(webassets_tools.env[_LEAN].urls()[0]))


def _split(url: str) -> tuple[str, str]:
    """Return what stands before the name of an asset, and the name."""
    start = str(tk.config["ckan.webassets.url"]).rstrip("/") + "/"
    before, found, rest = url.partition(start)
    return (before + found, rest.partition("?")[0]) if found else (url, "")


def _made(root: str, names: tuple[str, ...], kind: str) -> str:
    """Return the name of the joined file; it is made if it is not there."""
    made = _name(root, names, kind)
    if made and not (Path(root) / made).exists():  # somebody has emptied the folder
        _name.cache_clear()
        made = _name(root, names, kind)
    return made


@lru_cache(maxsize=200)
def _name(root: str, names: tuple[str, ...], kind: str) -> str:
    texts = [(Path(root) / found).read_text(encoding="utf-8") for found in names]
    if kind == "css":
        if any("@import" in text for text in texts):
            return ""  # only at the beginning of a sheet
        text = "\n".join([_CHARSET, *(text.replace(_CHARSET, "") for text in texts)])
    else:
        text = "\n;".join(texts)
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    target = Path(root) / _FOLDER / f"{digest}_page.{kind}"
    if not target.exists():
        _write(target, text)
    return f"{_FOLDER}/{target.name}"


def _write(target: Path, text: str) -> None:
    """Write a file that other processes see whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, path = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(path, 0o644)  # as webassets writes them
        os.replace(path, target)
    except OSError:
        Path(path).unlink(missing_ok=True)
        raise
