"""The only package that sends HTTP requests (docs/outside.md).

``address`` decides which addresses are allowed, ``connect`` enforces that for sockets,
``body`` and ``answer`` read a response within its limits, ``client`` combines them.
"""

from hanse_harvesters.http.answer import Answer, BadStatus, Limits
from hanse_harvesters.http.client import Client

__all__ = ["Answer", "BadStatus", "Client", "Limits"]
