"""Boxes in degrees (WGS 84)."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Length of a degree of latitude in kilometres.
KILOMETRES = 111.2


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in degrees; one with ``west`` > ``east`` crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Degrees of longitude."""
        return self.east - self.west if self.east >= self.west else self.east - self.west + 360

    @property
    def height(self) -> float:
        """Degrees of latitude."""
        return self.north - self.south

    @property
    def size(self) -> float:
        """Square degrees."""
        return self.width * self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        east = self.west + self.width / 2
        return (east - 360 if east > 180 else east), (self.south + self.north) / 2

    @property
    def kilometres(self) -> tuple[float, float]:
        """Width and height in kilometres, in its middle."""
        across = self.width * KILOMETRES * math.cos(math.radians(self.middle[1]))
        return across, self.height * KILOMETRES

    @property
    def written(self) -> str:
        """The box as in an address: ``minx,miny,maxx,maxy``."""
        sides = (self.west, self.south, self.east, self.north)
        return ",".join(f"{side:.4f}".rstrip("0").rstrip(".") for side in sides)

    def grown(self, share: float) -> Box:
        """Return the box with each side moved outwards by ``share`` of its width or height."""
        if self.west > self.east:
            return self
        across, up = self.width * share, self.height * share
        return Box(
            max(self.west - across, -180.0),
            max(self.south - up, -90.0),
            min(self.east + across, 180.0),
            min(self.north + up, 90.0),
        )

    def shared(self, other: Box) -> float:
        """Return the square degrees that both have; neither crosses the date line."""
        across = min(self.east, other.east) - max(self.west, other.west)
        up = min(self.north, other.north) - max(self.south, other.south)
        return max(across, 0.0) * max(up, 0.0)

    def holds(self, other: Box) -> bool:
        """Return whether ``other`` is within this box."""
        return (
            self.west <= other.west
            and other.east <= self.east
            and self.south <= other.south
            and other.north <= self.north
        )


def around(boxes: list[Box]) -> Box:
    """Return the box around ``boxes``, of which there is at least one."""
    return Box(
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )
