"""Normalises spelling as the index does."""

from __future__ import annotations

import re
import unicodedata

_VOWEL_WITH_E = re.compile(r"([ao])e|(?<![aeiouqyäöü])(u)e")
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})


def compose(text: str) -> str:
    """Return Unicode NFC: a decomposed ``ü`` (macOS, PDF) becomes the composed one.

    >>> compose("Lu\u0308beck")
    'Lübeck'
    """
    return unicodedata.normalize("NFC", text)


def fold(word: str) -> str:
    """Return ``word`` as Lucene's GermanNormalization and ASCIIFolding do, in lower case.

    ``ä``, ``ae`` → ``a`` (``ue`` not after a vowel or q), ``ß`` → ``ss``, other
    diacritics removed, so ``Straße`` matches ``STRASSE`` and ``Bäume`` ``Baeume``.

    >>> fold("Straßenbäume"), fold("Quelle"), fold("Gdańsk")
    ('strassenbaume', 'quelle', 'gdansk')
    """
    word = compose(word).lower()
    word = _VOWEL_WITH_E.sub(lambda found: found[1] or found[2], word).translate(_PLAIN)
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))
