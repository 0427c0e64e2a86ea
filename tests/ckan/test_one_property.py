"""A property more in the table, and a site on it: form, search by real Solr, page and RDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import one_property
import pytest
from ckan.tests import factories
from one_property import FIELD, LABEL, TERM, VALUE

TESTS = Path(__file__).parents[1]


@pytest.mark.timeout(300)
def test_one_entry_of_the_table_is_all_that_a_field_takes(
    cities: dict[str, Any], tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    copy = one_property.make(tmp_path)
    user = factories.SysadminWithToken()
    printed = copy.python(
        str(Path(__file__).with_name("site_on_a_copy.py")),
        str(pytestconfig.getoption("ckan_ini")),
        *(cities["rostock"]["id"], FIELD, VALUE, user["token"]),
        path=[str(TESTS / folder) for folder in (".", "ckan", "core")],
    )
    seen = json.loads(printed.splitlines()[-1])
    # Both writers stored it, and a search for its word finds both.
    assert seen["found"] == dict.fromkeys(seen["names"].values(), VALUE)
    assert len(seen["found"]) == 2
    assert f'name="{FIELD}"' in seen["form"]
    assert LABEL in seen["form"]
    assert LABEL in seen["page"]
    assert VALUE in seen["page"]
    assert TERM in seen["rdf"]
    assert VALUE in seen["rdf"]
