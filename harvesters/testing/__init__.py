"""Helpers for tests of connectors, here and elsewhere: the contract, local portals, a client.

It requires pytest, which the product does not.  docs/connectors.md shows a test.
"""

import pytest

pytest.register_assert_rewrite(f"{__name__}.contract")

from hanse_harvesters.testing.contract import NAMES, Contract  # noqa: E402 - after the above
from hanse_harvesters.testing.network import Patient  # noqa: E402
from hanse_harvesters.testing.portal import Asked, Portal, Reply, Script  # noqa: E402

__all__ = ["NAMES", "Asked", "Contract", "Patient", "Portal", "Reply", "Script"]
