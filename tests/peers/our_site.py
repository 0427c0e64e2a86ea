"""A catalogue of ours with the datasets of the peers' CKAN, for tools of others that ask one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from hanse_config.services.instance import current
from peers.ckan_portal import STOCK
from peers.serving import served


@contextlib.contextmanager
def ours(folder: Path) -> Iterator[str]:
    """Serve ``STOCK`` from the tests' database; yield ``http://127.0.0.1:port``."""
    ini = current().data / "test.ini"
    with served("run_ours.py", str(ini), log=folder / "ours.log", stock=STOCK) as (address, _):
        yield address
