"""Coordinates in metres → longitude and latitude: UTM zones 31 to 33 and Web Mercator.

Krüger's series (1912) in the form of Karney, "Transverse Mercator with an accuracy of a few
nanometers" (2011), to the fourth order: accurate to a millimetre within a zone.  ETRS89 and
WGS 84 are treated as equal; they differ by less than a metre.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Convert: TypeAlias = Callable[[float, float], Point]

#: GRS 80: semi-major axis in metres, flattening.
_A, _F = 6_378_137.0, 1 / 298.257222101
_N = _F / (2 - _F)
_RADIUS = _A / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_SCALE = 0.9996
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_E = math.sqrt(_F * (2 - _F))
_CODE = re.compile(r"EPSG(?:/[\d.]*/|:(?:[\d.]*:)?)(?P<code>\d{4,6})\b", re.IGNORECASE)
#: EPSG code → zone: ETRS89, WGS 84; below, ETRS89 with the zone before the easting.
_ZONES = {25831: 31, 25832: 32, 25833: 33, 32631: 31, 32632: 32, 32633: 33}
_NORTH_FIRST = {3043: 31, 3044: 32, 3045: 33}
_WITH_ZONE = {4647: 32, 5650: 33}
_MERCATOR = frozenset({3857, 900913, 3785, 102100, 102113})
#: Northing in metres in UTM between the Alps and the North Cape.
_SOUTH, _NORTH = 5_000_000.0, 8_000_000.0


def utm(zone: int, east: float, north: float) -> Point:
    """Convert a point in a northern UTM zone to longitude and latitude in degrees."""
    xi = north / (_SCALE * _RADIUS)
    eta = (east - 500_000) / (_SCALE * _RADIUS)
    terms = [(2 * number, beta) for number, beta in enumerate(_BETA, start=1)]
    x = xi - sum(b * math.sin(k * xi) * math.cosh(k * eta) for k, b in terms)
    y = eta - sum(b * math.cos(k * xi) * math.sinh(k * eta) for k, b in terms)
    conformal = math.sin(x) / math.hypot(math.sinh(y), math.cos(x))  # tangent of that latitude
    tangent = conformal
    for _ in range(5):  # Karney, eq. 7-9, by Newton's method
        sigma = math.sinh(_E * math.atanh(_E * tangent / math.hypot(1, tangent)))
        guess = tangent * math.hypot(1, sigma) - sigma * math.hypot(1, tangent)
        slope = (1 - _E**2) * math.hypot(1, guess) * math.hypot(1, tangent)
        tangent += (conformal - guess) / slope * (1 + (1 - _E**2) * tangent**2)
    longitude = 6 * zone - 183 + math.degrees(math.atan2(math.sinh(y), math.cos(x)))
    return longitude, math.degrees(math.atan(tangent))


def mercator(east: float, north: float) -> Point:
    """Convert a point in Web Mercator (EPSG:3857) to longitude and latitude in degrees."""
    latitude = 2 * math.atan(math.exp(north / _A)) - math.pi / 2
    return math.degrees(east / _A), math.degrees(latitude)


def _north_first(zone: int, north: float, east: float) -> Point:
    return utm(zone, east, north)


def _with_zone(zone: int, east: float, north: float) -> Point:
    return utm(zone, east - zone * 1_000_000, north)


def named(system: str) -> Convert | None:
    """Return the conversion for an EPSG code in any notation, None for other systems."""
    match = _CODE.search(system)
    code = int(match["code"]) if match else 0
    if code in _MERCATOR:
        return mercator
    for zones, convert in ((_ZONES, utm), (_NORTH_FIRST, _north_first), (_WITH_ZONE, _with_zone)):
        if code in zones:
            return partial(convert, zones[code])
    return None


def plain(points: tuple[Point, ...]) -> Convert | None:
    """Return the conversion for numbers whose easting includes the zone, else None.

    An easting without a zone could be in any of them; such numbers are kept.
    """
    zones = {int(east // 1_000_000) for east, _ in points}
    inside = all(_SOUTH < north < _NORTH for _, north in points)
    if inside and len(zones) == 1 and (zone := zones.pop()) in (31, 32, 33):
        return partial(_with_zone, zone)
    return None
