"""Cut the coast of the Baltic out of ``world-atlas`` and write the base map of the site.

Run after ``npm pack world-atlas@2.0.2``::

    python tools/make_base_map.py world-atlas-2.0.2.tgz ckanext-hanse/public/hanse/map/baltic.json

The input is ``countries-10m.json``: Natural Earth 1:10m (public domain) as TopoJSON.  The output is
TopoJSON too, with the objects ``land`` (coast) and ``borders`` (lines that two countries share).
Lines are simplified by Visvalingam and Whyatt (1993), the less the nearer to the founding cities:
a corner whose triangle is smaller than a limit is left out, the smallest first.
"""

from __future__ import annotations

import argparse
import heapq
import json
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Line = list[Point]
Zone = tuple[float, float, float, float]

#: West, south, east, north of what is kept; what is beyond the Baltic only fills the edges.
EDGE: Zone = (-12.0, 43.0, 45.0, 72.0)
#: The smallest triangle that is kept, and the smallest island, in square degrees, by zone.
DETAIL: tuple[tuple[Zone, float, float], ...] = (
    ((9.3, 53.2, 14.8, 55.3), 0.00002, 0.0),
    ((3.0, 51.0, 32.0, 67.0), 0.0011, 0.003),
    (EDGE, 0.02, 0.08),
)
#: Steps of a degree in the output: about a hundred metres.
STEPS = 1000


def main() -> None:
    """Read the package's file and write the map."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("package", type=Path, help="world-atlas-2.0.2.tgz")
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    with tarfile.open(given.package) as archive:
        member = archive.extractfile("package/countries-10m.json")
        if member is None:
            raise SystemExit("no countries-10m.json in the package")
        atlas = json.load(member)
    text = json.dumps(base_map(atlas), separators=(",", ":"))
    given.output.write_text(text + "\n", "utf-8")
    print(f"{given.output}: {len(text):,} characters")


def base_map(atlas: dict[str, Any]) -> dict[str, Any]:
    """Return the map as TopoJSON."""
    arcs = [simplified(arc) for arc in absolute(atlas)]
    arcs_out: list[list[list[int]]] = []

    def stored(line: Line) -> int:
        arcs_out.append(deltas(line))
        return len(arcs_out) - 1

    land = []
    for polygon in atlas["objects"]["land"]["geometries"][0]["arcs"]:
        rings = [clipped(joined(ring, arcs)) for ring in polygon]
        if len(rings[0]) >= 4 and area_of(rings[0]) > limit(rings[0][0])[1]:
            land.append([[stored(ring)] for ring in rings if len(ring) >= 4])
    borders = [[stored(line)] for arc in shared(atlas) for line in inside(arcs[arc])]
    return {
        "type": "Topology",
        "source": "Natural Earth (public domain), world-atlas 2.0.2",
        "transform": {"scale": [1 / STEPS, 1 / STEPS], "translate": [0, 0]},
        "objects": {
            "land": {"type": "MultiPolygon", "arcs": land},
            "borders": {"type": "MultiLineString", "arcs": borders},
        },
        "arcs": arcs_out,
    }


def absolute(topology: dict[str, Any]) -> Iterator[Line]:
    """Yield the arcs in degrees."""
    (across, up), (left, bottom) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * across + left, y * up + bottom))
        yield line


def limit(point: Point) -> tuple[float, float]:
    """Return the smallest triangle and island that are kept at ``point``."""
    for zone, triangle, island in DETAIL:
        if zone[0] <= point[0] <= zone[2] and zone[1] <= point[1] <= zone[3]:
            return triangle, island
    return DETAIL[-1][1] * 20, DETAIL[-1][2] * 20


def simplified(line: Line) -> Line:
    """Return ``line`` without its smallest corners; both ends stay, and four points of a ring."""
    least = 4 if line[0] == line[-1] else 2
    before = list(range(-1, len(line) - 1))
    after = list(range(1, len(line) + 1))
    sizes = [0.0] * len(line)
    heap: list[tuple[float, int]] = []

    def measure(at: int) -> None:
        size = triangle(line[before[at]], line[at], line[after[at]]) / limit(line[at])[0]
        sizes[at] = max(size, sizes[at])
        heapq.heappush(heap, (sizes[at], at))

    for at in range(1, len(line) - 1):
        measure(at)
    kept = [True] * len(line)
    left = len(line)
    while heap and left > least:
        size, at = heapq.heappop(heap)
        if not kept[at] or size != sizes[at]:
            continue
        if size >= 1:
            break
        kept[at] = False
        left -= 1
        after[before[at]], before[after[at]] = after[at], before[at]
        for neighbour in (before[at], after[at]):
            if 0 < neighbour < len(line) - 1:
                sizes[neighbour] = max(sizes[neighbour], size)
                measure(neighbour)
    return [point for point, stays in zip(line, kept, strict=True) if stays]


def triangle(a: Point, b: Point, c: Point) -> float:
    """Return the size of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def joined(ring: Sequence[int], arcs: Sequence[Line]) -> Line:
    """Return the points of a ring of arcs; ``~n`` is arc ``n`` from its end."""
    line: Line = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        line += arc if not line else arc[1:]
    return line


def clipped(ring: Line) -> Line:
    """Return a ring within the edge, by Sutherland and Hodgman (1974)."""
    for axis, value, keep_above in (
        (0, EDGE[0], 1),
        (1, EDGE[1], 1),
        (0, EDGE[2], 0),
        (1, EDGE[3], 0),
    ):
        kept: Line = []
        for start, end in zip(ring[-1:] + ring[:-1], ring, strict=True):
            if (start[axis] >= value) != (end[axis] >= value):
                share = (value - start[axis]) / (end[axis] - start[axis])
                cut = (
                    start[0] + share * (end[0] - start[0]),
                    start[1] + share * (end[1] - start[1]),
                )
                kept.append(cut)
            if (end[axis] >= value) == keep_above:
                kept.append(end)
        ring = kept
    return [*ring, ring[0]] if ring and ring[0] != ring[-1] else ring


def area_of(ring: Line) -> float:
    """Return the size of a ring."""
    pairs = pairwise(ring)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def shared(atlas: dict[str, Any]) -> list[int]:
    """Return the arcs that belong to two countries."""
    uses: Counter[int] = Counter()
    for country in atlas["objects"]["countries"]["geometries"]:
        polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        uses.update({n if n >= 0 else ~n for polygon in polygons for ring in polygon for n in ring})
    return sorted(arc for arc, countries in uses.items() if countries > 1)


def inside(line: Line) -> Iterator[Line]:
    """Yield the parts of a line whose points are within the edge."""
    part: Line = []
    for x, y in line:
        if EDGE[0] <= x <= EDGE[2] and EDGE[1] <= y <= EDGE[3]:
            part.append((x, y))
            continue
        if len(part) > 1:
            yield part
        part = []
    if len(part) > 1:
        yield part


def deltas(line: Line) -> list[list[int]]:
    """Return a line in steps, each point as the difference to the one before."""
    points = [(round(x * STEPS), round(y * STEPS)) for x, y in line]
    points = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    found = [list(points[0])]
    found += [[b[0] - a[0], b[1] - a[1]] for a, b in pairwise(points)]
    return found


if __name__ == "__main__":
    main()
