"""The ways in which a catalogue service may be asked, the likeliest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hanse_harvesters.errors import AddressRefused
from hanse_harvesters.http import address as addresses
from hanse_harvesters.sources import paging
from hanse_harvesters.sources.csw_options import Options
from hanse_harvesters.sources.csw_request import PREFIXES, TYPE_NAMES, Dialect

#: Requests that may be refused before the service's own reason is reported.
_PATIENCE = 12


class Dialects:
    """Holds the ``current`` one, and moves on if the service refuses it.

    ``head``  the capabilities, as the parser returns them.
    ``url``   the source's own address: its scheme and host are kept, since services behind a
              proxy publish inner ones; an address as published comes last.
    """

    def __init__(self, head: Mapping[str, Any], url: str, options: Options) -> None:
        operation = head["operations"].get("GetRecords", {})
        named = [
            (method, address)
            for method in ("POST", "GET")
            for address in operation.get(method.lower(), ())
            if options.method.upper() in ("", method) and _is_usable(address)
        ] or [(options.method.upper() or "GET", url)]
        own = [(method, paging.own(url, address)) for method, address in named]
        types = [
            name
            for key, names in operation.get("parameters", {}).items()
            if key.lower() == "typenames"
            for name in names
        ]
        first = TYPE_NAMES[0] if not types or TYPE_NAMES[0] in types else TYPE_NAMES[-1]
        prefixes = _prefixes(head["queryables"])
        self._ways = [
            Dialect(address, method, prefixes[0], first).others(prefixes)
            for method, address in dict.fromkeys([*own, *named])
        ]
        #: An address in the capabilities that leads to another host, "" if there is none.
        self.mended = next((a for _, a in named if paging.leaves(url, a)), "")
        self._begin = self._ways[0][0]
        self._refused = 0
        self.current = self._begin

    def other_words(self) -> bool:
        """Move on to other names or without a sort order; return False if there are none."""
        way = self._ways[0]
        way.pop(0)
        self._refused += 1
        if not way or self._refused >= _PATIENCE:
            return False
        self.current = way[0]
        return True

    def other_prefix(self) -> bool:
        """Move on to the next prefix: the service does not know the names, and finds nothing."""
        used = self.current.prefix
        self._ways[0] = [item for item in self._ways[0] if item.prefix != used and item.in_order]
        if not self._ways[0]:
            return False
        self.current = self._ways[0][0]
        return True

    def other_way(self) -> bool:
        """Move on to another method or address; return False if there is none."""
        if len(self._ways) == 1:
            return False
        self._ways.pop(0)
        self.current = self._begin = self._ways[0][0]
        return True

    def back(self) -> None:
        """Return to the likeliest one: no other was understood either."""
        self.current = self._begin


def _is_usable(address: str) -> bool:
    """Return whether an address in the capabilities can be asked at all."""
    try:
        addresses.split(address)
    except AddressRefused:
        return False
    return True


def _prefixes(queryables: list[str]) -> tuple[str, ...]:
    """Return all prefixes, those of the service's queryables first."""
    used = {name.rpartition(":")[0] + ":" if ":" in name else "" for name in queryables}
    return tuple(sorted(PREFIXES, key=lambda prefix: prefix not in used))
