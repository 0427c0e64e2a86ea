"""Services that a walk over a catalogue service did not meet, since its filter leaves them out.

A state publishes the services of a city's data, under its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hanse_harvesters.errors import StopRun
from hanse_harvesters.sources.csw_answers import Head
from hanse_harvesters.sources.csw_options import Options
from hanse_harvesters.sources.csw_pages import Pages
from hanse_harvesters.sources.csw_store import RecordStore
from hanse_harvesters.sources.page_walk import PageWalk

#: Records on a page.
_ROWS = 200
#: Pages that are asked for if the walk is limited.
_PAGES = 3
#: Identifiers in one request, requests at most, and requests without a result after which no more
#: are sent.
_TOGETHER, _REQUESTS, _IN_VAIN = 10, 100, 3
#: Characters of an identifier by which is asked: shorter ones stand in many others.
_SHORTEST, _LONGEST = 6, 200

#: Reads the page at which a walk stands.
Page = Callable[[PageWalk], tuple[Head, list[str]]]


def of_some(pages: Pages, page: Page) -> None:
    """Fetch services for the first data sets: a limited walk has met few of them."""
    pages.types = ("service",)
    walk = PageWalk.by(0, None, _ROWS)
    try:
        while walk.pages < _PAGES:
            head, keys = page(walk)
            if not walk.read(head["matched"], keys) or walk.start >= (walk.last or 0):
                return
    except StopRun:
        return  # the preview shows the data sets without them


def of_those_without(pages: Pages, page: Page, store: RecordStore, options: Options) -> None:
    """Ask for the services that operate on data sets which have none."""
    if not (options.organizations or options.anytext or options.subjects or options.bbox):
        return  # all were met
    pages.types = ("service",)
    store.only_joined = True
    vain = 0
    try:
        for number, names in enumerate(_batches(store)):
            if number >= _REQUESTS or vain >= _IN_VAIN:
                return
            pages.operating_on = names
            before = store.services
            page(PageWalk.by(0, None, _ROWS))
            vain = 0 if store.services > before else vain + 1
    except StopRun:
        return  # not every service can be asked so


def _batches(store: RecordStore) -> Iterator[tuple[str, ...]]:
    names: list[str] = []
    for identifiers in list(store.unserved()):
        usable = [name for name in identifiers if _SHORTEST <= len(name) <= _LONGEST]
        # What contains another is found by that.
        names += [n for n in usable if not any(other != n and other in n for other in usable)]
        while len(names) >= _TOGETHER:
            yield tuple(names[:_TOGETHER])
            del names[:_TOGETHER]
    if names:
        yield tuple(names)
