"""Who deleted a dataset, and when, which is needed to restore it.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hanse_deletion",
        sa.Column(
            "dataset_id",
            sa.Text,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "deleted", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("hanse_deletion")
