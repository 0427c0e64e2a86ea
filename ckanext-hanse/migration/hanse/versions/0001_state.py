"""Sources, runs, records, and the state of a dataset.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _source()
    _run()
    _record()
    _dataset_state()


def downgrade() -> None:
    for table in ("hanse_dataset_state", "hanse_record", "hanse_run", "hanse_source"):
        op.drop_table(table)


def _now(name: str, **keywords: object) -> sa.Column:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), **keywords
    )


def _source() -> None:
    op.create_table(
        "hanse_source",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("organization_id", sa.Text, sa.ForeignKey("group.id", ondelete="SET NULL")),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("portal", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("inferred", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("from_file", sa.Boolean, nullable=False),
        sa.Column("settings", JSONB, nullable=False),
        _now("created"),
        _now("changed"),
    )
    op.create_index("ix_hanse_source_organization_id", "hanse_source", ["organization_id"])


def _run() -> None:
    op.create_table(
        "hanse_run",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column(
            "source_id",
            sa.Integer,
            sa.ForeignKey("hanse_source.id", ondelete="CASCADE"),
            nullable=False,
        ),
        _now("started"),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("found", "created", "updated", "unchanged", "missing", "rejected")
        ),
        sa.Column("issues", JSONB, nullable=False),
        sa.Column("report", JSONB, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.create_index("ix_hanse_run_source_finished", "hanse_run", ["source_id", "finished"])


def _record() -> None:
    op.create_table(
        "hanse_record",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column(
            "source_id",
            sa.Integer,
            sa.ForeignKey("hanse_source.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("identity", sa.Text, nullable=False),
        sa.Column("dataset_id", sa.Text, sa.ForeignKey("package.id", ondelete="SET NULL")),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("normalised", sa.Text, nullable=False),
        sa.Column("attached", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True)),
        sa.Column(
            "first_run_id", sa.BigInteger, sa.ForeignKey("hanse_run.id", ondelete="SET NULL")
        ),
        sa.Column("last_run_id", sa.BigInteger, sa.ForeignKey("hanse_run.id", ondelete="SET NULL")),
        sa.UniqueConstraint("source_id", "identity", name="uq_hanse_record_identity"),
    )
    op.create_index("ix_hanse_record_dataset_id", "hanse_record", ["dataset_id"])


def _dataset_state() -> None:
    op.create_table(
        "hanse_dataset_state",
        sa.Column(
            "dataset_id",
            sa.Text,
            sa.ForeignKey("package.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("harvested", sa.Boolean, nullable=False),
        sa.Column(
            "record_id", sa.BigInteger, sa.ForeignKey("hanse_record.id", ondelete="SET NULL")
        ),
        sa.Column("issues", JSONB, nullable=False),
        sa.Column("score", sa.Float),
        sa.Column("fragment", sa.Text, nullable=False),
        sa.Column("index_pending", sa.Boolean, nullable=False),
        _now("changed"),
    )
    op.create_index("ix_hanse_dataset_state_record_id", "hanse_dataset_state", ["record_id"])
    op.create_index(
        "ix_hanse_dataset_state_pending",
        "hanse_dataset_state",
        ["dataset_id"],
        postgresql_where=sa.text("index_pending"),
    )
