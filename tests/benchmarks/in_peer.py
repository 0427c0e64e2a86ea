"""Run by the peers' Python, which knows nothing of us: ``in_peer.py INI [URL TYPE CONFIG]``.

Makes the organisation, or a source ``bench`` that belongs to it.  A script by itself: CKAN
has no command for the one, and ckanext-harvest's for the other fails on this CKAN while it
prints what it has made.
"""

import sys

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.plugins import toolkit

ini, *source = sys.argv[1:]
app = make_app(load_config(ini))
with app.test_request_context():
    site_user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})
    context = {"model": model, "user": site_user["name"], "ignore_auth": True}
    if source:
        url, form, config = source
        wanted = {
            "name": "bench",
            "title": "Messung",
            "url": url,
            "source_type": form,
            "owner_org": "musterstadt",
            "frequency": "MANUAL",
            "config": config,
        }
        toolkit.get_action("harvest_source_create")(context, wanted)
    else:
        toolkit.get_action("organization_create")(
            context, {"name": "musterstadt", "title": "Hansestadt Musterstadt"}
        )
