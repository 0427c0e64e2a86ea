"""Reference systems, conformance and resolution."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import is_web, short
from hanse_harvesters.mapping.iso19139.table import Step, listed
from hanse_harvesters.mapping.iso19139.values import Group, Value, first, href, text

_EPSG = re.compile(r"\bEPSG\b\W*(?:[\d.]*[:/])*\W*(?P<code>\d{4,5})\b", re.IGNORECASE)
#: A denominator; some write the whole scale, or a decimal point.
_SCALE = re.compile(r"(?:1\s*:\s*)?(\d{1,9})(?:[.,]0+)?")
_CRS = "http://www.opengis.net/def/crs/EPSG/0/"


def systems(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Reference systems as the IRI of their register, others in words."""
    reading.put(step["field"], filter(None, map(_system, values)))


def _system(group: Group) -> str:
    for value in group.get("code", ()):
        for form in (href(value), text(value)):
            if is_web(form):
                return form
    code = first(group, "code")
    space = first(group, "space") or first(group, "authority")
    if match := _EPSG.search(code) or _EPSG.search(f"{space}:{code}"):
        return _CRS + match["code"]
    return code


def conformance(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """Specifications that the data conform to; a failed or open test is kept."""
    for group in values:
        title = next(iter(group.get("title", ())), "")
        found = href(title) if is_web(href(title)) else reading.text(title) if title else ""
        if first(group, "pass").lower() in {"true", "1"}:
            reading.put(step["field"], [found] if found else [])
            continue
        result = first(group, "pass") or "not evaluated"
        reading.keep(step["value"], f"{found}: {result}" if found else "")
        if not found:
            reading.keep(step["value"], first(group, "explanation"))


def scales(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """Denominators as scales, ``1:10000``; one that is no number is kept."""
    for value in values:
        found = _SCALE.fullmatch(text(value).strip())
        if found and int(found[1]):
            reading.put(step["field"], [f"1:{int(found[1])}"])
        elif text(value).strip():
            reading.note("iso-value-unread", step["field"], text(value))
            reading.keep(step["value"], text(value))


def metres(reading: Reading, values: Sequence[Value], step: Step) -> None:
    """Distances in metres; one in a unit that is no length is kept."""
    for value in values:
        unit = "" if isinstance(value, str) else value.get("uom", "")
        factor = listed("lengths").get(short(unit).rpartition(":")[2])
        number = text(value).replace(",", ".")
        try:
            length = float(number) * factor if factor else None
        except ValueError:
            length = None
        if length is None or not 0 < length < 1e9:
            reading.note("iso-value-unread", step["field"], f"{number} {unit}".strip())
            reading.keep(step["value"], f"{number} {unit}".strip())
        else:
            exact = number if factor == 1 else f"{length:.6f}".rstrip("0").rstrip(".")
            reading.put(step["field"], [exact])
