"""Dumps, the feed of changes, and what was erased.

Triggers note changes, so that none is missed: CKAN's actions, our bulk writer and a statement in
psql write the same tables.  They only mark a row; what the change was is read later
(export/changes/settle.py).

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NOTE = """
CREATE FUNCTION hanse_note(dataset text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO hanse_change (dataset_id) VALUES (dataset)
  ON CONFLICT (dataset_id) DO UPDATE SET pending = true WHERE NOT hanse_change.pending
$$
"""
# Name → body.  A row that is noted stays locked until the transaction ends, also one that was
# pending already: who settles it meanwhile passes it over.
_FUNCTIONS = {
    "hanse_note_package": """
  IF TG_OP = 'DELETE' THEN PERFORM hanse_note(OLD.id); ELSE PERFORM hanse_note(NEW.id); END IF;
""",
    "hanse_note_dataset": """
  IF TG_OP = 'DELETE' THEN PERFORM hanse_note(OLD.dataset_id);
  ELSIF NEW.dataset_id IS NOT NULL THEN PERFORM hanse_note(NEW.dataset_id); END IF;
""",
    "hanse_note_source": """
  PERFORM hanse_note(found.dataset_id) FROM (
    SELECT state.dataset_id FROM hanse_dataset_state state
    JOIN hanse_record record ON record.id = state.record_id
    WHERE record.source_id = NEW.id ORDER BY 1) found;
""",
    "hanse_note_city": """
  PERFORM hanse_note(found.id) FROM (
    SELECT id FROM package WHERE owner_org = NEW.id ORDER BY 1) found;
""",
}
# Table, event, condition, function.
_TRIGGERS = (
    ("package", "INSERT OR DELETE", "", "hanse_note_package"),
    ("package", "UPDATE", "WHEN (OLD.* IS DISTINCT FROM NEW.*)", "hanse_note_package"),
    (
        "hanse_dataset_state",
        "UPDATE",
        # A text of another version is outdated: it may be made anew, or turn out the same.
        "WHEN ((OLD.rdf, OLD.withheld, OLD.record_id, OLD.harvested)"
        " IS DISTINCT FROM (NEW.rdf, NEW.withheld, NEW.record_id, NEW.harvested)"
        " OR (OLD.rdf_version <> '' AND NEW.rdf_version = ''))",
        "hanse_note_dataset",
    ),
    ("hanse_dataset_state", "INSERT", "", "hanse_note_dataset"),
    (
        "hanse_record",
        "UPDATE",
        "WHEN (OLD.origin IS DISTINCT FROM NEW.origin)",
        "hanse_note_dataset",
    ),
    # A machine's guess below the margin is never handed on.
    (
        "hanse_model_assignment",
        "INSERT",
        "WHEN (NEW.decided OR NEW.how = 'machine')",
        "hanse_note_dataset",
    ),
    (
        "hanse_model_assignment",
        "UPDATE",
        "WHEN ((OLD.iri, OLD.how) IS DISTINCT FROM (NEW.iri, NEW.how))",
        "hanse_note_dataset",
    ),
    ("hanse_model_assignment", "DELETE", "WHEN (OLD.decided)", "hanse_note_dataset"),
    (
        "hanse_source",
        "UPDATE",
        "WHEN (OLD.settings -> 'deliver' IS DISTINCT FROM NEW.settings -> 'deliver')",
        "hanse_note_source",
    ),
    (
        "group",
        "UPDATE",
        "WHEN ((OLD.extras ->> 'contributor_id', OLD.name, OLD.state)"
        " IS DISTINCT FROM (NEW.extras ->> 'contributor_id', NEW.name, NEW.state))",
        "hanse_note_city",
    ),
)


def _name(table: str, event: str) -> str:
    return f"hanse_note_{table.removeprefix('hanse_')}_{event.split()[0].lower()}"


def upgrade() -> None:
    _tables()
    op.execute("CREATE SEQUENCE hanse_change_position")
    op.execute(_NOTE)
    for name, body in _FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {body} RETURN NULL; END $$"
        )
    for table, event, condition, function in _TRIGGERS:
        op.execute(
            f'CREATE TRIGGER {_name(table, event)} AFTER {event} ON "{table}"'
            f" FOR EACH ROW {condition} EXECUTE FUNCTION {function}()"
        )
    op.execute("INSERT INTO hanse_change (dataset_id) SELECT id FROM package ORDER BY id")


def _tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "hanse_dump",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("files", JSONB, nullable=False, server_default="[]"),
        sa.Column("datasets", sa.Integer, nullable=False, server_default="0"),
        sa.Column("cursor", sa.Text, nullable=False, server_default=""),
        sa.Column("without", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("started", moment, nullable=False, server_default=sa.func.now()),
        sa.Column("finished", moment),
    )
    ready = sa.text("state = 'ready'")
    op.create_index("uq_hanse_dump_day", "hanse_dump", ["day"], unique=True, postgresql_where=ready)
    op.create_table(
        "hanse_change",
        sa.Column("dataset_id", sa.Text, primary_key=True),
        sa.Column("pending", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("position", sa.BigInteger),
        sa.Column("first", sa.BigInteger),
        sa.Column("gone", sa.Text, nullable=False, server_default=""),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("uri", sa.Text, nullable=False, server_default=""),
        sa.Column("settled", moment, nullable=False, server_default=sa.func.now()),
    )
    pending = sa.text("pending")
    op.create_index(
        "ix_hanse_change_pending", "hanse_change", ["dataset_id"], postgresql_where=pending
    )
    op.create_index("uq_hanse_change_position", "hanse_change", ["position"], unique=True)
    op.create_index("ix_hanse_change_settled", "hanse_change", ["settled"])
    op.create_table(
        "hanse_erasure",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("dataset_id", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("records", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("erased", moment, nullable=False, server_default=sa.func.now()),
    )
    op.create_index(
        "ix_hanse_erasure_records", "hanse_erasure", ["records"], postgresql_using="gin"
    )


def downgrade() -> None:
    for table, event, _, _ in _TRIGGERS:
        op.execute(f'DROP TRIGGER {_name(table, event)} ON "{table}"')
    for name in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("DROP FUNCTION hanse_note(text)")
    op.execute("DROP SEQUENCE hanse_change_position")
    for table in ("hanse_erasure", "hanse_change", "hanse_dump"):
        op.drop_table(table)
