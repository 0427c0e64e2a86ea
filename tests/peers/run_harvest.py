"""Harvest a catalogue by the peers' own harvester; runs in the peers' environment.

``python run_harvest.py INI NAME URL TYPE CONFIG``: makes the source unless it is there,
runs a job of it to its end and prints JSON: every dataset of the site, what the job did by kind,
and errors.
"""

from __future__ import annotations

import collections
import json
import sys


def main(ini: str, name: str, url: str, form: str, config: str) -> None:
    """Run one job."""
    from ckan import model
    from ckan.cli import load_config
    from ckan.config.middleware import make_app
    from ckan.plugins import toolkit

    said, sys.stdout = sys.stdout, sys.stderr
    app = make_app(load_config(ini))
    with app.test_request_context():
        user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        context = {"model": model, "user": user, "ignore_auth": True}
        source = {
            "name": name, "title": name, "url": url, "source_type": form, "config": config,
            "owner_org": "musterstadt", "frequency": "MANUAL",
        }  # fmt: skip
        if not model.Package.by_name(name):
            toolkit.get_action("harvest_source_create")(context.copy(), source)
        source_id = model.Package.by_name(name).id
        from ckanext.harvest import queue
        from ckanext.harvest.model import (
            HarvestGatherError,
            HarvestJob,
            HarvestObject,
            HarvestObjectError,
        )

        # What their consumers call for a message of the queue, without a queue.
        made = toolkit.get_action("harvest_job_create")(
            context.copy(), {"source_id": source_id, "run": False}
        )
        job = HarvestJob.get(made["id"])
        job.status = "Running"
        job.save()
        harvester = queue.get_harvester(form)
        for one in queue.gather_stage(harvester, job) or []:
            queue.fetch_and_import_stages(harvester, HarvestObject.get(one))
        toolkit.get_action("harvest_jobs_run")(context.copy(), {"source_id": source_id})
        model.Session.expire_all()
        objects = model.Session.query(HarvestObject).filter_by(harvest_job_id=made["id"])
        did = collections.Counter(str(item.report_status) for item in objects)
        errors = [
            item.message
            for kind in (HarvestGatherError, HarvestObjectError)
            for item in model.Session.query(kind)
        ]
        names = model.Session.query(model.Package.name).filter_by(state="active", type="dataset")
        show = toolkit.get_action("package_show")
        datasets = [show(context.copy(), {"id": row.name}) for row in names]
    print(json.dumps({"datasets": datasets, "did": did, "errors": errors}), file=said)


if __name__ == "__main__":
    main(*sys.argv[1:])
