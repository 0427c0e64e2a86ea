"""Leases, schedule, withdrawal, corrections, links between records, alerts.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, columns in _added().items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_hanse_source_next_run", "hanse_source", ["next_run"])
    op.create_index("ix_hanse_record_identity", "hanse_record", ["identity"])
    op.create_index(
        "ix_hanse_record_twin", "hanse_record", ["twin"], postgresql_where=sa.text("twin <> ''")
    )
    _correction()
    _link()
    _alert()
    _former()


def downgrade() -> None:
    for table in ("hanse_former", "hanse_alert", "hanse_link", "hanse_correction"):
        op.drop_table(table)
    op.drop_index("ix_hanse_record_identity", "hanse_record")
    for table, columns in _added().items():
        for column in columns:
            op.drop_column(table, column.name)


def _added() -> dict[str, list[sa.Column]]:
    return {
        "hanse_source": [
            _flag("paused"),
            _json("alerts", "{}"),
            _time("next_run"),
            _number("lease_token", sa.BigInteger),
            _text("lease_holder"),
            _time("lease_until"),
            _text("etag"),
            _text("last_modified"),
            _text("basis"),
            _json("overrides", "{}"),
            _text("author"),
        ],
        "hanse_record": [
            _number("missing_runs"),
            _time("approved"),
            _time("withdrawn"),
            _text("title"),
            _json("issues", "[]"),
            _text("twin"),
        ],
        "hanse_dataset_state": [
            sa.Column("merged_into", sa.Text, sa.ForeignKey("package.id", ondelete="SET NULL")),
        ],
        "hanse_run": [
            _text("kind", "manual"),
            _text("by"),
            _time("planned"),
            _number("token", sa.BigInteger),
            _time("heartbeat"),
            _number("done"),
            sa.Column("total", sa.Integer),
            _number("withdrawn"),
            _number("returned"),
            _number("held"),
            _number("merged"),
            _number("skipped"),
        ],
    }


def _text(name: str, default: str = "") -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _flag(name: str) -> sa.Column:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _number(name: str, kind: type = sa.Integer) -> sa.Column:
    return sa.Column(name, kind, nullable=False, server_default="0")


def _json(name: str, default: str) -> sa.Column:
    return sa.Column(name, JSONB, nullable=False, server_default=default)


def _time(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True))


def _now(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _key() -> sa.Column:
    return sa.Column("id", sa.BigInteger, primary_key=True)


def _to(name: str, target: str, kind: type = sa.BigInteger) -> sa.Column:
    return sa.Column(name, kind, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False)


def _correction() -> None:
    op.create_table(
        "hanse_correction",
        _key(),
        _to("dataset_id", "package.id", sa.Text),
        _text("field"),
        *(sa.Column(name, JSONB) for name in ("value", "replaced", "source_value")),
        _text("reason"),
        _text("author"),
        _now("created"),
        _time("flagged"),
        _time("withdrawn"),
        _text("withdrawn_by"),
    )
    op.create_index("ix_hanse_correction_dataset_id", "hanse_correction", ["dataset_id"])
    op.create_index(
        "uq_hanse_correction_field",
        "hanse_correction",
        ["dataset_id", "field"],
        unique=True,
        postgresql_where=sa.text("withdrawn IS NULL"),
    )


def _link() -> None:
    op.create_table(
        "hanse_link",
        _key(),
        _to("first_id", "hanse_record.id"),
        _to("second_id", "hanse_record.id"),
        _text("verdict", "suggested"),
        _json("reasons", "[]"),
        _text("author"),
        _text("reason"),
        _now("created"),
        _time("decided"),
        sa.UniqueConstraint("first_id", "second_id", name="uq_hanse_link_pair"),
        sa.CheckConstraint("first_id < second_id", name="ck_hanse_link_order"),
    )
    op.create_index("ix_hanse_link_second_id", "hanse_link", ["second_id"])


def _alert() -> None:
    op.create_table(
        "hanse_alert",
        _key(),
        _to("run_id", "hanse_run.id"),
        _text("channel"),
        _text("target"),
        _text("occasion"),
        _now("created"),
        _time("sent"),
        _number("tries"),
        _text("error"),
        sa.UniqueConstraint("run_id", "channel", "target", name="uq_hanse_alert_target"),
    )


def _former() -> None:
    op.create_table(
        "hanse_former",
        _key(),
        _text("source"),
        _text("url"),
        _text("identity"),
        _to("dataset_id", "package.id", sa.Text),
        _text("origin"),
        _text("state"),
        _time("withdrawn"),
        sa.UniqueConstraint("source", "identity", name="uq_hanse_former_identity"),
    )
    op.create_index("ix_hanse_former_dataset_id", "hanse_former", ["dataset_id"])
