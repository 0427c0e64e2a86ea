"""Responsible parties: each in the field of its role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import short
from hanse_harvesters.mapping.iso19139.table import Step, listed, part
from hanse_harvesters.mapping.iso19139.values import Group, Value, first, groups, spoken
from hanse_harvesters.record import EntityDict

_RULES = {"publisher": "iso-publisher-from-role", "contact": "iso-contact-from-role"}
#: Names of a party that the fields of a class hold, beside its own.
_ADDRESS = ("email", "url", "telephone", "street", "postal_code", "locality", "country")


def parties(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Agents and contacts by role; who stands in for a missing one is reported."""
    distributors = groups(reading.values, "distributor") if "otherwise" in step else ()
    came = [*values, *(party for found in distributors for party in groups(found, "party"))]
    for group in came:
        role = short(first(group, "role"))
        field = step["fields"].get(role)
        if field:
            _add(reading, field, _entity(reading, reading.property(field).of, group))
        elif "otherwise" in step:
            _attribute(reading, step["otherwise"], role, group)
        elif role not in step["missing"].get("publisher", ()):
            reading.keep("party", " ".join(filter(None, (role, _name_of(group)))))
    for role, others in step["missing"].items():
        if step["fields"][role if role != "contact" else "pointofcontact"] not in reading.entity:
            _fill(reading, role, step, _ordered(came, others))
    if "otherwise" in step:
        _keep_record_party(reading, came)


def _keep_record_party(reading: Reading, came: Sequence[Group]) -> None:
    """Keep who describes the data, unless the same party has a role for the data."""
    known = {(_name_of(group), first(group, "email")) for group in came}
    for group in groups(reading.values, "record_party"):
        if (_name_of(group), first(group, "email")) not in known:
            said = (words for values in group.values() for one in values for words in spoken(one))
            reading.keep("record_party", ", ".join(dict.fromkeys(said)))


def _ordered(came: Sequence[Group], roles: Iterable[str]) -> list[Group]:
    return [group for role in roles for group in came if short(first(group, "role")) == role]


def _fill(reading: Reading, role: str, step: Step, others: Sequence[Group]) -> None:
    """Put another party of the record in the place of a missing one."""
    field = step["fields"]["pointofcontact" if role == "contact" else role]
    of = reading.property(field).of
    for group in (*others, *groups(reading.values, "record_party")):
        entity = _entity(reading, of, group, whole=role == "contact")
        reach = {key: value for key, value in entity.items() if key != part(of)["name"]}
        if entity.get(part(of)["name"]) and (role != "contact" or reach):
            _add(reading, field, entity)
            named = first(group, "role") or "pointOfContact"
            reading.note(_RULES[role], field, _name_of(group), role=named)
            return


def _add(reading: Reading, field: str, entity: EntityDict) -> None:
    if entity:
        reading.add(field, [entity])


def _attribute(reading: Reading, field: str, role: str, group: Group) -> None:
    """Keep a role that has no field of its own as an attribution with the role's IRI."""
    known = next((name for name in listed("roles") if name.casefold() == role), "")
    agent = _entity(reading, "agent", group)
    if not agent or not known:
        reading.keep("party", " ".join(filter(None, (role, _name_of(group)))))
        return
    fields = part(reading.property(field).of)
    reading.add(field, [{fields["agent"]: [agent], fields["role"]: listed("role_base") + known}])


def _name_of(group: Group) -> str:
    return first(group, "organisation") or _person(group) or first(group, "position")


def _person(group: Group) -> str:
    parts = (first(group, "first"), first(group, "last"))
    return first(group, "person") or " ".join(filter(None, parts))


def _entity(reading: Reading, of: str, group: Group, *, whole: bool = True) -> EntityDict:
    """Return a party as an agent or a contact; what that cannot hold is kept.

    ``whole``  False for the name alone.
    """
    fields = part(of)
    inner = reading.inside(of)
    for value in group.get("position", ()) if "telephone" in fields else ():
        inner.keep_others(f"party {_name_of(group)}", value)
    inner.put_words(fields["name"], _names(inner, group, whole="telephone" in fields))
    if not whole:
        return inner.entity
    for name in _ADDRESS:
        came = group.get(name, ())
        found = list(map(reading.text, came))
        for value in came if reading.cls.name == "dataset" else ():
            reading.keep_others(f"party {_name_of(group)}", value)
        if name == "street":
            found = [" ".join(filter(None, (", ".join(found), first(group, "number"))))]
        found = [item for item in found if item]
        if name in fields:
            _put(inner, fields[name], found)
        elif found and reading.cls.name == "dataset":
            reading.keep(f"party {_name_of(group)}", *found)
    if "telephone" not in fields and first(group, "organisation"):
        reading.keep(f"party {_name_of(group)}", _person(group), first(group, "position"))
    return inner.entity


def _put(inner: Reading, field: str, found: Sequence[str]) -> None:
    if found:
        inner.entity[field] = found[0]
        inner.keep(f"party {field}", *found[1:])


def _names(inner: Reading, group: Group, *, whole: bool) -> Mapping[str, str]:
    """Return language → name: the organisation, else the person; of a contact all of them."""
    organisation = _in_languages(inner, group.get("organisation", ()))
    rest = list(
        dict.fromkeys(filter(None, (*map(inner.text, group.get("position", ())), _person(group))))
    )
    if not organisation:
        return {inner.language or inner.site: ", ".join(rest)} if rest else {}
    if not whole or not rest:
        return organisation
    return {language: ", ".join((name, *rest)) for language, name in organisation.items()}


def _in_languages(inner: Reading, values: Sequence[Value]) -> dict[str, Any]:
    return inner.words(values[0]) if values else {}
