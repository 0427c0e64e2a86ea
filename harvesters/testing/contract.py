"""The tests that every connector must pass; a new kind only adds a fixture and one line.

Subclass :class:`Contract`, define in ``scripts`` how the portal serves datasets and
in ``path`` (and ``options``) how a source addresses it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from hanse_harvesters.errors import ConfigError, NotACatalogue, StopRun
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.fetch import Validators
from hanse_harvesters.testing.network import Patient, patient_clients
from hanse_harvesters.testing.portal import Asked, Portal, Reply, Script

NAMES = [f"baumkataster-{number:02}" for number in range(7)]


def with_etag(scripts: dict[str, Script]) -> dict[str, Script]:
    """Return the same portal, but with an ETag and with 304 for requests that send it."""

    def conditional(path: str) -> Script:
        portal = Portal(scripts)

        def answer(asked: Asked) -> Reply:
            if asked.headers.get("if-none-match") == '"7"':
                return Reply(status=304)
            found = portal.reply(asked)
            return replace(found, headers={**found.headers, "ETag": '"7"'})

        return answer

    return {path: conditional(path) for path in scripts}


class Contract:
    """The test suite."""

    kind: ClassVar[str]
    path: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    #: Requests until the first dataset is there: more than one where a list of names comes first.
    opening: ClassVar[int] = 1

    def scripts(self, names: list[str]) -> dict[str, Script]:
        """Return scripts that serve datasets of these names, if possible in two or more pages."""
        raise NotImplementedError

    @pytest.fixture
    def patient(self) -> Iterator[Callable[..., Patient]]:
        """Create clients that do not wait."""
        with patient_clients() as make:
            yield make

    @pytest.fixture
    def run(self, patient: Any) -> Callable[..., Run]:
        """Return a function that creates a run over a portal."""

        def make(
            portal: Portal,
            limit: int | None = None,
            same: Any = None,
            validators: Validators | None = None,
            **options: Any,
        ) -> Run:
            settings = SourceSettings(
                name="stadt",
                kind=self.kind,
                url=portal.url(self.path),
                organization="stadt",
                options={**self.options, **options},
            )
            client = patient(portal.endpoint, tries=2)
            return Run(settings, client=client, limit=limit, same=same, validators=validators)

        return make

    def test_every_dataset_arrives_once(self, run: Any) -> None:
        with Portal(self.scripts(NAMES)) as portal:
            walk = run(portal)
            records = list(walk)
        assert len({record.identity for record in records}) == len(records) == len(NAMES)
        assert all(record.usable for record in records)
        assert all(record.dataset["resources"] for record in records)
        assert walk.completeness.complete
        assert walk.completeness.found == len(NAMES)
        assert walk.issues == []

    def test_no_page_is_fetched_twice(self, run: Any) -> None:
        with Portal(self.scripts(NAMES)) as portal:
            list(run(portal))
            asked = [(item.target, item.content) for item in portal.asked]
            assert len(set(asked)) == len(asked)

    def test_the_same_source_again_is_the_same(self, run: Any) -> None:
        def fingerprints(names: list[str]) -> dict[str, tuple[str, str]]:
            with Portal(self.scripts(names)) as portal:
                # The port must not be part of an identity that the next run has to find again.
                return {
                    record.dataset["title"]: (record.fingerprint, record.normalised)
                    for record in run(portal)
                }

        first = fingerprints(NAMES)
        assert fingerprints(NAMES).keys() == first.keys()
        shuffled = fingerprints(NAMES[::-1])
        assert {t: raw for t, (raw, _) in shuffled.items()} == {
            t: raw for t, (raw, _) in first.items()
        }
        assert len({raw for raw, _ in first.values()}) == len(NAMES)

    def test_what_did_not_change_is_left_alone(self, run: Any) -> None:
        with Portal(self.scripts(NAMES)) as portal:
            known = {(record.identity, record.fingerprint) for record in run(portal)}
            again = list(run(portal, same=lambda *key: key in known))
            other = list(run(portal, same=lambda identity, fingerprint: False))
        assert len(again) == len(NAMES)
        assert all(record.same and record.dataset == {} for record in again)
        assert {(record.identity, record.fingerprint) for record in again} == known
        assert not any(record.same for record in other)

    def test_it_says_how_many_records_there_are(self, run: Any) -> None:
        with Portal(self.scripts(NAMES)) as portal:
            walk = run(portal)
            totals = [walk.total for _ in walk]
        assert totals[0] == walk.total == len(NAMES)

    def test_a_304_is_asked_for_where_one_document_is_all(self, run: Any) -> None:
        with Portal(with_etag(self.scripts(NAMES))) as portal:
            walk = run(portal)
            list(walk)
            several = len(portal.asked) > 1
            assert walk.validators == (Validators() if several else Validators(etag='"7"'))
            assert not walk.not_modified
            again = run(portal, validators=walk.validators)
            assert len(list(again)) == (len(NAMES) if several else 0)
        assert again.not_modified is not several
        assert again.completeness.complete
        assert again.validators == walk.validators
        assert again.issues == []

    def test_after_a_walk_that_was_cut_no_304_is_asked_for(self, run: Any) -> None:
        with Portal(with_etag(self.scripts(NAMES))) as portal:
            walk = run(portal, limit=1)
            list(walk)
        assert not walk.validators

    def test_a_304_nobody_asked_for_stops_the_run(self, run: Any) -> None:
        scripts: dict[str, Script] = dict.fromkeys(self.scripts(NAMES), Reply(status=304))
        with Portal(scripts) as portal, pytest.raises(StopRun, match="304"):
            list(run(portal))

    def test_a_limit_ends_the_walk_and_asks_for_no_more(self, run: Any) -> None:
        with Portal(self.scripts(NAMES)) as portal:
            walk = run(portal, limit=1)
            assert len(list(walk)) == 1
            assert len(portal.asked) == self.opening
        assert not walk.completeness.complete
        assert walk.completeness.reason == "walk-limited"

    def test_an_empty_portal_is_never_complete(self, run: Any) -> None:
        with Portal(self.scripts([])) as portal:
            walk = run(portal)
            with contextlib.suppress(NotACatalogue):
                assert list(walk) == []
        assert not walk.completeness.complete

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (Reply(b"<!DOCTYPE html><html><body>Wartung</body></html>"), NotACatalogue),
            (Reply(b""), NotACatalogue),
            (Reply(b"", status=503), StopRun),
            (Reply(b"gone", status=404), StopRun),
            (Reply(b'{"success": false, "error": {"message": "kaputt"}}'), NotACatalogue),
        ],
    )
    def test_what_is_no_catalogue_stops_the_run(
        self, run: Any, reply: Reply, error: type[StopRun]
    ) -> None:
        scripts: dict[str, Script] = dict.fromkeys(self.scripts(NAMES), reply)
        with Portal(scripts) as portal:
            walk = run(portal)
            records: list[Record] = []
            with pytest.raises(error) as caught:
                records.extend(walk)
            assert portal.endpoint in caught.value.where
            assert caught.value.remedy
        assert records == []
        assert not walk.completeness.complete

    def test_a_portal_that_is_down_stops_the_run(self, run: Any) -> None:
        with Portal() as portal:
            walk = run(portal)
        with pytest.raises(StopRun, match="no connection"):
            list(walk)

    def test_an_unknown_option_is_an_error(self, run: Any) -> None:
        with Portal() as portal, pytest.raises(ConfigError, match="unknown key 'nonsense'"):
            run(portal, nonsense=1)

    def test_it_is_registered(self) -> None:
        assert registry.connector(self.kind).kind == self.kind
