"""Put datasets into the tests' catalogue of ours and serve it.

``python run_ours.py INI``: the datasets are JSON on standard input; prints the port.
"""

import json
import sys
from pathlib import Path
from wsgiref.simple_server import make_server

sys.path[:0] = [str(Path(__file__).parents[1] / "ckan"), str(Path(__file__).parent)]


def main(ini):
    """Load, serve until the process is ended."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app
    from ckan.plugins import toolkit
    from run_ckan import Quiet

    app = make_app(load_config(ini))
    with app.test_request_context():
        from emptying import empty

        empty()
        user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

        def act(action, **data):
            toolkit.get_action(action)({"user": user, "ignore_auth": True}, data)

        act("organization_create", name="musterstadt", title="Musterstadt")
        for dataset in json.load(sys.stdin):
            act("package_create", **dataset)
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        print(f"port {server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
