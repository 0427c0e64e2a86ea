"""Addresses of a search page with a filter more or less; they can be shared and read aloud."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from ckanext.hanse.search.parameters import NAMES, short_value, solr_field, stored_value


@dataclass(frozen=True, slots=True)
class FilterLinks:
    """The address of a search page: ``path``, and its parameters in order, without pages."""

    path: str
    arguments: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, path: str, arguments: Iterable[tuple[str, str]]) -> FilterLinks:
        """Return the links of an address; empty parameters are left out."""
        kept = (pair for pair in arguments if pair[1] and pair[0] != "page" and pair[0][0] != "_")
        return cls(path, tuple(kept))

    def added(self, field: str, value: str) -> str:
        """Return the address that also asks for ``value``, as Solr has it, of a Solr field."""
        return self._address(
            (*self.arguments, (NAMES.get(field, field), short_value(field, value)))
        )

    def removed(self, field: str, value: str) -> str:
        """Return the address that does not ask for ``value`` of a Solr field, however written."""
        return self._address(
            (name, written)
            for name, written in self.arguments
            if not (solr_field(name) == field and stored_value(field, written) == value)
        )

    def replaced(self, **values: str) -> str:
        """Return the address with these parameters instead of theirs; "" removes one."""
        kept = [pair for pair in self.arguments if pair[0].rstrip("_") not in values]
        return self._address([*kept, *((name, value) for name, value in values.items() if value)])

    def without(self, names: Iterable[str]) -> str:
        """Return the address without these parameters."""
        left_out = set(names)
        return self._address(pair for pair in self.arguments if pair[0] not in left_out)

    def bare(self) -> str:
        """Return the address with only the words and the order."""
        return self._address(pair for pair in self.arguments if pair[0] in ("q", "sort"))

    def _address(self, pairs: Iterable[tuple[str, str]]) -> str:
        query = urlencode(list(dict.fromkeys(pairs)), safe="/:,")
        return f"{self.path}?{query}" if query else self.path
