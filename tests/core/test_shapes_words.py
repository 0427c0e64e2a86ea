"""Which words a result gets where its value or its property is not what the table expects."""

from __future__ import annotations

import pytest

from hanse_harvesters.field_label import field_label
from hanse_harvesters.issue import Issue
from hanse_harvesters.quality.shapes import words
from hanse_harvesters.quality.shapes.engine import Finding
from hanse_harvesters.quality.shapes.table import property_of

MAINTAINER = "http://dcat-ap.de/def/dcatde/maintainer"
MEDIA_TYPE = "http://www.w3.org/ns/dcat#mediaType"
HOMEPAGE = "http://xmlns.com/foaf/0.1/homepage"


def _told(finding: Finding, path: str, predicate: str, value: str) -> Issue:
    place = property_of(path, predicate)
    cause = words.cause(finding, place, value, None)
    assert cause
    told = words.issue_of(cause, place, finding)
    assert told
    return told


def test_an_old_name_is_told_with_the_new_one() -> None:
    finding = Finding("<urn:a>", MAINTAINER, "", "MaxCount", "Warning", "urn:shape")
    told = _told(finding, "", MAINTAINER, "")
    assert (told.rule, told.field, told.value) == ("property-renamed", "custodian", MAINTAINER)
    assert "http://data.europa.eu/930/custodian" in told.remedy("en")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('"text/csv"', "entry-as-text"),
        ('"text/quatsch"', "mimetype-unknown"),
        ("<https://stadt.example/csv>", "mimetype-unknown"),
    ],
)
def test_an_entry_of_a_list_as_text_is_not_called_unknown(text: str, rule: str) -> None:
    finding = Finding(text, words.IN_SCHEME, "", "HasValue", "Violation", "urn:shape")
    assert _told(finding, "resources[0]", MEDIA_TYPE, text).rule == rule


def test_what_only_a_catalogue_has_is_named_too() -> None:
    assert property_of("", HOMEPAGE).field == "homepage"
    assert field_label("homepage", "de") == "Homepage"
