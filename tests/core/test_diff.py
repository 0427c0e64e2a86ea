"""What changed between two states of a dataset, distribution by distribution."""

from __future__ import annotations

import pytest

from hanse_harvesters.diff import FieldChange, diff


@pytest.mark.parametrize("by", ["uri", "download_url", "access_url", "url", "name"])
def test_a_distribution_is_known_wherever_it_stands(by: str) -> None:
    """By whatever names it: another order is no change, and a change is told of the right one."""
    trees = {by: "https://a.example/baeume", "format": "CSV"}
    roads = {by: "https://a.example/strassen", "format": "PDF"}
    assert diff({"resources": [trees, roads]}, {"resources": [roads, trees]}) == ()
    changed = diff(
        {"resources": [trees, roads]}, {"resources": [roads, {**trees, "format": "XML"}]}
    )
    assert changed == (FieldChange("resources[1].format", "CSV", "XML"),)


def test_keywords_are_shown_as_words() -> None:
    found = diff({"tags": [{"name": "Baum"}]}, {"tags": [{"name": "Baum"}, {"name": "Park"}]})
    assert found == (FieldChange("tags", "Baum", "Baum, Park"),)
