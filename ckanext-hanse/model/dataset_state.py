"""``hanse_dataset_state``: what we store of a dataset beside CKAN's own rows."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, DateTime, Float, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column


class DatasetState(tk.BaseModel):  # type: ignore[misc]
    """State of one dataset, harvested or made here.

    ``record_id``      the record that owns it; of several origins the one that prevails.
    ``issues``         list of ``{"rule", "field", "value", "params"}``; texts come from the rules.
    ``link_issues``    of its links, in the same form; kept apart because checks and harvests
                       write at different times.
    ``rdf``            the dataset as N-Triples (store/rdf.py); "" before it is made.
    ``rdf_version``    of the text (:func:`ckanext.hanse.store.rdf.version`); any other than
                       today's: made anew before it is handed on.
    ``terms``          by what it can be selected in exports: themes, licences, high-value data.
    ``withheld``       why it is not handed on to other catalogues; "" for a dataset that is.
    ``withheld_by``    id of the user who said so.
    ``mqa``            metrics and points, as ``hanse_harvesters.quality.mqa`` writes them.
    ``score``          the points of ``mqa``, NULL before the dataset is judged.
    ``fragment``       RDF that the table does not know, as the record contained it.
    ``merged_into``    the dataset into which this one was merged; then
                       ``record_id`` is the record that would get this one back.
    ``index_pending``  True from the commit of a bulk write until Solr has acknowledged it.
    """

    __tablename__ = "hanse_dataset_state"
    __table_args__ = (
        Index(
            "ix_hanse_dataset_state_pending",
            "dataset_id",
            postgresql_where=text("index_pending"),
        ),
    )

    dataset_id: Mapped[str] = mapped_column(
        Text, ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    harvested: Mapped[bool] = mapped_column(Boolean)
    record_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("hanse_record.id", ondelete="SET NULL"), index=True
    )
    issues: Mapped[list[dict[str, object]]] = mapped_column(JSONB, default=list)
    link_issues: Mapped[list[dict[str, object]]] = mapped_column(
        JSONB, default=list, server_default="[]"
    )
    score: Mapped[float | None] = mapped_column(Float)
    rdf: Mapped[str] = mapped_column(Text, default="", server_default="")
    rdf_version: Mapped[str] = mapped_column(Text, default="", server_default="")
    terms: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    withheld: Mapped[str] = mapped_column(Text, default="", server_default="")
    withheld_by: Mapped[str] = mapped_column(Text, default="", server_default="")
    mqa: Mapped[dict[str, object]] = mapped_column(JSONB, default=dict, server_default="{}")
    fragment: Mapped[str] = mapped_column(Text, default="")
    index_pending: Mapped[bool] = mapped_column(Boolean, default=False)
    merged_into: Mapped[str | None] = mapped_column(
        Text, ForeignKey("package.id", ondelete="SET NULL")
    )
    changed: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    @hybrid_property
    def every_issue(self) -> list[dict[str, object]]:
        """The issues of the dataset and of its links; in a query their concatenation."""
        return [*self.issues, *self.link_issues]

    @every_issue.inplace.expression
    @classmethod
    def _every_issue(cls) -> sa.ColumnElement[list[dict[str, object]]]:
        return cls.issues.op("||", return_type=JSONB())(cls.link_issues)
