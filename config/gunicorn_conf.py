"""gunicorn's settings; address and number of workers are on its command line."""

from importlib.metadata import entry_points
from typing import Any

# Loaded once, then forked: halves the memory, and workers restart quickly.
preload_app = True
worker_class = "gthread"
threads = 4
timeout = 120
max_requests = 5000
max_requests_jitter = 500
accesslog = None
# A question as long as a pasted page, percent-encoded, gets a page of ours, not the server's 414.
limit_request_line = 64 * 1024


def on_starting(server: Any) -> None:
    """Let the setting above hold: gunicorn itself takes no more than 8,190."""
    from gunicorn.http import message

    message.MAX_REQUEST_LINE = limit_request_line


def when_ready(server: Any) -> None:
    """Read large tables before the workers are forked: once, and not in somebody's search.

    And write what is missing of styles and scripts: of two first visitors at once, for whom it
    would be written twice, one got an error.
    """
    from ckan.lib import webassets_tools

    for table in entry_points(group="hanse.before_fork"):
        table.load()()
    for bundle in webassets_tools.env:
        bundle.urls()


def post_fork(server: Any, worker: Any) -> None:
    """Give each worker its own database connections, which must not be shared."""
    from ckan import model

    if model.meta.engine is not None:
        model.meta.engine.dispose(close=False)
