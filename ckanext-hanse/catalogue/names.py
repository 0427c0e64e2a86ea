"""Names of datasets: the last part of their address, made once from the title."""

from __future__ import annotations

import re
import unicodedata

from ckan import model

#: Room for a suffix within CKAN's 100 characters.
_LONGEST = 90
_FALLBACK = "datensatz"
#: CKAN's own pages below /dataset/ (its name_validator knows the first three).
_RESERVED = {"new", "edit", "search", "groups", "activity", "changes", "resources", "delete"}
#: What Unicode decomposition leaves alone or would shorten: German first, then its neighbours.
_LETTERS = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "å": "a",
        "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "²": "2", "³": "3", "€": "euro",
    }
)  # fmt: skip


def slug(title: str) -> str:
    """``Bäume an Straßen (2024)`` → ``baeume-an-strassen-2024``; at most 90 characters.

    A title without a letter or digit of the Latin script gives ``datensatz``.
    """
    text = unicodedata.normalize("NFC", title).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(text) > _LONGEST:
        head, _, _ = text[: _LONGEST + 1].rpartition("-")
        text = head or text[:_LONGEST]
    return text if len(text) > 1 else _FALLBACK


def free_name(title: str) -> str:
    """The slug of ``title``, with the first free number behind it where it is taken.

    A deleted dataset keeps its name: its address shall not lead to another one.
    """
    wanted = slug(title)
    taken = {
        name
        for (name,) in model.Session.query(model.Package.name).filter(
            (model.Package.name == wanted) | model.Package.name.like(f"{wanted}-%")
        )
    } | _RESERVED
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
