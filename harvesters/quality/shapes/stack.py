"""Datasets judged by shapes: ours from the table, and the official ones of the operator's folder.

All sets but HVD are one shapes graph, so that the data are read once; the IRI of the shape behind
a result names its set.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.quality.shapes.causes import Causes
from hanse_harvesters.quality.shapes.chunk import Chunk
from hanse_harvesters.quality.shapes.engine import Engine, EngineError, Finding, compiled
from hanse_harvesters.quality.shapes.folder import State, shape_files, state
from hanse_harvesters.quality.shapes.shape_set import NAMES, Role, ShapeFile, parse, role_of
from hanse_harvesters.texts import CORE
from hanse_schemas.shapes import HVD_REGULATION

#: Our shapes with this end say what is only recommended, which :mod:`..judge` says already.
_RECOMMENDED = ".recommended>"
_CATEGORY, _LEGISLATION = "/hvdCategory> <", f"/applicableLegislation> <{HVD_REGULATION}>"
#: Results that DCAT-AP's file without ranges has against the specification: its
#: ``locn:geometry`` must be a literal, the specification's and DCAT-AP.de's a node.
_MISTAKEN = (Role.EU, "http://www.w3.org/ns/locn#geometry", "NodeKind")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What shapes say about a dataset.

    ``compliant``  whether it breaks no rule of DCAT-AP 3.0 alone, as data.europa.eu's score asks;
                   None if that cannot be said.
    """

    issues: tuple[Issue, ...]
    compliant: bool | None


class Stack:
    """The sets of shapes that judge, compiled once."""

    def __init__(self, official: Sequence[ShapeFile] = (), *, engine: str = "") -> None:
        self.files = (own(), *official)
        self.is_official = any(file.role in (Role.BASE, Role.GERMAN, Role.EU) for file in official)
        self._engine_name = engine
        self._outer = {shape: path for file in self.files for shape, path in file.outer.items()}
        self._compliance = _compliance({file.role for file in official})

    def versions(self) -> list[dict[str, str]]:
        """Return ``[{"name", "version", "file", "digest", "source", "date"}]``, ours first."""
        return [
            {
                "name": one.name,
                "version": one.version,
                "file": one.file,
                "digest": one.digest,
                "source": one.source,
                "date": one.date,
            }
            for one in self.files
        ]

    def note(self, language: str) -> str:
        """Return what a report must say of the rules: "" where all official ones judge."""
        texts = CORE.texts(language)
        roles = {file.role for file in self.files}
        if not self.is_official:
            return texts.pgettext(
                "shapes",
                "Judged by the rules made from the catalogue's own table; the official ones are "
                "not installed (hanse shapes update).",
            )
        if Role.BASE in roles:
            roles.add(Role.EU)  # the base tells compliance where the newer file is not there
        missing = [NAMES[role] for role in (Role.GERMAN, Role.EU, Role.HVD) if role not in roles]
        if not missing:
            return ""
        return texts.pgettext(
            "shapes", "Official rules not installed: {names}.", names=", ".join(missing)
        )

    @cached_property
    def _main(self) -> Engine:
        kept = [file for file in self.files if file.role not in (Role.HVD, Role.IMPORTS)]
        return compiled("".join(_lean(file) for file in kept), self._engine_name)

    @cached_property
    def _hvd(self) -> Engine | None:
        kept = "".join(file.text for file in self.files if file.role is Role.HVD)
        return compiled(kept, self._engine_name) if kept else None

    def trial(self, fragment: Fragment) -> None:
        """Judge a dataset by all sets; raise EngineError where :meth:`judge` makes an issue."""
        self._main.validate(fragment.text)
        if self._hvd:
            self._hvd.validate(fragment.text)

    def judge(
        self, fragments: Sequence[Fragment], known: Sequence[Collection[Issue]] = ()
    ) -> list[Verdict]:
        """Return a verdict for each fragment, in order; never raises for their content.

        ``known``  the issues that each record already has; a cause that one of them names is
                   not reported again.
        """
        known = known or [()] * len(fragments)
        try:
            return self._judged(fragments, known)
        except EngineError as error:
            if len(fragments) == 1:
                return [Verdict((issue("shapes-failed", "", error),), None)]
        # One fragment that the engine cannot read must not cost the others their verdict.
        return [self.judge([one], [its])[0] for one, its in zip(fragments, known, strict=True)]

    def _judged(
        self, fragments: Sequence[Fragment], known: Sequence[Collection[Issue]]
    ) -> list[Verdict]:
        chunk = Chunk(fragments)
        causes = Causes(chunk, self._outer, known)
        broken: set[int] = set()
        for finding in self._main.validate(chunk.text):
            role = role_of(finding.shape)
            if (role, finding.path, finding.component) == _MISTAKEN:
                continue
            concerned = causes.add(finding, role)
            if role is self._compliance and _counts(finding, role):
                broken.update(concerned)
        self._add_hvd(chunk, causes)
        return [
            Verdict(found, number not in broken if self._compliance else None)
            for number, found in enumerate(causes.issues())
        ]

    def _add_hvd(self, chunk: Chunk, causes: Causes) -> None:
        """Judge those that say they are high-value data by the shapes for these."""
        numbers = [n for n, one in enumerate(chunk.fragments) if is_hvd(one)]
        if not numbers or self._hvd is None:
            return
        some = Chunk([chunk.fragments[number] for number in numbers])
        inner = Causes(some, self._outer, [()] * len(numbers))
        for finding in self._hvd.validate(some.text):
            inner.add(finding, Role.HVD)
        causes.take(inner, numbers)


def _counts(finding: Finding, role: Role | None) -> bool:
    """Return whether a result breaks DCAT-AP: the base's ranges need whole vocabularies."""
    return finding.severity == "Violation" and not (
        role is Role.BASE and finding.component == "Class"
    )


def _compliance(roles: Collection[Role]) -> Role | None:
    """Return which file tells whether a dataset is valid DCAT-AP."""
    return next((role for role in (Role.EU, Role.BASE) if role in roles), None)


def is_hvd(fragment: Fragment) -> bool:
    """Return whether a dataset says it is a high-value one, by legislation or category."""
    return _CATEGORY in fragment.text or _LEGISLATION in fragment.text


def _lean(file: ShapeFile) -> str:
    """Return the file's text without our shapes of what is only recommended."""
    if file.role is not Role.OWN:
        return file.text
    return "".join(line for line in file.text.splitlines(True) if _RECOMMENDED not in line)


def own() -> ShapeFile:
    """Return the shapes of the table."""
    document = files("hanse_schemas").joinpath("shapes.ttl").read_bytes()
    return replace(parse(document, "shapes.ttl"), version="3.0")


def current() -> Stack:
    """Return the stack of the operator's folder as it is now, else of the table alone."""
    return _cached(state())


def _cached(of: State) -> Stack:
    """Return the stack for a state of the folder, compiled anew when it changed."""
    if of not in _last:
        made = Stack(shape_files())
        _last.clear()
        _last[of] = made
    return _last[of]


_last: dict[State, Stack] = {}
