"""Finds texts of ours that stand outside of a made language's marks (:mod:`pseudo_language`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from pseudo_language import BEGIN, END, LANGUAGE

ROOT = Path(__file__).parents[2]
#: Domain → where its catalogues are.
FOLDERS = {
    "ckanext-hanse": ROOT / "ckanext-hanse/i18n",
    "hanse_harvesters": ROOT / "harvesters/i18n",
}
#: Contexts of what is no text: the marks of a number.
_SIGNS = {"number"}
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)s|<[^<>]*>|[ \u00a0\n]+")
_NUMBER = re.compile(r"\{(num|number|count|n)\b|\{\w+:,|%\((num|count)\)")
#: Attributes that readers see or hear.
_SPOKEN = ("alt", "aria-label", "content", "data-confirm", "placeholder", "title", "value")
_SILENT = {"script", "style", "template", "textarea"}


def _messages(file: Path) -> Iterator[Message]:
    with file.open("rb") as opened:
        yield from (message for message in read_po(opened) if message.id)


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def known() -> list[tuple[re.Pattern[str], str]]:
    """How each text of ours looks with its placeholders filled in, English and German.

    Without those of CKAN that only their German is ours (``ckan_texts.txt``).
    """
    found = {}
    foreign = (FOLDERS["ckanext-hanse"] / "ckan_texts.txt").read_text(encoding="utf-8")
    for domain, shipped in FOLDERS.items():
        for message in _messages(shipped / f"de/LC_MESSAGES/{domain}.po"):
            if f'"{_forms(message.id)[0]}"' in foreign:
                continue
            forms = [message.id, message.string]
            texts = [
                t for form in forms for t in (form if isinstance(form, (list, tuple)) else [form])
            ]
            for text in texts:
                if message.context not in _SIGNS and (pattern := _pattern(text)):
                    found[pattern] = text
    return [(re.compile(pattern), text) for pattern, text in found.items()]


def _pattern(text: str) -> str:
    """A regular expression; "" for what is too little to be told from data."""
    bare = " ".join(_PLACEHOLDER.sub(" ", text).split())
    if not re.search(r"\w{3,}", bare):
        return ""
    parts, end = [], 0
    for found in _PLACEHOLDER.finditer(text):
        parts.append(re.escape(text[end : found.start()]))
        parts.append(_stands_for(found[0]))
        end = found.end()
    body = "".join([*parts, re.escape(text[end:])])
    # A sentence shows anywhere, a word only where it stands alone: data have words too.
    return body if len(bare) > 30 and "." not in body[:1] else rf"\A[^\w/]*{body}[^\w/]*\Z"


def _stands_for(gap: str) -> str:
    if not gap.strip():
        return r"\s+"
    return r"[\d.,\s]+" if _NUMBER.match(gap) else r".*?"


class _Seen(HTMLParser):
    """What readers see of a page: its text in one piece a node, and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[str] = []
        self.attributes: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        foreign = (
            tag != "html" and named.get("lang", LANGUAGE) != LANGUAGE
        )  # data, and said to be so
        if tag in _SILENT or foreign or tag in self._silent:
            self._silent.append(tag)
        if self._silent:
            return
        translatable = [name for name in _SPOKEN if named.get(name)]
        if tag != "meta":
            translatable = [name for name in translatable if name != "content"]
        if tag != "input" or named.get("type") not in ("submit", "button"):
            translatable = [name for name in translatable if name != "value"]
        self.attributes += [named[name] for name in translatable]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and tag == self._silent[-1]:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.nodes.append(data)


def outside(texts: Iterable[str]) -> Iterator[str]:
    """What of texts that follow each other stands in no bracket."""
    depth = 0
    for text in texts:
        for piece in re.split(f"([{BEGIN}{END}])", text):
            if piece == BEGIN:
                depth += 1
            elif piece == END:
                depth = max(0, depth - 1)
            elif not depth and (said := " ".join(piece.split())):
                yield said


def of_page(html: str) -> list[str]:
    """What of a page stands in no bracket."""
    seen = _Seen()
    seen.feed(html)
    found = list(outside(seen.nodes))
    for value in seen.attributes:
        found += outside([value])
    return found


def ours(said: Iterable[str]) -> dict[str, str]:
    """What of it is a text of ours: as it is said → as the catalogue has it."""
    texts = known()
    return {item: text for item in said for pattern, text in texts if pattern.search(item)}
