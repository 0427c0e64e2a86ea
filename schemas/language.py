"""Which of several languages a reader gets: the asked one, else the default, else English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

#: What texts in code are written in.
ENGLISH = "en"

_default = ""


def set_default(locale: str) -> None:
    """What a reader of a language that nobody translated gets, for the whole process.

    Who uses the core says it once: a CKAN site its ``ckan.locale_default``.
    """
    global _default
    _default = locale


def default() -> str:
    """What :func:`set_default` was given last, "" if nothing."""
    return _default


def wanted(language: str) -> Iterator[str]:
    """Language codes in the order in which they are tried: ``de_AT``, ``de``, …, ``en``.

    >>> list(wanted("pt-BR"))
    ['pt_BR', 'pt', 'en']
    """
    for locale in (language, _default, ENGLISH):
        tag = locale.replace("-", "_")
        yield from dict.fromkeys(code for code in (tag, tag.partition("_")[0]) if code)


def pick(texts: Mapping[str, str], language: str) -> str:
    """The text of language → text that a reader gets; any rather than none, "" of nothing.

    >>> pick({"de": "Titel", "en": "Title"}, "de_AT"), pick({"de": "Titel"}, "pl")
    ('Titel', 'Titel')
    """
    if found := texts.get(language):
        return found
    ordered = (texts.get(code, "") for code in wanted(language))
    return next(filter(None, ordered), "") or next(filter(None, texts.values()), "")
