"""What is handed on: version and terms of a dataset's text, and which ones are withheld.

The texts themselves are made anew in the background, by ``tick``; ``ckan hanse judge`` does it
at once.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLE = "hanse_dataset_state"


def upgrade() -> None:
    for name in ("rdf_version", "withheld", "withheld_by"):
        op.add_column(_TABLE, sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column(_TABLE, sa.Column("terms", ARRAY(sa.Text), nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("terms", "withheld_by", "withheld", "rdf_version"):
        op.drop_column(_TABLE, name)
