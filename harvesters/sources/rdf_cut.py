"""Finds what the records of a truncated or partly broken document have lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import lines
from hanse_harvesters.mapping.nodes import Name, is_blank
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.normalise.urls import host_of
from hanse_harvesters.sandbox.document import Document

#: Number of records inspected to learn which classes a document describes.
_LOOKED_AT = 200


class Damage:
    """What each of ``records`` lacks because the ``document`` at ``url`` is not whole.

    A record lacks something if it names a node that the missing part described: a file,
    a blank node, or an IRI on the portal's own host.  Other nodes, such as an authority in a
    register or a place in a gazetteer, are not described by any catalogue.
    """

    def __init__(self, document: Document, records: Records, url: str) -> None:
        self._cut = document.cut
        self._records = records
        self._subjects = records.statements.datasets()
        names = (_iri(node) for node in self._subjects if not is_blank(node))
        self._hosts = {host_of(name) for name in (url, *names)} - {None, ""}
        # The statements are unordered: those missing may belong to any record.
        stated = records.statements
        self._scattered = document.format == "nquads" and stated.places.are_many(
            stated.store.count()
        )
        broken = (found.value for found in document.issues if found.rule == "statement-broken")
        self._reason = next(broken, "…")

    def issues(self, subject: Name) -> Iterator[Issue]:
        """Yield one issue if the record lacks something."""
        if self._cut and self._scattered:
            yield issue("record-cut", "", "…")
            return
        unmet = self._records.tree(subject).unmet
        node = next((_iri(node) for node, of in unmet if self._is_lost(node, of)), "")
        if node and self._cut:
            yield issue("record-cut", "", node)
        elif node:
            yield issue("record-broken", "", node, reason=self._reason)

    def _is_lost(self, node: Name, of: str) -> bool:
        if is_blank(node):
            return True
        if self._cut:
            return of == "distribution" or host_of(_iri(node)) in self._hosts
        return of in self._described and host_of(_iri(node)) in self._hosts

    @cached_property
    def _described(self) -> set[str]:
        """Classes of nodes that the document describes in its readable part."""
        some = (self._records.tree(subject).met for subject in self._subjects[:_LOOKED_AT])
        return set().union(*some)


def _iri(node: Name) -> str:
    return str(lines.node(node.decode("utf-8", "replace")))
