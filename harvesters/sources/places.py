"""Where catalogues may be: what a page of a portal says of them, and what is known of the kinds.

A connector names places without a request (:meth:`.base.Source.places`); the detection asks them,
the likeliest first, and shows what answers to all connectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from hanse_harvesters.messages import messages

#: How likely a place is: the page names it as the catalogue; its software publishes there; the
#: page has a link that looks like it; it is a usual address.
NAMED, SOFTWARE, LINKED, USUAL = 0.9, 0.8, 0.6, 0.3
#: Words of a city's full name that are not its name.
_RANKS = frozenset(
    {"hansestadt", "hanse", "stadt", "universitäts", "universitätsstadt", "und", "freie", "kreis",
     "landeshauptstadt", "landkreis", "gemeinde", "hanseatic", "university", "city", "of", "the",
     "and", "miasto"}
)  # fmt: skip
#: Folders of a page's address at which usual addresses are looked for, besides the host itself.
_FOLDERS = 2


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is assumed, in words: a message of ``messages.yaml`` and its parameters."""

    id: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, id: str, /, **params: Any) -> Reason:
        """Return the reason with these parameters."""
        return cls(id, params)

    def text(self, language: str) -> str:
        """Return the reason in the reader's language."""
        return messages()[self.id].what(language, self.params)


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page: absolute URL, relations, media type and text; ``rel`` is lower case.

    A script, style sheet or image has its element's name as the relation.
    """

    url: str
    rel: frozenset[str] = frozenset()
    type: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class PortalPage:
    """What is known of the page at an address, for a connector to tell where a catalogue may be.

    ``url``        after redirects.
    ``status``     200, or that of an error; then there is nothing but the address.
    ``start``      the first 64 KiB in lower case, to look for a marker.
    ``generator``  the software as the page names it.
    ``language``   of the page, two letters; "" if not stated.
    ``facts``      of JSON: ``keys`` of the outermost object, ``conforms`` (OGC API).
    """

    url: str
    status: int = 200
    title: str = ""
    generator: str = ""
    language: str = ""
    start: str = ""
    links: tuple[Link, ...] = ()
    has_password: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    def says(self, *marks: str) -> bool:
        """Return whether one of the marks, in lower case, is in the page or its addresses."""
        generator = self.generator.lower()
        return any(
            mark in generator
            or mark in self.start
            or any(mark in link.url.lower() for link in self.links)
            for mark in marks
        )

    def folders(self) -> list[str]:
        """Return the host's address, then those of the page's folders, without ``/`` at the end."""
        parts = urlsplit(self.url)
        steps = [step for step in parts.path.split("/")[:-1] if step][:_FOLDERS]
        paths = ["", *("/" + "/".join(steps[: n + 1]) for n in range(len(steps)))]
        return [urlunsplit((parts.scheme, parts.netloc, path, "", "")) for path in paths]

    def at(self, path: str) -> str:
        """Return the absolute URL of a path or link of the page."""
        return urljoin(self.url, path)


@dataclass(frozen=True, slots=True)
class Place:
    """An address where a catalogue may be.

    ``url``     what is asked.
    ``likely``  between 0 and 1: :data:`NAMED`, :data:`SOFTWARE`, :data:`LINKED` or :data:`USUAL`.
    ``why``     why it may be there.
    ``group``   once a catalogue was found in a group, its other places are not asked: the same
                catalogue in another format, for instance.
    """

    url: str
    likely: float
    why: Reason
    group: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of the city that looks for its datasets.

    ``names``  of the place, as it may be spelt: ``("Stralsund", "Hansestadt Stralsund")``.
    """

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, title: str) -> Wish:
        """Return the wish of a city by its full name: "Hansestadt Stralsund"."""
        words = [word for word in title.split() if word.strip("-,").casefold() not in _RANKS]
        short = " ".join(words).strip(" ,")
        return cls(tuple(name for name in dict.fromkeys((short, title.strip())) if name))

    def fits(self, text: str) -> bool:
        """Return whether a text names the city."""
        plain = text.casefold()
        return any(name and name.casefold() in plain for name in self.names)


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a filter: what is entered, what people call it, how many datasets it has."""

    value: str
    title: str
    count: int | None = None
    fits: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that a city may want.

    ``option``   key of the connector's options; the values chosen become its list.
    ``label``    what is chosen by, in words.
    """

    option: str
    label: Reason
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a catalogue holds: how many datasets, what they can be filtered by, its own title."""

    count: int | None = None
    filters: tuple[Filter, ...] = ()
    title: str = ""


def usual(
    page: PortalPage, paths: Iterable[str], why: str, *, less: float = 0.0
) -> Iterable[Place]:
    """Yield usual places below a page's folders; the first paths are the likeliest."""
    for depth, folder in enumerate(page.folders()):
        for number, path in enumerate(paths):
            likely = USUAL - less - 0.02 * number - 0.05 * depth
            yield Place(folder + path, max(likely, 0.01), Reason.of(why, path=path), folder)
