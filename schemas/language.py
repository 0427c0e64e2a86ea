"""Select the language for a reader: the requested one, else the default, else English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

#: The language of texts in code.
ENGLISH = "en"

_default = ""


def set_default(locale: str) -> None:
    """Set the language for readers of a language without translations, in the whole process.

    Users of the core call it once: a CKAN site with its ``ckan.locale_default``.
    """
    global _default
    _default = locale


def default() -> str:
    """Return the value of the last :func:`set_default`, "" if there was none."""
    return _default


def wanted(language: str) -> Iterator[str]:
    """Yield language codes in the order in which they are tried: ``de_AT``, ``de``, …, ``en``.

    >>> list(wanted("pt-BR"))
    ['pt_BR', 'pt', 'en']
    """
    for locale in (language, _default, ENGLISH):
        tag = locale.replace("-", "_")
        yield from dict.fromkeys(code for code in (tag, tag.partition("_")[0]) if code)


def pick(texts: Mapping[str, str], language: str) -> str:
    """Return the text for a reader from language → text; any other if needed, "" if empty.

    >>> pick({"de": "Titel", "en": "Title"}, "de_AT"), pick({"de": "Titel"}, "pl")
    ('Titel', 'Titel')
    """
    if found := texts.get(language):
        return found
    ordered = (texts.get(code, "") for code in wanted(language))
    return next(filter(None, ordered), "") or next(filter(None, texts.values()), "")
