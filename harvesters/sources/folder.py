"""A folder of files with a ``dataset.yaml`` for each dataset: on the web, or as an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from hanse_harvesters.errors import (
    AddressRefused,
    ConfigError,
    NotACatalogue,
    SkipRecord,
    StopRun,
    TooMuch,
    recast,
)
from hanse_harvesters.http import Answer
from hanse_harvesters.mapping import folder as mapping
from hanse_harvesters.record import EntityDict
from hanse_harvesters.sandbox.child import content
from hanse_harvesters.sources import folder_probe
from hanse_harvesters.sources.base import (
    ItemRecord,
    RawRecord,
    Source,
    UnreadableRecord,
    completeness,
)
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.sources.folder_pages import Pages
from hanse_harvesters.sources.folder_tree import Described, Tree, below
from hanse_harvesters.sources.identities import IdentityIndex
from hanse_harvesters.sources.places import Place, PortalPage
from hanse_harvesters.sources.sample import DocumentSample

#: Codes of the parser for an archive that must not be unpacked → error and message.
_REFUSED: dict[str, tuple[type[StopRun], str]] = {
    "broken": (NotACatalogue, "archive-broken"),
    "locked": (NotACatalogue, "archive-locked"),
    "large": (TooMuch, "archive-large"),
    "many": (TooMuch, "archive-many"),
    "ratio": (TooMuch, "archive-ratio"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """How a folder is read.

    ``base``       address at which the folder of an archive stands on the web.
    ``depth``      folders in folders that are looked into.
    ``max_pages``  pages after which a walk ends as incomplete.
    """

    base: str = ""
    depth: int = 8
    max_pages: int = 5_000

    def __post_init__(self) -> None:
        """Raise ConfigError for a base that is no address."""
        if self.base and not self.base.lower().startswith(("http://", "https://")):
            raise ConfigError("address-scheme", where="base", url=self.base)


class FolderSource(Source):
    """Looks at the whole folder first: which files are there, and which are described."""

    kind = "folder"
    parser = "hanse_harvesters.sandbox.child.folder:entries"
    Options: ClassVar[type[Any]] = Options
    of_files = True

    def __iter__(self) -> Iterator[RawRecord]:
        answer = self.ask(self.settings.url, conditional=True)
        if answer.not_modified:
            self.unchanged()
            return
        seen = IdentityIndex()
        name = folder_probe.description(answer.url)
        with answer:
            items = list(self._parsed(answer, name=name))
        pages = Pages(self, answer.url, self.options.depth, self.options.max_pages)
        whole = bool(items) and ("archive" in items[0] or bool(name))
        tree = self._archive(items, name) if whole else pages.tree(items)
        if not tree.datasets:
            raise NotACatalogue("folder-empty", where=answer.url)
        self.total = len(tree.datasets)
        by_path, failed = True, False
        for found in tree.described():
            record = self._record(found, tree, pages)
            unreadable = isinstance(record, UnreadableRecord)
            failed = failed or unreadable
            by_path = by_path and (unreadable or record.identity == self._place(found, tree, pages))
            if seen.admit(record):
                yield record
        broken = pages.broken or ("" if by_path or not failed else "page-failed")
        self.completeness = completeness(len(seen), start=self.total, broken=broken)
        if self.completeness.complete and whole:
            self.found_validators = Validators.of(answer)

    def _parsed(self, answer: Answer, **arguments: str) -> Iterator[Any]:
        """Yield the items of a document; raise TooMuch or NotACatalogue for an archive refused."""
        for item in self.parse(answer, **arguments):
            if "refused" in item:
                kind, message = _REFUSED[item["refused"]]
                raise kind(message, where=answer.url, **item["values"])
            yield item

    def _archive(self, items: list[EntityDict], name: str) -> Tree:
        """Return what is in an archive, or the one description ``name``."""
        tree = Tree()
        for item in items:
            if "fields" in item or "broken" in item:
                fields, broken = item.get("fields", {}), item.get("broken", "")
                folder = item.get("folder", "")
                tree.add(Described(folder, item.get("name", name), fields, broken))
            elif "file" in item:
                tree.files[item["file"]] = item["size"]
            elif "odd" in item:
                self.report("folder-entry-odd", item["odd"])
        return tree

    def _record(self, found: Described, tree: Tree, pages: Pages) -> RawRecord:
        place = self._place(found, tree, pages)
        try:
            pages.fill(found)
            if found.broken:
                raise SkipRecord(
                    "folder-description-broken",
                    where=found.path,
                    name=found.name,
                    reason=found.broken,
                )
        except (AddressRefused, ConfigError):
            raise
        except SkipRecord as error:
            return UnreadableRecord(identity=place, error=error)
        except StopRun as error:
            return UnreadableRecord(identity=place, error=recast(error, SkipRecord))
        fields = {**tree.defaults, **found.fields}
        base = self._base(found, tree, pages)
        uri = tree.iri(found)
        item = {"fields": fields, "files": found.files, "base": base, "uri": uri}
        return ItemRecord.of(
            item,
            mapping.read,
            identity=mapping.identity_of(fields) or place,
            origin=mapping.page_of(fields) or base,
            raw=content.digest({"fields": fields, "files": found.files, "uri": uri}),
        )

    def _place(self, found: Described, tree: Tree, pages: Pages) -> str:
        """Return the identity of a dataset that names none: its IRI, else address, else path."""
        return tree.iri(found) or self._base(found, tree, pages).rstrip("/") or found.path or "."

    def _base(self, found: Described, tree: Tree, pages: Pages) -> str:
        """Return the address of a dataset's folder, with ``/`` at the end; "" if it has none."""
        if self.options.base:
            return below(self.options.base, tree.inner(found)) + "/"
        if address := pages.address(found):
            return address
        iri = tree.iri(found)
        return f"{iri}/" if iri else ""

    # --- Recognising folders ------------------------------------------------------------------

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return 0.9 for an archive with descriptions, 0.85 for a page that lists one."""
        return folder_probe.recognises(sample, cls.parser)

    @classmethod
    def places(cls, page: PortalPage) -> Iterator[Place]:
        """Yield links to archives of metadata, and to the folder of a description."""
        return folder_probe.places(page)

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return whether the URL is that of an archive, or of one description."""
        return folder_probe.is_archive(url) or bool(folder_probe.description(url))
