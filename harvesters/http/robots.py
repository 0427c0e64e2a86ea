"""The Robots Exclusion Protocol (RFC 9309): what a host's ``robots.txt`` asks a program to leave.

A module of our own: rules are matched in linear time, whatever patterns a host sends, and the
groups of one product token are joined, which the standard library's reader does not do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

#: Product token of our user agent, by which a robots.txt names this program.
PRODUCT = "ckanext-hanse"
#: Bytes that are read (RFC 9309, 2.5: at least 500 KiB).
MOST = 500 * 1024
_MOST_RULES = 5_000
_TOKEN = re.compile(r"[A-Za-z_-]+")
_DELAY = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?")
#: Characters that a path keeps when it is brought into one form.
_KEPT = "/:?#[]@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a group: a path pattern with ``*`` and ``$``, and whether it allows."""

    pattern: str
    allows: bool


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that hold for this program, and the sitemaps of the host.

    ``delay``  seconds between two requests (``Crawl-delay``, which is no part of RFC 9309).
    """

    rules: tuple[Rule, ...] = ()
    sitemaps: tuple[str, ...] = ()
    delay: float = 0.0

    @classmethod
    def of(cls, content: bytes, agent: str) -> Robots:
        """Read a ``robots.txt`` for the product token ``agent``."""
        groups, delays, sitemaps = _groups(content[:MOST].decode("utf-8", "replace"))
        group = agent.lower() if agent.lower() in groups else "*"
        rules = groups.get(group, [])
        return cls(tuple(rules[:_MOST_RULES]), tuple(sitemaps[:5]), delays.get(group, 0.0))

    @classmethod
    def closed(cls) -> Robots:
        """Return the rules for a host that cannot say what they are: nothing may be asked."""
        return cls((Rule("/", False),))

    def allows(self, url: str) -> bool:
        """Return whether ``url`` may be asked: the longest pattern decides, of equals Allow."""
        parts = urlsplit(url)
        path = _plain(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
        if path == "/robots.txt":
            return True
        fitting = [rule for rule in self.rules if _matches(rule.pattern, path)]
        best = max(fitting, key=lambda rule: (len(rule.pattern), rule.allows), default=None)
        return best is None or best.allows


def _groups(text: str) -> tuple[dict[str, list[Rule]], dict[str, float], list[str]]:
    """Return product token → rules of all its groups, → longest delay, and the sitemaps."""
    groups: dict[str, list[Rule]] = {}
    delays: dict[str, float] = {}
    sitemaps: list[str] = []
    agents: list[str] = []
    begun = False
    for line in text.lstrip("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if not colon:
            continue
        if key == "user-agent":
            agents = [] if begun else agents
            begun = False
            found = _TOKEN.match(value)
            agents.append("*" if value.startswith("*") else found[0].lower() if found else "")
            groups.setdefault(agents[-1], [])
        elif key in ("allow", "disallow"):
            begun = True
            for agent in agents if value else ():
                groups[agent].append(Rule(_plain(value), key == "allow"))
        elif key == "crawl-delay" and _DELAY.fullmatch(value):
            delays |= {agent: max(float(value), delays.get(agent, 0.0)) for agent in agents}
        elif key == "sitemap" and value:
            sitemaps.append(value)
    return groups, delays, sitemaps


def _plain(path: str) -> str:
    """Return a path in one form of percent-encoding (RFC 9309, 2.2.2)."""
    return quote(re.sub(r"%[0-9A-Fa-f]{2}", _decoded, path), safe=_KEPT)


def _decoded(found: re.Match[str]) -> str:
    """Decode an unreserved character; leave any other, in upper case."""
    character = unquote(found[0], errors="replace")
    plain = character.isascii() and (character.isalnum() or character in "-._~")
    return character if plain else found[0].upper()


def _matches(pattern: str, path: str) -> bool:
    """Return whether a pattern matches from the beginning of the path.

    Each piece between two ``*`` is looked for once, from left to right: the first occurrence is
    as good as any later one, so there is nothing to try again.
    """
    ends = pattern.endswith("$")
    first, *further = (pattern[:-1] if ends else pattern).split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    if not further:
        return not ends or place == len(path)
    *middle, last = further
    for piece in middle:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    if ends:
        return len(path) - len(last) >= place and path.endswith(last)
    return path.find(last, place) >= 0
