"""Tokens that may push to one source, and what was pushed.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    source = sa.ForeignKey("hanse_source.id", ondelete="CASCADE")
    op.create_table(
        "hanse_push_token",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source_id", sa.Integer, source, nullable=False),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("digest", sa.Text, nullable=False, unique=True),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("created", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("expires", moment),
        sa.Column("revoked", moment),
        sa.Column("used", moment),
    )
    op.create_index("ix_hanse_push_token_source_id", "hanse_push_token", ["source_id"])
    op.create_table(
        "hanse_push",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column(
            "source_id",
            sa.Integer,
            sa.ForeignKey("hanse_source.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "token_id", sa.Integer, sa.ForeignKey("hanse_push_token.id", ondelete="SET NULL")
        ),
        sa.Column("client", sa.Text, nullable=False, server_default=""),
        sa.Column("created", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("touched", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("records", sa.Integer),
        sa.Column("incomplete", sa.Text, nullable=False, server_default=""),
        sa.Column("completed", moment),
        sa.Column("stored", moment),
        sa.Column("run_id", sa.Integer),
    )
    op.create_index("ix_hanse_push_source_id", "hanse_push", ["source_id"])


def downgrade() -> None:
    op.drop_table("hanse_push")
    op.drop_table("hanse_push_token")
