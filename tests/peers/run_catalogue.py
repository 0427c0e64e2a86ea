"""Be a catalogue of ours on the tests' databases: serve it, and do what is asked for on the side.

``python run_catalogue.py INI``: prints its port; then a line of JSON on standard input,
``{"do": …, …}``, is answered by one on standard output.
"""

from __future__ import annotations

import json
import socketserver
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "ckan")]


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """Answers several at a time: whoever harvests keeps his connection."""

    daemon_threads = True


class Doing:
    """What can be asked for; the names are those of ``"do"``."""

    def harvest(self, *, url: str, kind: str, city: str, name: str, **more: Any) -> Any:
        """Harvest a portal for a city; gives counts, and what went wrong."""
        from ckan.plugins import toolkit

        from ckanext.hanse.export import fill
        from ckanext.hanse.harvest import engine
        from ckanext.hanse.sources.sync import sync
        from ckanext.hanse.store import index

        allowed = toolkit.config["hanse.allowed_private_hosts"]
        toolkit.config["hanse.allowed_private_hosts"] = [*allowed, url.split("/")[2]]
        entry = {"kind": kind, "url": url, "organization": city, **more}
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            cities = {city: {"title": f"Hansestadt {city.title()}"}}
            json.dump({"organizations": cities, "sources": {name: entry}}, file)
            file.flush()
            sync(Path(file.name))
        report = engine.harvest(name)
        index.drain()
        fill.keep_up(seconds=60)
        counts = {action.value: number for action, number in report.counts.items()}
        rejected = report.as_json("en")["lists"]["rejected"]
        return {"counts": counts, "message": report.message, "rejected": rejected}

    def act(self, *, action: str, **data: Any) -> Any:
        """An action of the API as the site's own user."""
        from ckan.plugins import toolkit

        user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        return toolkit.get_action(action)({"user": user, "ignore_auth": True}, data)


def main(ini: str, page: str) -> None:
    """Serve until the input ends."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app
    from run_ckan import Quiet

    said, sys.stdout = sys.stdout, sys.stderr  # whatever is printed on the way is no answer
    server = Server(("127.0.0.1", 0), Quiet)
    config = load_config(ini)
    config["ckan.site_url"] = f"http://127.0.0.1:{server.server_port}"
    app = make_app(config)
    server.set_app(app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with app.test_request_context():
        from emptying import empty

        from ckanext.hanse.export import catalog_pages

        catalog_pages.PAGE_SIZE = int(page)
        empty()
        print(f"port {server.server_port}", file=said, flush=True)
        doing = Doing()
        for line in sys.stdin:
            wanted = json.loads(line)
            found = getattr(doing, wanted.pop("do"))(**wanted)
            print(json.dumps(found, default=str), file=said, flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(*sys.argv[1:])
