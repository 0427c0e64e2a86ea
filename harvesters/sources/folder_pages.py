"""The pages by which a web server lists a folder: which descriptions and files are below it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from hanse_harvesters.errors import AddressRefused, ConfigError, StopRun
from hanse_harvesters.http import Answer, BadStatus
from hanse_harvesters.record import EntityDict
from hanse_harvesters.sandbox.child.folder import CATALOGUE, DATASET, MOST_LINKS
from hanse_harvesters.sources.folder_tree import Described, Tree

#: Pages that stand for their folder; what is asked for where such a page names no description: that
#: of the dataset and, once for all of them, of the catalogue.
_INDEX = ("index.html", "index.htm")
_UNNAMED = ("dataset.toml", "dataset.yaml")
_UNNAMED_CATALOGUE = ("catalog.toml", "catalog.yaml")
#: Answers that say there is nothing.
_ABSENT = (403, 404, 410)


class Asks(Protocol):
    """The source: it fetches, parses and reports."""

    def ask(self, url: str) -> Answer:
        """Return the document at an address."""

    def _parsed(self, answer: Answer, **arguments: str) -> Iterable[Any]: ...

    def report(self, rule: str, value: object = "", **params: object) -> None:
        """Add an issue of the source."""


@dataclass(slots=True)
class Pages:
    """The walk over the pages below an address, on its own host.

    ``broken``  rule of what left a gap in the walk, "" for nothing.
    """

    source: Asks
    url: str
    depth: int
    most: int
    broken: str = ""
    _root: str = ""
    _described: dict[str, str] = field(default_factory=dict)
    _tree: Tree = field(default_factory=Tree)
    _guessed: bool = False

    def tree(self, items: list[EntityDict]) -> Tree:
        """Return what is below the page with these ``items``, and of the pages it leads to."""
        self._root = _folder(self.url)
        waiting = deque(self._page(self.url, items, 0))
        visited = {self._root}
        count = 1
        while waiting:
            url, depth = waiting.popleft()
            if url in visited:
                continue
            visited.add(url)
            if count >= self.most:
                self._gap("page-cap", count)
                break
            count += 1
            waiting.extend(self._ask(url, depth))
        if self._guessed and self._tree.catalogue is None:
            self._guess_catalogue()
        if self._tree.catalogue is not None:
            self.fill(self._tree.catalogue)
        return self._tree

    def address(self, found: Described) -> str:
        """Return the address of a description's folder, "" for one that is in no page."""
        address = self._described.get(_key(found))
        return _folder(address) if address else ""

    def fill(self, found: Described) -> None:
        """Fetch a description that a page names."""
        address = self._described.get(_key(found))
        if not address or found.fields or found.broken:
            return
        with self.source.ask(address) as answer:
            for item in self.source._parsed(answer, record=address, name=found.name.lower()):
                found.fields, found.broken = item.get("fields", {}), item.get("broken", "")

    def _ask(self, url: str, depth: int) -> list[tuple[str, int]]:
        try:
            with self.source.ask(url) as answer:
                items = list(self.source._parsed(answer))
        except (AddressRefused, ConfigError):
            raise
        except StopRun as error:
            if not _is_absent(error):
                self.broken = "page-failed"
            self.source.report("page-failed", url, **error.reasons)
            return []
        return self._page(url, items, depth)

    def _page(self, url: str, items: list[EntityDict], depth: int) -> list[tuple[str, int]]:
        """Take in the links of a page; return the folders they lead to."""
        links = [item for item in items if "url" in item]
        if len(links) >= MOST_LINKS:
            self._gap("page-cap", len(links))
        here = next((urljoin(url, link["url"]) for link in links if link["rel"] == "base"), url)
        folders, described = [], False
        for link in links:
            target = self._own(urljoin(here, link["url"]))
            name = unquote(target.rpartition("/")[2])
            if not target:
                continue
            if not name or name.lower() in _INDEX:
                folder = _folder(target)
                if folder.startswith(_folder(url)) and folder != _folder(url):
                    folders.append((target, depth + 1))
            elif name.lower() in (*DATASET, *CATALOGUE):
                described = described or _folder(target) == _folder(url)
                self._describe(target)
            else:
                self._tree.files.setdefault(self._path(target), None)
        if not described and not folders and url.lower().endswith(_INDEX):
            self._guess(_folder(url))
        if folders and depth >= self.depth:
            self._gap("page-cap", depth)
            return []
        return folders

    def _guess(self, folder: str) -> None:
        """Look for the description of a folder whose page does not name it, as staticat's do."""
        try:
            found = self._first(folder, _UNNAMED)
        except (AddressRefused, ConfigError):
            raise
        except StopRun as error:
            self.broken = "page-failed"
            self.source.report("page-failed", folder, **error.reasons)
            return
        if found:
            self._guessed = True
            self._describe(found)

    def _guess_catalogue(self) -> None:
        """Look for what holds for all; an error is raised, since it decides on the identities."""
        if found := self._first(self._root, _UNNAMED_CATALOGUE):
            self._describe(found)

    def _first(self, folder: str, names: tuple[str, ...]) -> str:
        """Return the address of the first file that is there, "" for none."""
        for name in names:
            try:
                self.source.ask(folder + name).close()
            except StopRun as error:
                if not _is_absent(error):
                    raise
            else:
                return folder + name
        return ""

    def _describe(self, url: str) -> None:
        folder, _, name = self._path(url).rpartition("/")
        found = Described(folder, name)
        self._described[_key(found)] = url
        self._tree.add(found)

    def _own(self, url: str) -> str:
        """Return an address below the root, "" for any other; a listing's orders have a query."""
        try:
            plain, parts = urldefrag(url).url, urlsplit(url)
        except ValueError:
            return ""
        inside = plain.startswith(self._root) and plain != self._root
        return plain if inside and not parts.query else ""

    def _path(self, url: str) -> str:
        return unquote(url.removeprefix(self._root)).lstrip("/")

    def _gap(self, rule: str, value: object) -> None:
        self.broken = rule
        self.source.report(rule, value)


def _folder(url: str) -> str:
    """Return the address of the folder that a document is in, with ``/`` at the end."""
    return url.partition("?")[0].rpartition("/")[0] + "/"


def _is_absent(error: StopRun) -> bool:
    return isinstance(error, BadStatus) and error.status in _ABSENT


def _key(found: Described) -> str:
    return f"{found.path}/{found.name}"
