"""What is done to one record, and what is said of it in the end."""

from __future__ import annotations

import pytest

from hanse_harvesters.issue import issue
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.workers.steps import work

SOURCE = SourceSettings("stadt", "rdf", "https://stadt.example/", "stadt")


@pytest.mark.parametrize(
    ("address", "reader", "said"),
    [
        ("https://a.example/b c", "iri-invalid", ["url-mended"]),
        ("https://a.example/b c", "not-an-iri", ["url-mended"]),
        ("www.a.example/x", "literal-for-iri", ["url-mended"]),
        ("http://[a", "iri-invalid", ["url-invalid"]),
        ("javascript:alert(1)", "iri-invalid", ["url-unsafe"]),
        ("https://a.example/b", "literal-for-iri", ["literal-for-iri"]),
    ],
)
def test_of_an_address_one_thing_is_said_in_the_more_exact_words(
    address: str, reader: str, said: list[str]
) -> None:
    record = Record({}, "x")
    found = ReadResult({"title": "Bäume", "url": address}, [issue(reader, "url", address)])
    work(record, lambda language: found, SOURCE)
    assert [item.rule for item in record.issues if item.value == address] == said
