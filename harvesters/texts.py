"""Texts for people: English in code and YAML, all other languages in gettext catalogues.

A package's texts are a :class:`Domain`: ``<folder>/<language>/LC_MESSAGES/<name>.mo``.  The
core's are :data:`CORE`; the extension has its own, and so may a connector.  A text is looked up
by its English form, and by a context if it has an id or its English form is ambiguous.

The folders of :data:`ENV_FOLDERS` are searched before a package's own.
"""

from __future__ import annotations

import gettext
import itertools
import os
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from hanse_schemas import language as languages_

#: Environment variable with further catalogue folders, separated as in PATH.
ENV_FOLDERS = "HANSE_I18N"

_added: tuple[str, ...] = tuple(filter(None, os.environ.get(ENV_FOLDERS, "").split(os.pathsep)))


def add_folder(folder: Path) -> None:
    """Search ``folder`` first for the catalogues of every domain."""
    global _added
    _added = (str(folder), *_added)


def added_folders() -> tuple[str, ...]:
    """Return the folders searched before a package's own, in this order."""
    return _added


def remove_folder(folder: Path) -> None:
    """Undo :func:`add_folder`."""
    global _added
    _added = tuple(known for known in _added if known != str(folder))


class Domain:
    """The texts of one package.

    ``name``    gettext domain: the file name of its catalogues.
    ``folder``  folder in which they are shipped.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = str(folder)

    def languages(self) -> tuple[str, ...]:
        """Return the languages that have a catalogue, and English; sorted by name."""
        return _languages(self.name, (*_added, self._folder))

    def supported(self, wanted: str) -> str:
        """Return the language to show: the requested one, else the default, else English."""
        known = self.languages()
        return next(code for code in languages_.wanted(wanted) if code in known)

    def texts(self, language: str) -> Texts:
        """Return the texts in the language shown to a reader of ``language``."""
        return _texts(self, language, languages_.default(), _added)

    def catalogue(self, language: str) -> gettext.NullTranslations:
        """Return the translations into exactly this language."""
        return _catalogue(self.name, (*_added, self._folder), language)


class Texts:
    """A domain's texts in one language, with their placeholders filled in.

    The methods have gettext's names, by which ``make i18n`` finds the texts; ``values`` are
    the values of the placeholders, including ``number`` if it selects the plural form.
    """

    def __init__(self, domain: Domain, language: str) -> None:
        self.language = language
        self._catalogue = domain.catalogue(language)
        self._filler = _Filler(language)

    def gettext(self, text: str, /, **values: object) -> str:
        """Return the translated text."""
        return self.fill(self._catalogue.gettext(text), values)

    def pgettext(self, context: str, text: str, /, **values: object) -> str:
        """Return the text in this context: an id, or a word that distinguishes two uses of it."""
        return self.fill(self._catalogue.pgettext(context, text), values)

    def ngettext(self, one: str, many: str, number: float, /, **values: object) -> str:
        """Return the plural form for ``number``."""
        found = self._catalogue.ngettext(one, many, _whole(number))
        return self.fill(found, {"number": number, **values})

    def npgettext(
        self, context: str, one: str, many: str, number: float, /, **values: object
    ) -> str:
        """Return the plural form for ``number``, in this context."""
        found = self._catalogue.npgettext(context, one, many, _whole(number))
        return self.fill(found, {"number": number, **values})

    def template(self, text: Text, number: object = 0) -> str:
        """Return a YAML text in the plural form for ``number``, its placeholders not filled in."""
        if text.many:
            return self._catalogue.npgettext(text.context, text.one, text.many, _whole(number))
        return self._catalogue.pgettext(text.context, text.one)

    def fill(self, template: str, values: Mapping[str, object]) -> str:
        """Fill in the placeholders of a text in this language.

        Numbers use the language's separators, a list is joined by commas, a mapping of
        language → text is replaced by its text.  Characters that steer a terminal become blanks,
        since values may come from portals; a missing parameter is shown as empty.
        """
        return self._filler.vformat(template, (), values) if "{" in template else template


@dataclass(frozen=True, slots=True)
class Text:
    """An English text of a YAML file; its context is ``id`` and the part of the entry.

    ``many``    plural form, if there is one; ``counts`` names the parameter with the number.
    """

    domain: Domain
    context: str
    one: str
    many: str = ""
    counts: str = ""

    @classmethod
    def of(cls, domain: Domain, id: str, part: str, entry: str | Mapping[str, str]) -> Text:
        """Return the text of a YAML entry: a string, or ``{"count", "one", "other"}``."""
        context = f"{id} {part}"
        if isinstance(entry, str):
            return cls(domain, context, entry)
        return cls(domain, context, entry["one"], entry["other"], entry["count"])

    def template(self, language: str, values: Mapping[str, Any]) -> str:
        """Return the text in the reader's language, its placeholders not filled in."""
        number = values.get(self.counts, 0) if self.counts else 0
        return self.domain.texts(language).template(self, number)

    def filled(self, language: str, values: Mapping[str, Any]) -> str:
        """Return the text in the reader's language, its placeholders filled in."""
        return self.domain.texts(language).fill(self.template(language, values), values)


class _Filler(string.Formatter):
    """Formats the values of placeholders for readers of one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "")

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Mapping):
            value = languages_.pick(value, self._language)
        if isinstance(value, list):
            value = ", ".join(value) or CORE.texts(self._language).pgettext("empty list", "none")
        text = format(value, format_spec)
        if isinstance(value, str):
            return "".join(c if c.isprintable() else " " for c in text)
        return text.translate(self._marks)

    @cached_property
    def _marks(self) -> Mapping[int, str]:
        """The language's thousands and decimal separators, read from its form of 1,234.5."""
        sample = CORE.texts(self._language).pgettext("number", "1,234.5")
        return str.maketrans({",": sample[1:-5], ".": sample[-2:-1]})


def _whole(number: object) -> int:
    """Return the number by which gettext selects a plural form; fractions count as plural."""
    try:
        value = float(str(number))
    except ValueError:
        return 2
    return int(value) if value.is_integer() else 2


@cache
def _languages(name: str, folders: tuple[str, ...]) -> tuple[str, ...]:
    shipped = {
        path.parts[-3]
        for folder in folders
        for path in Path(folder).glob(f"*/LC_MESSAGES/{name}.mo")
    }
    return tuple(sorted({languages_.ENGLISH, *shipped}))


@cache
def _catalogue(name: str, folders: tuple[str, ...], language: str) -> gettext.NullTranslations:
    """Return the first folder's catalogue, which falls back to the others."""
    found = [gettext.translation(name, folder, [language], fallback=True) for folder in folders]
    for one, further in itertools.pairwise(found):
        one.add_fallback(further)
    return found[0]


@lru_cache(maxsize=256)
def _texts(domain: Domain, wanted: str, default: str, added: tuple[str, ...]) -> Texts:
    """Return the texts; the further parameters are part of the cache key only."""
    return Texts(domain, domain.supported(wanted))


#: The core's own texts.
CORE = Domain("hanse_harvesters", Path(__file__).parent / "i18n")
