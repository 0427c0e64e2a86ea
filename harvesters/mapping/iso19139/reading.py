"""The state while one record is mapped: its values, its languages, the dataset so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import languages
from hanse_harvesters.mapping.iso19139.table import path_of
from hanse_harvesters.mapping.iso19139.values import Group, Value, first, groups, spoken, text
from hanse_harvesters.record import EntityDict
from hanse_schemas.table import Class, Property, classes
from hanse_schemas.vocabulary import vocabulary

#: Values of a field that are compared one by one, as the time grows quadratically.
_MANY = 100
#: Maximum issues of one record.
_MOST_ISSUES = 1_000


@cache
def _properties(name: str) -> Mapping[str, Property]:
    """Return field → property of a class, with the fields of flattened objects."""
    properties = classes()[name].properties
    flat = {outer: prop for prop in properties for outer in prop.flatten.values()}
    return {prop.field: prop for prop in properties} | flat


@dataclass(slots=True)
class Reading:
    """One record, or one object of it, on its way into the fields of a class.

    ``site``      language of the catalogue, ``language`` of the record ("" if it states none).
    ``locales``   id of a locale in the record → language.
    ``kept``      path → values that have no field; stored with the dataset.
    """

    values: Group
    cls: Class
    site: str
    language: str = ""
    locales: Mapping[str, str] = field(default_factory=dict)
    entity: EntityDict = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    kept: dict[str, list[Any]] = field(default_factory=dict)
    _met: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Group, name: str, site: str) -> Reading:
        """Return the reading of a record into the class ``name``."""
        locales = {
            first(group, "id"): _language(first(group, "language"))
            for group in groups(values, "locale")
        }
        language = _language(first(values, "language"))
        return cls(values, classes()[name], site, language, locales)

    def inside(self, name: str) -> Reading:
        """Return the reading of an object of class ``name`` in the same record."""
        return Reading(
            self.values, classes()[name], self.site, self.language, self.locales,
            issues=self.issues, kept=self.kept,
        )  # fmt: skip

    def property(self, field: str) -> Property:
        """Return the property that a field is of."""
        return _properties(self.cls.name)[field]

    def put(self, field: str, found: Iterable[Any]) -> None:
        """Store values: all of them, or the first, and the others where the table says."""
        came = list(dict.fromkeys(found)) if field else []
        if not came:
            return
        if field == "uri":
            self.entity.setdefault(field, came[0])
            return
        prop = self.property(field)
        if prop.multiple:
            self.add(field, came)
            return
        best, *rest = [came[0], *came[1:]] if field not in self.entity else [None, *came]
        if best is not None:
            self.entity[field] = best
        rest = [value for value in rest if value != self.entity[field]]
        if rest and prop.more:
            self.add(prop.more, rest)
        elif rest:
            self.note("values-several", field, rest[0])
            self.keep(field, *rest)

    def add(self, field: str, found: Iterable[Any]) -> None:
        """Add values to a field that holds a list, each once."""
        known = self.entity.setdefault(field, [])
        if len(known) < _MANY:
            known += [value for value in found if value not in known]
            return
        met = self._met.get(field)
        if met is None:
            met = self._met[field] = set(map(repr, known))
        for value in found:
            if (key := repr(value)) not in met:
                met.add(key)
                known.append(value)

    def put_objects(self, field: str, found: Iterable[EntityDict]) -> None:
        """Add objects to a field that holds a list."""
        if came := [item for item in found if item]:
            self.add(field, came)

    def words(self, value: Value) -> dict[str, str]:
        """Return language → text; a text whose language is unknown is in the site's."""
        main = self.language or self.site
        found = {}
        if isinstance(value, str):
            return {main: value}
        if came := value.get("text"):
            found[main] = came
        for locale, came in value.get("in", {}).items():
            if language := self.locales.get(locale) or _language(locale):
                found.setdefault(language, came)
            elif came not in found.values():
                self.note("language-unknown", "language", locale)
                self.keep(f"locale {locale}", came)
        return found

    def text(self, value: Value) -> str:
        """Return a text in the site's language, else in the record's."""
        if isinstance(value, str):
            return value
        words = self.words(value)
        return words.get(self.site) or words.get(self.language) or text(value)

    def put_words(self, field: str, words: Mapping[str, str]) -> None:
        """Store a text and its translations."""
        if not words or not field:
            return
        found = languages.fields(field, words, self.site)
        if self.property(field).one_language:
            others = found.pop(f"{field}_translated", {}).values()
            self.keep(f"{self.cls.name} {field}", *(o for o in others if o != found[field]))
        self.entity.update(found)

    def keep(self, name: str, *found: Any) -> None:
        """Keep values that have no field."""
        came = [value for value in found if value]
        if came:
            self.kept.setdefault(path_of(name), []).extend(came)

    def keep_others(self, name: str, value: Value) -> None:
        """Keep a text in the languages other than the one that :meth:`text` returns."""
        if not isinstance(value, str) and "in" in value:
            chosen = self.text(value)
            self.keep(name, *(words for words in spoken(value) if words != chosen))

    def note(self, rule: str, field: str, value: object = "", **params: object) -> None:
        """Add an issue."""
        found = issue(rule, field, value, **params)
        if len(self.issues) < _MOST_ISSUES and found not in self.issues:
            self.issues.append(found)


@lru_cache(maxsize=512)
def _language(code: str) -> str:
    """Return the shortest code of a language, "" for what is none.

    ``ger``, ``DE``, ``locale-deu``, ``http://…/language/GER``
    """
    last = code.rpartition("/")[2].rpartition("#")[2].removeprefix("locale-").removeprefix("LOC_")
    tag = last.replace("_", "-").split("-")[0].casefold()
    return languages.primary(tag) if tag and vocabulary("languages").find(tag) else ""
