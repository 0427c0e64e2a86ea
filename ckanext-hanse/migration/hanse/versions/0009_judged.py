"""A dataset's RDF as it is handed on, and its points by the MQA.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLE = "hanse_dataset_state"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("rdf", sa.Text, nullable=False, server_default=""))
    op.add_column(_TABLE, sa.Column("mqa", JSONB, nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column(_TABLE, "mqa")
    op.drop_column(_TABLE, "rdf")
