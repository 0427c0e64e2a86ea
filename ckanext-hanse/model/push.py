"""``hanse_push_token`` and ``hanse_push``: who may push to a source, and what was pushed."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, ForeignKey, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column


class PushToken(tk.BaseModel):  # type: ignore[misc]
    """A token that can push to one source and nothing else.

    ``title``    what it is for, in the words of who made it.
    ``digest``   SHA-256 of the token in hex: it is random, so it needs no slow hash.
    ``author``   id of the account that made it.
    ``expires``  NULL for one without an end; ``revoked`` and ``used`` NULL until it is.
    """

    __tablename__ = "hanse_push_token"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    source_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("hanse_source.id", ondelete="CASCADE"), index=True
    )
    title: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(Text, unique=True)
    author: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    used: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Push(tk.BaseModel):  # type: ignore[misc]
    """One push; its files are stored below its ``name`` (store/push_files.py).

    ``client``      version of the program that sends.
    ``touched``     its last request.
    ``records``     number that the client declared, NULL before it said that this is all.
    ``incomplete``  why its walk was not complete, "" if it was.
    ``completed``   when all had arrived; ``stored`` when it became the source's document.
    ``run_id``      the run that read it, NULL before; kept when runs are deleted.
    """

    __tablename__ = "hanse_push"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("hanse_source.id", ondelete="CASCADE"), index=True
    )
    token_id: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("hanse_push_token.id", ondelete="SET NULL")
    )
    client: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    touched: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    records: Mapped[int | None] = mapped_column(Integer)
    incomplete: Mapped[str] = mapped_column(Text, default="")
    completed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stored: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    run_id: Mapped[int | None] = mapped_column(Integer)
