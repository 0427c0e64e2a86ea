"""No text makes a normaliser work for long: their time grows with the text, not with its square."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hanse_harvesters.normalise import (
    concepts,
    dates,
    formats,
    frequencies,
    geometry,
    keywords,
    licences,
    mail,
    numbers,
    places,
    text,
    urls,
)

LONG = 60_000
#: Beginnings and repetitions that patterns stumble over.
TEXTS = {
    "blanks": " " * LONG,
    "digits": "1" * LONG,
    "points": "1." * (LONG // 2),
    "pairs": "POINT(" + "1 " * (LONG // 2),
    "open": "POLYGON" + " " * LONG + "(",
    "brackets": "(" * LONG,
    "angles": "<" * LONG,
    "tags": "<p " * (LONG // 3),
    "ampersands": "&" * LONG,
    "entities": "&#x" * (LONG // 3),
    "at": "a@" * (LONG // 2),
    "dots": "a." * (LONG // 2),
    "hyphens": "-" * LONG,
    "slashes": "http://" * (LONG // 7),
    "colons": ":" * LONG,
    "percent": "%" * LONG,
    "quotes": '"' * LONG,
    "braces": '{"type":' * (LONG // 8),
    "commas": "," * LONG,
    "semicolons": "a;" * (LONG // 2),
    "lines": "\n" * LONG,
    "marks": "a" + "\u0300" * LONG,
    "umlauts": "Ã¼" * (LONG // 2),
    "date": "2021-" * (LONG // 5),
    "times": "T00:" * (LONG // 4),
    "signs": "+-" * (LONG // 2),
    "urn": "urn:" * (LONG // 4),
    "mailto": "mailto:" * (LONG // 7),
    "letters": "a" * LONG,
    "capitals": "DEU " * (LONG // 4),
    "unicode": "\U0001f600" * LONG,
}
NORMALISERS: dict[str, Any] = {
    "words": text.words,
    "plain": text.plain,
    "identifier": text.identifier,
    "url": urls.url,
    "subject": urls.subject,
    "statement": urls.statement,
    "email": mail.email,
    "phone": mail.phone,
    "date": dates.date,
    "size": numbers.size,
    "decimal": numbers.decimal,
    "duration": numbers.duration,
    "checksum": numbers.checksum,
    "geometry": geometry.geometry,
    "licence": licences.licence,
    "attribution": licences.attribution,
    "format": formats.file_format,
    "media type": formats.media_type,
    "address": formats.from_address,
    "frequency": lambda came: list(frequencies.durations(came)),
    "place": places.key_concept,
    "key": places.canonical_key,
    "keywords": lambda came: keywords.keywords([came]),
    "concept": lambda came: concepts.find("languages", came),
}


@pytest.mark.parametrize("name", NORMALISERS)
def test_no_text_makes_a_normaliser_work_for_long(name: str) -> None:
    NORMALISERS[name]("x")  # vocabularies are loaded
    slow = {}
    for kind, came in TEXTS.items():
        begun = time.process_time()
        NORMALISERS[name](came)
        seconds = time.process_time() - begun
        if seconds > 1.5:
            slow[kind] = round(seconds, 1)
    assert slow == {}
