"""These tests stay on this machine, and know no site whose language would be the default."""

import logging
from collections.abc import Iterator

import pytest

from hanse_harvesters.testing.network import connections, patient
from hanse_schemas import language

__all__ = ["connections", "patient"]


@pytest.fixture(autouse=True, scope="module")
def no_default_language() -> Iterator[None]:
    """As where the core is used by itself; CKAN, started beside it, gives the site's."""
    before = language.default()
    language.set_default("")
    yield
    language.set_default(before)


@pytest.fixture(autouse=True, scope="module")
def loggers_speak() -> None:
    """A CKAN that was started beside it has silenced every logger that there was."""
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
