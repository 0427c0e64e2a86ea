"""Model datasets of the Musterdatenkatalog: what a dataset is, and what a city cannot have.

Revision ID: 0012
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "hanse_model_assignment",
        sa.Column(
            "dataset_id",
            sa.Text,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("decided", sa.Boolean, primary_key=True),
        sa.Column("iri", sa.Text, nullable=False),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("suggested", JSONB, nullable=False, server_default="[]"),
        sa.Column("words", sa.Text, nullable=False, server_default=""),
        sa.Column("version", sa.DateTime),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("created", moment, nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_hanse_model_assignment_iri", "hanse_model_assignment", ["iri"])
    op.create_table(
        "hanse_model_absence",
        sa.Column(
            "organization_id",
            sa.Text,
            sa.ForeignKey("group.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("iri", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False, server_default=""),
        sa.Column("created", moment, nullable=False, server_default=sa.func.now()),
    )


def downgrade() -> None:
    op.drop_table("hanse_model_absence")
    op.drop_table("hanse_model_assignment")
