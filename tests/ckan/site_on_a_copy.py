"""A program: a site whose table is the one on its path; it says what it makes of a property.

``python site_on_a_copy.py INI ORGANIZATION FIELD VALUE TOKEN`` prints JSON.  A process of its
own, since the table is read once in the life of one.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.tests.helpers import CKANTestApp, call_action


def main(ini: str, organization: str, field: str, value: str, token: str) -> dict[str, Any]:
    """One dataset by either writer, and where its field is to be seen."""
    app = make_app(load_config(ini))
    from walks import record, source

    from ckanext.hanse.store import runs
    from ckanext.hanse.store.action_writer import ActionWriter
    from ckanext.hanse.store.bulk.writer import BulkWriter
    from ckanext.hanse.store.writer import Change

    site = CKANTestApp(app)
    with app._wsgi_app.test_request_context():
        row = source(organization)
        names = {}
        for writer in (BulkWriter, ActionWriter):
            kind = writer.__name__
            write = writer(source_id=row.id, run_id=runs.begin(row.id), owner_org=organization)
            change = Change(record(kind, f"Stadtgrün {kind}", **{field: value}), None)
            outcomes = [*write.write(change), *write.flush()]
            names[kind] = outcomes[0].name
        found = call_action("package_search", q=value)["results"]
    by = {"Authorization": token}
    return {
        "names": names,
        "found": {dataset["name"]: dataset.get(field) for dataset in found},
        "form": site.get("/dataset/new", headers=by).body,
        "page": site.get(f"/dataset/{names['BulkWriter']}").body,
        "rdf": site.get(f"/dataset/{names['ActionWriter']}.ttl").body,
    }


if __name__ == "__main__":
    print("\n" + json.dumps(main(*sys.argv[1:])))
