"""What was pushed to a source, as the document that its run reads."""

from __future__ import annotations

from typing import IO

from ckanext.hanse.model import Push
from ckanext.hanse.sources import push
from ckanext.hanse.store import push_files, sources
from hanse_harvesters.errors import ConfigError, StopRun, recast
from hanse_harvesters.http import Answer
from hanse_harvesters.http.local import LocalClient
from hanse_harvesters.sources.pushed import INCOMPLETE, RECORDS


class PushedClient(LocalClient):
    """Reads the records of a push, with what its client declared."""

    def __init__(self, file: IO[bytes], size: int, row: Push) -> None:
        super().__init__(file, size)
        self._headers = {RECORDS: str(row.records or 0), INCOMPLETE: row.incomplete}

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the records, whatever the URL."""
        found = super().get(url)
        found.headers = self._headers
        return found


def pushed(name: str) -> PushedClient:
    """Return a client for the last whole push to a source; StopRun if there was none."""
    source = sources.get(name)
    try:
        row = push.take_over(source.id)
        if row is None:
            raise StopRun("push-none", where=name)
        file = push_files.document(source.id, row.name)
        return PushedClient(file.open("rb"), file.stat().st_size, row)
    except ConfigError as error:
        raise recast(error, StopRun, where=name) from error
    except OSError as error:
        raise StopRun("push-absent", where=name) from error
