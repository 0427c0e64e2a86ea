"""One check of one link, right now: for an officer's "check again"."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from hanse_harvesters.http.start import Starter
from hanse_harvesters.links.answer import Answer
from hanse_harvesters.links.target import Target


def check(
    target: Target,
    client: Starter,
    *,
    now: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Answer:
    """Return the answer; never raises for what a server does.

    Up to some ten requests with their pauses of 2 s per host (robots.txt, redirects, a service's
    capabilities and landing page), each within its limits: at most a few minutes in total.
    """
    raise NotImplementedError
