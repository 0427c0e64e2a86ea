"""Why a query has no answer; the type says what the client can do about it."""

from __future__ import annotations

from hanse_harvesters.errors import HanseError


class QueryError(HanseError):
    """A query that is not answered."""


class QueryRefused(QueryError):
    """It cannot be read, or asks for what is not offered: it has to be written differently."""


class QueryTooCostly(QueryError):
    """It exceeds a limit of time, memory or size: it has to ask for less."""


class StoreUnavailable(QueryError):
    """There is no store, or it cannot be read: the same query can be answered later."""
