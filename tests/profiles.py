"""How many examples a test tries: a few that are always the same, or many by chance.

``HYPOTHESIS_PROFILE=ci`` (the default) refuses what can be tried again; ``nightly``
(``make test-nightly``) looks for what nobody has thought of.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

NAME = os.environ.get("HYPOTHESIS_PROFILE") or "ci"
NIGHTLY = NAME == "nightly"
#: Of what the rest looks at too, in other ways.
by_night = pytest.mark.skipif(not NIGHTLY, reason="by night: make test-nightly")
#: How many times the examples of ``ci`` the other one tries.
_TIMES = 20

settings.register_profile("ci", derandomize=True, database=None, deadline=None, max_examples=25)
settings.register_profile("nightly", deadline=None, max_examples=50 * _TIMES, print_blob=True)
settings.load_profile(NAME)


def examples(few: int) -> int:
    """``few`` in the profile ``ci``, as many times more in ``nightly``."""
    return few * _TIMES if NIGHTLY else few
