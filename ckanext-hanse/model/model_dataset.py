"""``hanse_model_assignment`` and ``hanse_model_absence``: model datasets of the Musterdatenkatalog.

Model datasets are facts of ``hanse_schemas.model_datasets``; an IRI is that of V4.
"""

from __future__ import annotations

import enum
from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import Boolean, DateTime, Float, ForeignKey, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class AssignedHow(str, enum.Enum):
    """Who says which model dataset a dataset is."""

    REFERENCE = "reference"
    KEYWORDS = "keywords"
    MACHINE = "machine"
    UNSURE = "unsure"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class ModelAssignment(tk.BaseModel):  # type: ignore[misc]
    """Which model dataset a dataset is: one row that is read or computed, one that a person wrote.

    ``decided``     by a person, ``confirmed`` or ``refused``: no harvest changes it.
    ``iri``         of the model dataset; "" if refused (it is none), or if nothing was found.
    ``how``         ``reference`` and ``keywords``: the dataset says so; ``machine``: above the
                    margin; ``unsure``: below it, for a person to decide.
    ``confidence``  from 0 to 1; 1 unless computed.
    ``suggested``   list of ``[iri, confidence]``, the likeliest first.
    ``words``       fingerprints of the weights and of the texts that it was computed from.
    ``version``     of the dataset that was looked at: CKAN's ``metadata_modified``.
    ``author``      user id, "" if no person.
    """

    __tablename__ = "hanse_model_assignment"

    dataset_id: Mapped[str] = mapped_column(
        Text, ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    decided: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    iri: Mapped[str] = mapped_column(Text, index=True)
    how: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float, default=1.0)
    suggested: Mapped[list[list[object]]] = mapped_column(JSONB, default=list, server_default="[]")
    words: Mapped[str] = mapped_column(Text, default="", server_default="")
    version: Mapped[datetime | None] = mapped_column(DateTime)
    author: Mapped[str] = mapped_column(Text, default="", server_default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ModelAbsence(tk.BaseModel):  # type: ignore[misc]
    """That a model dataset does not apply to a city: "no tram runs here"."""

    __tablename__ = "hanse_model_absence"

    organization_id: Mapped[str] = mapped_column(
        Text, ForeignKey("group.id", ondelete="CASCADE"), primary_key=True
    )
    iri: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text, default="", server_default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
