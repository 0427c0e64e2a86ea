"""Put datasets into a CKAN and serve it; runs in that CKAN's own environment.

``python run_ckan.py INI``: the datasets are JSON on standard input; prints the port.
"""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Writes no line per request."""

    def log_message(self, *_):
        """Do nothing."""


def main(ini):
    """Load, serve until the process is ended."""
    from ckan.cli import load_config
    from ckan.config.middleware import make_app
    from ckan.plugins import toolkit

    app = make_app(load_config(ini))
    with app.test_request_context():
        user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        for dataset in json.load(sys.stdin):
            context = {"user": user, "ignore_auth": True}
            toolkit.get_action("package_create")(context, dataset)
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        print(f"port {server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
