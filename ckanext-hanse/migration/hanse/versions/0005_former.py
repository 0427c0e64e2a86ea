"""Bind what is stored of a removed source to its datasets, not to a name that others may take.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_hanse_former_identity", "hanse_former")
    op.execute(
        sa.text(
            "DELETE FROM hanse_former AS old USING hanse_former AS young"
            " WHERE old.dataset_id = young.dataset_id AND old.identity = young.identity"
            " AND old.id < young.id"
        )
    )
    op.create_unique_constraint(
        "uq_hanse_former_dataset", "hanse_former", ["dataset_id", "identity"]
    )
    op.drop_index("ix_hanse_former_dataset_id", "hanse_former")  # covered by the constraint


def downgrade() -> None:
    op.create_index("ix_hanse_former_dataset_id", "hanse_former", ["dataset_id"])
    op.drop_constraint("uq_hanse_former_dataset", "hanse_former")
    op.execute(
        sa.text(
            "DELETE FROM hanse_former AS old USING hanse_former AS young"
            " WHERE old.source = young.source AND old.identity = young.identity"
            " AND old.id < young.id"
        )
    )
    op.create_unique_constraint("uq_hanse_former_identity", "hanse_former", ["source", "identity"])
