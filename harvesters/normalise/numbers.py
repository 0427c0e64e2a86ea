"""Sizes, resolutions, durations and checksums in the lexical form of XML Schema."""

from __future__ import annotations

import re

from hanse_harvesters.normalise.outcome import Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line, without_markup

#: Largest integer of PostgreSQL and Solr (8 bytes, signed).
LARGEST = 2**63 - 1

_WHOLE = re.compile(r"\+?(\d{1,20})(?:[.,]0*)?", re.ASCII)
_FLOAT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", re.ASCII)
_GROUPED = re.compile(
    r"\d{1,3}(?:\.\d{3}){2,6}|\d{1,3}(?:,\d{3}){2,6}|\d{1,3}(?:[  ']\d{3}){1,6}", re.ASCII
)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
#: Units of bytes, which are implied; kilobytes are not read, as their exact size is unclear.
_UNIT = re.compile(r"(?<=\d)\s*(?:bytes?|octets?|B)$", re.IGNORECASE)
_METRES = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:m|meter|metre|metres|meters)\.?", re.I | re.A)
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
)
_WEEKS = re.compile(r"P(\d{1,6})W", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)
_HASH_NAME = re.compile(r"(?i)(?:urn:)?(?P<name>sha-?\d(?:-?\d+)*|md-?\d|crc-?32)\s*[:=]\s*")


def size(value: object) -> Outcome[int]:
    """Return bytes as an integer: ``"1234.0"`` is read, ``"1,2 MB"`` is reported and dropped."""
    if isinstance(value, bool):
        return Outcome(None, (finding("size-invalid", value),))
    if isinstance(value, int):
        return _counted(value, str(value))
    came = without_markup(str(value))
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", value),) if came else ())
    came = _UNIT.sub("", came)
    if match := _WHOLE.fullmatch(came):
        return _counted(int(match[1]), came)
    if _FLOAT.fullmatch(came) and float(came).is_integer():
        return _counted(int(float(came)), came)
    if _GROUPED.fullmatch(came):
        return _counted(int(re.sub(r"\D", "", came)), came)
    return Outcome(None, (finding("size-invalid", came),))


def _counted(number: int, came: str) -> Outcome[int]:
    if 0 <= number <= LARGEST:
        return Outcome(number)
    return Outcome(None, (finding("size-invalid", came),))


def decimal(value: object) -> Outcome[str]:
    """Return a decimal in its lexical form; read ``10 m`` and ``0,5``, keep and report the rest."""
    came = one_line(str(value))
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", value),) if came else ())
    if _DECIMAL.fullmatch(came):
        return Outcome(came)
    if match := _METRES.fullmatch(came):
        return Outcome(match[1].replace(",", "."))
    if re.fullmatch(r"[+-]?\d+,\d+", came, re.ASCII):
        return Outcome(came.replace(",", "."))
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}", came, re.ASCII):
        return Outcome(f"{float(came):.12f}".rstrip("0").rstrip("."))
    return Outcome(came, (finding("number-invalid", came),))


def duration(text: str) -> Outcome[str]:
    """Return an xsd:duration; convert weeks to days, keep and report other text."""
    came = one_line(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    upper = came.upper()
    if match := _WEEKS.fullmatch(upper):
        return Outcome(f"P{int(match[1]) * 7}D")
    if _DURATION.fullmatch(upper):
        return Outcome(upper)
    return Outcome(came, (finding("duration-invalid", text),))


def checksum(text: str) -> Outcome[str]:
    """Return a checksum in hexadecimal digits, without a prefix (``sha256:…``)."""
    came = one_line(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    bare = _HASH_NAME.sub("", came) or came
    if _HEX.fullmatch(bare):
        return Outcome(bare)
    return Outcome(came, (finding("checksum-invalid", text),))


def hash_algorithm(text: str) -> str:
    """Return the algorithm before a checksum (``sha256:9e10…``), "" if there is none."""
    match = _HASH_NAME.match(text.strip())
    return match["name"] if match else ""
