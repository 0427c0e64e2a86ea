"""Texts for people: English in code and YAML, every other language in gettext's catalogues.

A package's texts are a :class:`Domain`: ``<folder>/<language>/LC_MESSAGES/<name>.mo``.  The
core's are :data:`CORE`; the extension has its own, and so may a connector.  A text is looked up
by its English, and by a context where it has an id or the English alone does not tell two apart.

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

#: Further folders with catalogues, as PATH names folders.
ENV_FOLDERS = "HANSE_I18N"

_added: tuple[str, ...] = tuple(filter(None, os.environ.get(ENV_FOLDERS, "").split(os.pathsep)))


def add_folder(folder: Path) -> None:
    """Search ``folder`` for the catalogues of every domain too, before all others."""
    global _added
    _added = (str(folder), *_added)


def added_folders() -> tuple[str, ...]:
    """Those that are searched before a package's own, in this order."""
    return _added


def remove_folder(folder: Path) -> None:
    """The opposite of :func:`add_folder`."""
    global _added
    _added = tuple(known for known in _added if known != str(folder))


class Domain:
    """The texts of one package.

    ``name``    gettext's domain: what its catalogues are called.
    ``folder``  where they are shipped.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = str(folder)

    def languages(self) -> tuple[str, ...]:
        """Those that there are catalogues for, and English; by name."""
        return _languages(self.name, (*_added, self._folder))

    def supported(self, wanted: str) -> str:
        """The language that a reader gets: the asked one, else the default, else English."""
        known = self.languages()
        return next(code for code in languages_.wanted(wanted) if code in known)

    def texts(self, language: str) -> Texts:
        """The texts in the language that a reader of ``language`` gets."""
        return _texts(self, language, languages_.default(), _added)

    def catalogue(self, language: str) -> gettext.NullTranslations:
        """What is translated into exactly this language."""
        return _catalogue(self.name, (*_added, self._folder), language)


class Texts:
    """A domain's texts in one language, their placeholders filled in.

    The methods are gettext's, by whose names ``make i18n`` finds the texts; ``values`` are
    what the placeholders stand for, and ``number`` is one of them where it decides the form.
    """

    def __init__(self, domain: Domain, language: str) -> None:
        self.language = language
        self._catalogue = domain.catalogue(language)
        self._filler = _Filler(language)

    def gettext(self, text: str, /, **values: object) -> str:
        """The text."""
        return self.fill(self._catalogue.gettext(text), values)

    def pgettext(self, context: str, text: str, /, **values: object) -> str:
        """The text as it is said in this context: an id, or what tells two uses of it apart."""
        return self.fill(self._catalogue.pgettext(context, text), values)

    def ngettext(self, one: str, many: str, number: float, /, **values: object) -> str:
        """The form for so many."""
        found = self._catalogue.ngettext(one, many, _whole(number))
        return self.fill(found, {"number": number, **values})

    def npgettext(
        self, context: str, one: str, many: str, number: float, /, **values: object
    ) -> str:
        """The form for so many, in this context."""
        found = self._catalogue.npgettext(context, one, many, _whole(number))
        return self.fill(found, {"number": number, **values})

    def template(self, text: Text, number: object = 0) -> str:
        """A text of a YAML file with its placeholders as they are, in the form for so many."""
        if text.many:
            return self._catalogue.npgettext(text.context, text.one, text.many, _whole(number))
        return self._catalogue.pgettext(text.context, text.one)

    def fill(self, template: str, values: Mapping[str, object]) -> str:
        """A text of this language with its placeholders filled in.

        Numbers have the language's marks, a list is joined by commas, a mapping of
        language → text gives its text.  Characters that steer a terminal become blanks, since
        portals have a say in the values; a parameter that is missing is empty.
        """
        return self._filler.vformat(template, (), values) if "{" in template else template


@dataclass(frozen=True, slots=True)
class Text:
    """An English text of a YAML file; ``id`` and part of its entry are its context.

    ``many``    of several, where it counts; ``counts`` names the parameter with the number.
    """

    domain: Domain
    context: str
    one: str
    many: str = ""
    counts: str = ""

    @classmethod
    def of(cls, domain: Domain, id: str, part: str, entry: str | Mapping[str, str]) -> Text:
        """A text as YAML gives it: the words, or ``{"count", "one", "other"}``."""
        context = f"{id} {part}"
        if isinstance(entry, str):
            return cls(domain, context, entry)
        return cls(domain, context, entry["one"], entry["other"], entry["count"])

    def template(self, language: str, values: Mapping[str, Any]) -> str:
        """The text in the reader's language, its placeholders as they are."""
        number = values.get(self.counts, 0) if self.counts else 0
        return self.domain.texts(language).template(self, number)

    def filled(self, language: str, values: Mapping[str, Any]) -> str:
        """The text in the reader's language, its placeholders filled in."""
        return self.domain.texts(language).fill(self.template(language, values), values)


class _Filler(string.Formatter):
    """Fills in placeholders as a reader of one language expects it."""

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
        """What numbers have in place of "," and ".": the language's way to write 1,234.5."""
        sample = CORE.texts(self._language).pgettext("number", "1,234.5")
        return str.maketrans({",": sample[1:-5], ".": sample[-2:-1]})


def _whole(number: object) -> int:
    """The number by which gettext chooses a form; a part of one or of more is several."""
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
    """The first folder's catalogue, which falls back on the others'."""
    found = [gettext.translation(name, folder, [language], fallback=True) for folder in folders]
    for one, further in itertools.pairwise(found):
        one.add_fallback(further)
    return found[0]


@lru_cache(maxsize=256)
def _texts(domain: Domain, wanted: str, default: str, added: tuple[str, ...]) -> Texts:
    """Cached also by what decides the answer without being read here."""
    return Texts(domain, domain.supported(wanted))


#: The core's own texts.
CORE = Domain("hanse_harvesters", Path(__file__).parent / "i18n")
