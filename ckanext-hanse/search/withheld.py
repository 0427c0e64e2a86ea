"""Which datasets are withheld from other catalogues, for Solr's field ``hanse_withheld``.

Pages of people ask for all; OGC API – Records leaves these out (:data:`LEFT_OUT`).
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import DatasetState, HarvestSource, SourceRecord

FIELD = "hanse_withheld"
LEFT_OUT = f"-{FIELD}:true"
"""The filter of Solr for what is handed on."""

SOURCE_DELIVERS = sa.func.coalesce(HarvestSource.settings["deliver"].as_boolean(), sa.true())
"""Whether the source that owns a dataset delivers its datasets; without one: true."""
NOT_WITHHELD = sa.func.coalesce(DatasetState.withheld, "") == ""
"""Whether no person withholds a dataset."""


def of(ids: Sequence[str]) -> set[str]:
    """Return those of the datasets that are withheld, by a person or by their source."""
    owned = sa.and_(HarvestSource.id == SourceRecord.source_id, DatasetState.harvested)
    query = (
        sa.select(DatasetState.dataset_id)
        .outerjoin(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .outerjoin(HarvestSource, owned)
        .where(DatasetState.dataset_id.in_(ids), ~sa.and_(SOURCE_DELIVERS, NOT_WITHHELD))
    )
    return set(model.Session.scalars(query))
