"""A walk over a source: every dataset with its issues and its score, a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hanse_harvesters.checking.causes import merged
from hanse_harvesters.checking.official import OfficialCounts, is_part
from hanse_harvesters.checking.own import OwnDocuments, OwnStatements
from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import Issue, Severity, issue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.quality import mqa
from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.shapes import stack
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.fetch import Fetches

#: Datasets judged in one call of the engine.
_CHUNK = 200


@dataclass(slots=True)
class CheckedDataset:
    """A dataset with what was found.

    ``issues``  of the source's own RDF if ``own``, else of what we would hand on; and those of
                reading in both cases.
    ``breaks``  those of reading that are a violation by the shapes, whatever their severity.
    ``nodes``   issue → the node it is about, where other datasets may refer to it too.
    ``score``   None for a record that cannot be read.
    """

    record: Record
    issues: list[Issue]
    score: Score | None
    own: bool = False
    breaks: frozenset[Issue] = frozenset()
    nodes: dict[Issue, str] = field(default_factory=dict)

    def is_violation(self, found: Issue) -> bool:
        """Return whether an issue of it breaks a rule, rather than being a remark."""
        return found.severity is not Severity.INFO or found in self.breaks

    @property
    def title(self) -> str:
        """The title, "" if there is none."""
        return str(self.record.dataset.get("title") or "")

    @property
    def link(self) -> str:
        """An address of the dataset that a browser opens, "" if none is known."""
        candidates = (self.record.origin, self.record.identity)
        return next((url for url in candidates if url.startswith(("http://", "https://"))), "")


class Check:
    """A check of one source; iterate it once, then look at the other attributes.

    ``catalogue``  issues of the catalogue itself and its records, known after the walk.
    ``is_own``     whether the source's own RDF was judged.
    ``official``   what the official validator would count in it.
    Raises what :class:`~hanse_harvesters.pipeline.Run` raises.
    """

    def __init__(
        self, settings: SourceSettings, client: Fetches, *, limit: int | None = None
    ) -> None:
        self.settings = settings
        self.stack = stack.current()
        self.catalogue: list[Issue] = []
        self.is_own = False
        self.official = OfficialCounts.of(self.stack)
        self._own = OwnDocuments(self._catalogue)
        self.run = Run(settings, client=client, limit=limit, look=self._own.look)

    def __iter__(self) -> Iterator[CheckedDataset]:
        chunk: list[tuple[Record, OwnStatements | None]] = []
        stopped: StopRun | None = None
        try:
            for record in self.run:
                own = self._own.datasets.popleft()
                if chunk and (len(chunk) >= _CHUNK or _page(chunk[-1][1]) != _page(own)):
                    yield from self._judged(chunk)
                    chunk = []
                chunk.append((record, own))
        except StopRun as error:  # what was read before it counts
            stopped = error
        yield from self._judged(chunk)
        if stopped is not None:
            raise stopped

    def _catalogue(self, some: list[OwnStatements], page: int) -> None:
        fragments = [own.fragment({}) for own in some]
        self.official.add(fragments, _apart(some), page)
        for verdict in self.stack.judge(fragments):
            issues, _ = merged((), verdict.issues)
            found = (_of_catalogue(item) for item in issues)
            self.catalogue = list(dict.fromkeys([*self.catalogue, *found]))

    def _judged(self, chunk: list[tuple[Record, OwnStatements | None]]) -> Iterator[CheckedDataset]:
        fragments = [own.fragment(record.dataset) for record, own in chunk if own]
        stated = [own for _, own in chunk if own]
        self.official.add(fragments, _apart(stated), _page(chunk[0][1]) if chunk else 0)
        judged = iter(zip(fragments, self.stack.judge(fragments), strict=True))
        for record, own in chunk:
            if not own:
                yield CheckedDataset(record, record.issues, score_of(record))
                continue
            self.is_own = True
            fragment, verdict = next(judged)
            if not record.usable:
                yield CheckedDataset(record, record.issues, None, own=True)
                continue
            issues, breaks = merged(record.issues, verdict.issues)
            score = mqa.measure(record.dataset, compliant=verdict.compliant)
            nodes = _shared_nodes(fragment, issues)
            yield CheckedDataset(record, issues, score, own=True, breaks=breaks, nodes=nodes)


def _of_catalogue(found: Issue) -> Issue:
    """Return an issue of a catalogue; one without a title is read nevertheless."""
    if found.rule == "title-missing":
        return issue("mandatory-missing", found.field or "title")
    return found


def score_of(record: Record) -> Score | None:
    """Return the score of a record as it was judged, None for a rejected one."""
    if not record.usable:
        return None
    stored = Score.from_json(record.score)
    return stored or mqa.measure(record.dataset, compliant=None)


def _apart(some: list[OwnStatements]) -> dict[str, str]:
    return {node: text for own in some for node, text in own.apart.items()}


def _shared_nodes(fragment: Fragment, issues: list[Issue]) -> dict[Issue, str]:
    """Return issue → node for those about a node with an IRI that other datasets may name."""
    nodes = {
        path: node
        for node, path in fragment.places.items()
        if node.startswith("<") and path and not is_part(path)
    }
    found = {}
    for item in issues:
        path = item.field
        while path and path not in nodes:
            path = path.rpartition(".")[0]
        if path:
            found[item] = nodes[path]
    return found


def _page(own: OwnStatements | None) -> int:
    return own.page if own else 0
