"""The one place that talks HTTP (docs/outside.md).

``address`` says which addresses may be asked, ``connect`` holds sockets to that,
``body`` and ``answer`` take a body within its limits, ``client`` puts them together.
"""

from hanse_harvesters.http.answer import Answer, BadStatus, Limits
from hanse_harvesters.http.client import Client

__all__ = ["Answer", "BadStatus", "Client", "Limits"]
