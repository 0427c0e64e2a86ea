"""Spreadsheets that cities upload as the lists of their datasets.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "hanse_list",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column(
            "organization_id",
            sa.Text,
            sa.ForeignKey("group.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("source_id", sa.Integer, sa.ForeignKey("hanse_source.id", ondelete="SET NULL")),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("created", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("checked", moment),
        sa.Column("released", moment),
    )
    op.create_index("ix_hanse_list_organization_id", "hanse_list", ["organization_id"])
    op.create_index("ix_hanse_list_source_id", "hanse_list", ["source_id"])


def downgrade() -> None:
    op.drop_table("hanse_list")
