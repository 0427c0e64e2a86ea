"""Datasets judged by shapes: ours from the table, official ones of a folder."""

from __future__ import annotations

import pytest
from shapes_cases import CASES, COMPLETE

from hanse_harvesters.quality.fragment import fragment
from hanse_harvesters.quality.shapes.stack import Stack, current


@pytest.fixture
def stack():
    return Stack()


def _issues(stack, dataset):
    (verdict,) = stack.judge([fragment(dataset)])
    return {(found.rule, found.field) for found in verdict.issues}


def test_a_complete_dataset_has_no_issue(stack):
    assert _issues(stack, COMPLETE) == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule} {case.field}")
def test_what_is_wrong_is_named_with_its_field(stack, case):
    assert _issues(stack, {**COMPLETE, **case.change}) == {(case.rule, case.field)}


def test_the_folder_of_the_operator_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HANSE_SHAPES", str(tmp_path))
    assert [one["name"] for one in current().versions()] == ["ckanext-hanse"]
    assert not current().is_official
