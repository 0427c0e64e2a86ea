"""A language made of a catalogue's own English: what is shown without marks escaped gettext."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages import Catalog, mofile, pofile

#: Esperanto: Babel knows it, and nobody has translated us into it.
LANGUAGE = "eo"
BEGIN, END = "⟦", "⟧"
#: A text with no other inside.
_INNER = re.compile(f"{BEGIN}[^{BEGIN}{END}]*{END}")


def mark(text: str) -> str:
    """A text as the language has it."""
    return f"{BEGIN}{text}{END}"


def unmarked(shown: str) -> str:
    """What is left of ``shown`` without the texts of the language."""
    while (less := _INNER.sub("", shown)) != shown:
        shown = less
    return shown


def catalogue(template: Path) -> Catalog:
    """What a ``.pot`` file has, without its head."""
    with template.open("rb") as readable:
        return pofile.read_po(readable)


def make(template: Path, folder: Path) -> Path:
    """``folder`` with the language's catalogue, of all that the ``.pot`` file has."""
    found = catalogue(template)
    found.locale = LANGUAGE
    found.fuzzy = False
    for message in found:
        if isinstance(message.id, tuple):
            message.string = tuple(mark(form) for form in message.id)
        elif message.id:
            message.string = mark(message.id)
    made = folder / LANGUAGE / "LC_MESSAGES" / f"{template.stem}.mo"
    made.parent.mkdir(parents=True, exist_ok=True)
    with made.open("wb") as writable:
        mofile.write_mo(writable, found)
    return folder
