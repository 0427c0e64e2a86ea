"""Addresses in datasets, what their checks found, and messages about them.

Revision ID: 0011
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    _urls(moment)
    _hosts(moment)
    op.add_column(
        "hanse_dataset_state",
        sa.Column("link_issues", JSONB, nullable=False, server_default="[]"),
    )
    _messages_of_cities()


def _urls(moment: sa.DateTime) -> None:
    op.create_table(
        "hanse_url",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("service", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False, server_default="pending"),
        sa.Column("since", moment),
        sa.Column("record", JSONB),
        sa.Column("down", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("checked", moment),
        sa.Column("due", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("wanted", moment),
    )
    op.create_index("ix_hanse_url_host_due", "hanse_url", ["host", "due"])
    op.create_index(
        "ix_hanse_url_wanted",
        "hanse_url",
        ["host"],
        postgresql_where=sa.text("wanted IS NOT NULL"),
    )
    op.create_index("ix_hanse_url_down", "hanse_url", ["origin"], postgresql_where=sa.text("down"))
    op.create_table(
        "hanse_url_use",
        sa.Column(
            "dataset_id",
            sa.Text,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "url_id",
            sa.Uuid,
            sa.ForeignKey("hanse_url.id", ondelete="CASCADE"),
            primary_key=True,
        ),
    )
    op.create_index("ix_hanse_url_use_url_id", "hanse_url_use", ["url_id"])


def _hosts(moment: sa.DateTime) -> None:
    op.create_table(
        "hanse_url_host",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False, server_default=""),
        sa.Column("held_until", moment),
        sa.Column("rests_until", moment),
    )


def _messages_of_cities() -> None:
    """A message may be about a city's links instead of a run: one a day and address."""
    op.alter_column("hanse_alert", "run_id", nullable=True)
    city = sa.ForeignKey("group.id", ondelete="CASCADE")
    op.add_column("hanse_alert", sa.Column("organization_id", sa.Text, city))
    op.add_column("hanse_alert", sa.Column("day", sa.Date))
    op.add_column("hanse_alert", sa.Column("told", JSONB, nullable=False, server_default="{}"))
    op.create_unique_constraint(
        "uq_hanse_alert_day", "hanse_alert", ["organization_id", "day", "channel", "target"]
    )


def downgrade() -> None:
    op.execute("DELETE FROM hanse_alert WHERE run_id IS NULL")
    op.drop_constraint("uq_hanse_alert_day", "hanse_alert")
    for name in ("organization_id", "day", "told"):
        op.drop_column("hanse_alert", name)
    op.alter_column("hanse_alert", "run_id", nullable=False)
    op.drop_column("hanse_dataset_state", "link_issues")
    op.drop_table("hanse_url_host")
    op.drop_table("hanse_url_use")
    op.drop_table("hanse_url")
