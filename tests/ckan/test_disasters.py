"""Everything a portal can do wrong at once: no dataset is lost unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from ckan.tests.helpers import call_action
from disasters import PATH, Town, entries, found, impatient, pass_days
from stand_in import Entry, Page, StandIn, catalogue

from ckanext.hanse.harvest import withdrawal
from ckanext.hanse.model import RunStatus
from ckanext.hanse.store.writer import Action

TWENTY = entries(20)
ALL = {entry.title for entry in TWENTY}


@pytest.fixture
def town(portal: StandIn, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    impatient(monkeypatch)
    return Town(portal, tmp_path)


def last(town: Town, page: Page | None = None, runs: int = 5) -> RunStatus:
    """The portal stays as it is (or answers ``page``) for weeks; the status of the last run."""
    report = None
    for _ in range(runs):
        report = town.answers(page) if page else town.harvest()
        pass_days(10)
    assert report is not None
    return report.status


HTML = Page(b"<!DOCTYPE html><html><body>Wartung</body></html>", "text/html")
WHOLE = catalogue(*TWENTY).encode()
ILL = {
    "503 with an empty body": Page(b"", "text/plain", 503),
    "a valid empty catalogue": Page(catalogue().encode()),
    "HTML with 200": HTML,
    "nothing with 200": Page(b""),
    "a truncated body": Page(WHOLE[: len(WHOLE) // 2], promise=len(WHOLE)),
    "half a document of the right length": Page(WHOLE[: len(WHOLE) // 2]),
    "not found": Page(b"weg", "text/plain", 404),
}


@pytest.mark.parametrize("page", ILL.values(), ids=ILL.keys())
def test_an_ill_portal_loses_nothing_however_long(town: Town, page: Page) -> None:
    town.has(*TWENTY)
    assert last(town, page) in (RunStatus.FAILED, RunStatus.PARTIAL)
    assert found() == ALL
    assert town.has(*TWENTY).counts == {Action.UNCHANGED: 20}


def test_a_ckan_that_counts_nothing_loses_nothing(
    portal: StandIn, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    town = Town(portal, tmp_path, kind="ckan", path="")
    path = "/api/3/action/package_search?sort=id+asc&start=0&rows=100"
    package = '{"id": "a1", "name": "eins", "title": "Eins", "resources": []}'
    answer = '{"success": true, "result": {"count": %d, "results": [%s]}}'
    portal.pages[path] = Page((answer % (1, package)).encode(), "application/json")
    assert town.harvest().counts == {Action.CREATED: 1}
    portal.pages[path] = Page((answer % (0, "")).encode(), "application/json")
    for _ in range(4):
        assert town.harvest().status is RunStatus.PARTIAL
        pass_days(10)
    assert found() == {"Eins"}


def test_a_portal_that_ignores_the_page_loses_nothing(town: Town) -> None:
    first, second = TWENTY[:10], TWENTY[10:]
    assert town.pages(first, second).counts == {Action.CREATED: 20}
    town.page(2, first, f"{PATH}?page=3")
    town.page(3, first, f"{PATH}?page=4")
    assert last(town) is RunStatus.PARTIAL
    assert found() == ALL


def test_pages_in_a_circle_end_and_lose_nothing(town: Town) -> None:
    town.pages(TWENTY[:10], TWENTY[10:])
    town.page(1, TWENTY[:5], f"{PATH}?page=2")
    town.page(2, TWENTY[5:10], f"{PATH}?page=3")
    town.page(3, TWENTY[5:10], f"{PATH}?page=2")
    assert last(town, runs=4) is RunStatus.PARTIAL
    assert found() == ALL


def test_a_second_page_that_fails_loses_nothing(town: Town) -> None:
    town.pages(TWENTY[:10], TWENTY[10:])
    town.portal.pages[f"{PATH}?page=2"] = Page(b"", "text/plain", 500)
    assert last(town) is RunStatus.PARTIAL
    assert found() == ALL


def test_a_total_that_was_never_reached_makes_nothing_missing(town: Town) -> None:
    town.pages(TWENTY[:10], TWENTY[10:], total=20)
    report = town.pages(TWENTY[:10], total=20)
    assert (report.status, report.missing_count) == (RunStatus.PARTIAL, 0)
    assert last(town) is RunStatus.PARTIAL
    assert found() == ALL


@pytest.mark.parametrize("base", ["https://neu.example.org", "https://daten.example.org/neu"])
def test_all_identities_changed_keeps_every_dataset(town: Town, base: str) -> None:
    moved = [
        Entry(e.key, e.title, downloads={"daten": f"https://dateien.example.org/{e.key}.csv"})
        for e in TWENTY
    ]
    town.has(*moved)
    before = {row["title"]: row["id"] for row in _all()}
    report = town.has(*moved, base=base)
    assert report.status is RunStatus.SUCCESS
    assert report.counts[Action.CREATED] == 0
    assert {row["title"]: row["id"] for row in _all()} == before
    assert report.issues["identities-moved"] == 1
    assert town.has(*moved, base=base).counts == {Action.UNCHANGED: 20}


def test_another_catalogue_at_the_address_is_held(town: Town) -> None:
    town.has(*TWENTY)
    report = town.has(*entries(30, first=100))
    assert (report.status, report.held) == (RunStatus.HELD, 20)
    assert last(town) is RunStatus.HELD
    assert found() >= ALL


def test_a_town_of_four_that_answers_empty_keeps_its_four(town: Town) -> None:
    four = entries(4)
    town.has(*four)
    assert last(town, Page(catalogue().encode())) is RunStatus.PARTIAL
    assert found() == {entry.title for entry in four}


def test_half_of_four_waits_for_a_person(town: Town) -> None:
    town.has(*entries(4))
    assert town.has(*entries(2)).status is RunStatus.HELD
    assert last(town) is RunStatus.HELD
    assert len(found()) == 4


def test_nine_per_cent_less_five_times_in_a_row_is_held(town: Town) -> None:
    hundred = entries(100)
    town.has(*hundred)
    for step in range(1, 6):
        left = hundred[9 * step :]
        for _ in range(3):
            status = town.has(*left).status
            pass_days(10)
        assert status is (RunStatus.SUCCESS if step == 1 else RunStatus.HELD)
    assert len(found()) == 91  # the first nine went by themselves, the others wait


def test_a_few_go_after_three_runs_and_seven_days(town: Town) -> None:
    town.has(*TWENTY)
    left = TWENTY[2:]
    assert town.has(*left).missing_count == 2
    assert found() == ALL
    pass_days(10)
    assert town.has(*left).withdrawn == 0  # days enough, but two runs only
    assert town.has(*left).withdrawn == 2
    assert found() == {entry.title for entry in left}
    assert town.has(*left).counts == {Action.UNCHANGED: 18}


def test_three_runs_in_one_night_withdraw_nothing(town: Town) -> None:
    town.has(*TWENTY)
    for _ in range(5):
        town.has(*TWENTY[2:])
    assert found() == ALL


def test_what_returns_during_the_grace_starts_anew(town: Town) -> None:
    town.has(*TWENTY)
    town.has(*TWENTY[1:])
    town.has(*TWENTY[1:])
    pass_days(30)
    assert town.has(*TWENTY).counts == {Action.UNCHANGED: 20}
    assert town.has(*TWENTY[1:]).withdrawn == 0
    assert found() == ALL


def test_a_withdrawn_dataset_comes_back_under_its_address(town: Town) -> None:
    town.has(*TWENTY)
    before = call_action("package_show", id="datensatz-0")
    _withdraw_first(town)
    report = town.has(*TWENTY)
    assert (report.status, report.returned) == (RunStatus.SUCCESS, 1)
    after = call_action("package_show", id="datensatz-0")
    assert (after["id"], after["state"]) == (before["id"], "active")
    assert [item["id"] for item in after["resources"]] == [i["id"] for i in before["resources"]]
    assert found() == ALL
    assert town.has(*TWENTY).counts == {Action.UNCHANGED: 20}


def test_a_withdrawn_dataset_leaves_a_tombstone(town: Town, site: Callable[..., object]) -> None:
    town.has(*TWENTY)
    _withdraw_first(town)
    answer = site.get("/en/dataset/datensatz-0", status=410)  # type: ignore[attr-defined]
    assert "Datensatz 0" in answer.body
    assert "Withdrawn" in answer.body
    assert "How to cite" in answer.body
    site.get("/dataset/datensatz-0.ttl", status=410)  # type: ignore[attr-defined]
    site.get("/dataset/datensatz-1", status=200)  # type: ignore[attr-defined]


def test_approval_lets_the_held_go_after_their_time(town: Town) -> None:
    town.has(*TWENTY)
    assert town.has(*TWENTY[:10]).status is RunStatus.HELD
    pass_days(10)
    listed = withdrawal.listed(town.source.id)
    assert listed["held"]
    assert {row["title"] for row in listed["missing"]} == {e.title for e in TWENTY[10:]}
    assert withdrawal.approve(town.source.id) == 10
    assert town.has(*TWENTY[:10]).status is RunStatus.SUCCESS
    assert found() == ALL  # two runs only
    assert town.has(*TWENTY[:10]).withdrawn == 10
    assert len(found()) == 10


def test_approval_concerns_what_was_shown_and_nothing_later(town: Town) -> None:
    town.has(*TWENTY)
    town.has(*TWENTY[:10])
    withdrawal.approve(town.source.id)
    report = town.has(*TWENTY[:1])
    assert (report.status, report.held) == (RunStatus.HELD, 9)


def test_withdrawal_at_once_and_its_undo(town: Town) -> None:
    town.has(*TWENTY)
    town.has(*TWENTY[:10])
    withdrawal.approve(town.source.id, now=True)
    assert len(found()) == 10
    gone = [row["record"] for row in withdrawal.listed(town.source.id)["withdrawn"]]
    assert withdrawal.undo(town.source.id, gone) == 10
    assert found() == ALL
    assert town.has(*TWENTY[:10]).withdrawn == 0
    assert town.has(*TWENTY).counts == {Action.UNCHANGED: 20}


def test_a_dry_run_withdraws_and_marks_nothing(town: Town) -> None:
    town.has(*TWENTY)
    town.portal.turtle(PATH, catalogue(*TWENTY[:10]))
    report = town.harvest(dry_run=True)
    assert (report.status, report.missing_count) == (RunStatus.HELD, 10)
    assert withdrawal.listed(town.source.id)["missing"] == []


def test_a_rejected_record_does_not_take_its_dataset_along(town: Town) -> None:
    town.has(*TWENTY)
    nameless = Entry("d0", "")
    for _ in range(4):
        report = town.has(nameless, *TWENTY[1:])
        pass_days(10)
    assert report.counts[Action.REJECTED] == 1
    assert found() == ALL


def _withdraw_first(town: Town) -> None:
    for _ in range(3):
        town.has(*TWENTY[1:])
        pass_days(4)
    assert "Datensatz 0" not in found()


def _all() -> list[dict[str, str]]:
    found: list[dict[str, str]] = call_action("package_search", rows=1000)["results"]
    return found


def test_a_record_that_is_cut_off_keeps_what_is_stored(town: Town) -> None:
    """The others of the same document arrive, however long the portal stays as it is."""
    before, cut, after = (
        Entry(key, title, ("liste",)) for key, title in (("a", "Aal"), ("b", "Bäume"), ("c", "Zoo"))
    )
    town.has(before, cut, after)
    stored = call_action("package_show", id="baeume")
    broken = catalogue(
        Entry("a", "Aal im Fluss", ("liste",)), Entry("b", "Falsch", ("liste",)), after
    ).replace('"Falsch"', '"Falsch" ; dct:description "ohne Ende .')
    assert last(town, Page(broken.encode())) is RunStatus.PARTIAL
    assert found() == {"Aal im Fluss", "Bäume", "Zoo"}
    assert call_action("package_show", id="baeume") == stored
    report = town.harvest()
    assert report.missing_count == 0
    assert "record-broken" in str(report.rejected)
    assert len(report.rejected) == 1
