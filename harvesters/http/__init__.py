"""The only package that sends HTTP requests (docs/outside.md).

``address`` decides which addresses are allowed, ``connect`` enforces that for sockets,
``body`` and ``answer`` read a response within its limits, ``client`` combines them.  That is loaded
when it is used first: requests takes long to load, and a command that reads a file needs none.
"""

from typing import TYPE_CHECKING, Any

from hanse_harvesters.http.answer import Answer, BadStatus, Limits

if TYPE_CHECKING:
    from hanse_harvesters.http.client import Client

__all__ = ["Answer", "BadStatus", "Client", "Limits"]


def __getattr__(name: str) -> Any:
    if name != "Client":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hanse_harvesters.http.client import Client

    return Client
