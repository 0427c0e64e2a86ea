"""Translate a ckanext-harvest source into our kind, options and cron expression.

Based on ckanext-harvest 1.6, ckanext-dcat 2.4 and ckanext-spatial 2.3: their source types, the
configuration keys they read, and their frequencies.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.errors import HanseError
from hanse_harvesters.mapping import ckan_keys
from hanse_harvesters.sandbox.document import Package
from hanse_harvesters.sources import ckan_record

#: Their source type → our kind.
KINDS = {
    "ckan": "ckan",
    "csw": "csw",
    "dcat_rdf": "rdf",
    "dcatde_rdf": "rdf",
    "single-doc": "csw",
}
#: Their source type that has no kind here → message with what to do instead.
INSTEAD = {"waf": "harvest-waf"}
#: Keys for what we always do, or that have no meaning here.
NEEDLESS = frozenset(
    {"api_version", "clean_tags", "continue_on_validation_errors", "default_group_dicts",
     "force_all", "rdf_format", "read_only", "reindex_unchanged", "user", "user_agent",
     "validator_profiles"}
)  # fmt: skip
#: Their key → our option and the form of its names.
_INCLUDED = {"organizations_filter_include": "organization", "groups_filter_include": "groups"}
_EXCLUDED = {"organizations_filter_exclude": "organization", "groups_filter_exclude": "groups"}
#: Queryable in CQL, without its prefix, in lower case → our option.
_QUERYABLES = {"anytext": "anytext", "organisationname": "organizations", "subject": "subjects"}
#: ``csw:AnyText LIKE '%Stralsund%'``; a quote in the value is doubled.
_CONDITION = re.compile(r"\s*(?:\w+:)?(\w+)\s*(?:=|\bi?like\b)\s*'((?:[^']|'')+)'\s*", re.I)
_PLAIN = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Carried:
    """A translated configuration.

    ``options``   options of our kind.
    ``lost``      keys for a behaviour that we do not support.
    ``needless``  keys that need no counterpart.
    ``unreadable``  True if the configuration is not a JSON object.
    """

    options: dict[str, Any] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    unreadable: bool = False

    @property
    def unfiltered(self) -> bool:
        """Whether a filter is lost, so that the whole portal would come."""
        return not {*_INCLUDED, "cql"}.isdisjoint(self.lost)


def carry(kind: str, config: str) -> Carried:
    """Translate the configuration of a source of our ``kind``.

    >>> carry("ckan", '{"groups_filter_exclude": ["geo"], "remote_orgs": "create"}')
    Carried(options={'fq': ['-groups:"geo"']}, lost=['remote_orgs'], needless=[], unreadable=False)
    """
    found = Carried()
    try:
        reported = json.loads(config or "{}")
    except (ValueError, RecursionError):
        reported = None
    if not isinstance(reported, Mapping):
        found.unreadable = True
        return found
    for key, value in sorted(reported.items()):
        names = _names(value)
        if kind == "ckan" and key in _INCLUDED and names:
            found.options[_INCLUDED[key]] = names
        elif kind == "ckan" and key in _EXCLUDED and names:
            found.options.setdefault("fq", []).extend(
                f"-{_EXCLUDED[key]}:{_quoted(name)}" for name in names
            )
        elif kind == "csw" and key == "cql" and (filters := cql(value)):
            found.options.update(filters)
        elif key in NEEDLESS or value in (None, "", [], {}):
            found.needless.append(key)
        else:
            found.lost.append(key)
    return found


def cql(query: Any) -> dict[str, list[str]]:
    """Translate a CQL filter to options of kind csw; {} for one that they cannot express.

    Conditions on one queryable may be joined by OR, such groups by AND.

    >>> cql("csw:AnyText LIKE '%Stralsund%' AND apiso:Subject = 'opendata'")
    {'anytext': ['*Stralsund*'], 'subjects': ['opendata']}
    """
    found: dict[str, list[str]] = {}
    for group in _split(str(query), "and"):
        names: set[str] = set()
        for condition in _split(group.strip().removeprefix("(").removesuffix(")"), "or"):
            matched = _CONDITION.fullmatch(condition)
            name = _QUERYABLES.get(matched[1].lower()) if matched else None
            if matched is None or name is None or name in found.keys() - names:
                return {}
            names.add(name)
            value = matched[2].replace("''", "'").replace("%", "*")
            found.setdefault(name, []).append(value)
        if len(names) != 1:
            return {}
    return found


def _split(text: str, word: str) -> list[str]:
    """Split at a word that stands outside quotes."""
    parts = re.split(rf"('(?:[^']|'')*')|\b{word}\b", text, flags=re.IGNORECASE)
    found = [""]
    for number, part in enumerate(parts):
        if part is None:
            found.append("")
        elif number % 2 or part:
            found[-1] += part
    return found


def _names(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return items if items and all(isinstance(item, str) and item for item in items) else []


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def cron(frequency: str, key: str) -> str:
    """Return a cron expression for a frequency, "" for manual runs only and for an unknown one.

    ``key`` (the source's id) spreads the sources over the night, the week and the month, so
    that they do not all start at once.  ``ALWAYS`` means every hour.
    """
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    minute, number = number % 60, number // 60
    hour, number = number % 6, number // 6
    weekday, number = number % 7, number // 7
    day = 1 + number % 14
    return {
        "ALWAYS": f"{minute} * * * *",
        "DAILY": f"{minute} {hour} * * *",
        "WEEKLY": f"{minute} {hour} * * {weekday}",
        "BIWEEKLY": f"{minute} {hour} {day},{day + 14} * *",
        "MONTHLY": f"{minute} {hour} {day} * *",
    }.get(frequency.upper(), "")


def name(wanted: str) -> str:
    """Convert a name to our form: lower-case letters, digits and hyphens, 2 to 80 characters."""
    plain = unicodedata.normalize("NFKD", wanted.lower()).encode("ascii", "ignore").decode()
    found = _PLAIN.sub("-", plain).strip("-")[:80].strip("-")
    return found if len(found) > 1 else f"quelle-{found or 'x'}"


def identity(kind: str, guid: str, content: str, url: str) -> str:
    """Return the harvest identity that we use for one of their harvest objects, "" for none.

    ``guid`` and ``content`` are the object's, ``url`` its source's.  ckanext-dcat's guid is the
    subject IRI or the identifier, like our identity; the CKAN harvester's is the package's id,
    while ours is the IRI that the package states or has by default.
    """
    if kind != "ckan":
        return guid
    try:
        package = json.loads(content)
        if isinstance(package, dict):
            found = ckan_record.record(Package.of(package), url).identity
            if not found.startswith("content:"):
                return found
    except (ValueError, RecursionError, HanseError):
        pass
    return f"{ckan_keys.site(url)}/dataset/{guid}" if guid else ""
