"""Store every globally unique identifier of a record, no longer one alone.

A list may know a dataset by the UUID of its metadata, a catalogue service by that of the data and
by that of the metadata: they meet in the one both have.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_UUID_AT_END = "'[/=#]([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'"


def upgrade() -> None:
    op.add_column(
        "hanse_record", sa.Column("twins", ARRAY(sa.Text), nullable=False, server_default="{}")
    )
    op.execute("UPDATE hanse_record SET twins = ARRAY[twin] WHERE twin <> ''")
    op.execute(
        "UPDATE hanse_record SET twins = twins || ('uuid:' || substring(lower(twin) from"
        f" {_UUID_AT_END})) WHERE twin LIKE 'http%' AND lower(twin) ~ {_UUID_AT_END}"
    )
    op.create_index("ix_hanse_record_twins", "hanse_record", ["twins"], postgresql_using="gin")
    op.drop_index("ix_hanse_record_twin", "hanse_record")
    op.drop_column("hanse_record", "twin")


def downgrade() -> None:
    op.add_column("hanse_record", sa.Column("twin", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE hanse_record SET twin = twins[1] WHERE twins <> '{}'")
    where = sa.text("twin <> ''")
    op.create_index("ix_hanse_record_twin", "hanse_record", ["twin"], postgresql_where=where)
    op.drop_index("ix_hanse_record_twins", "hanse_record")
    op.drop_column("hanse_record", "twins")
