"""Store globally unique identifiers in clear text, no longer as digests.

Otherwise a pair merged by such an identifier would be split, and merged again, when one of its
records changes.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ckanext.hanse.store.identifiers import global_form

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ROWS = 2000


def upgrade() -> None:
    connection = op.get_bind()
    # A record that does not prevail has the digest of the one that does: both are updated.
    owners = sa.text(
        "SELECT DISTINCT r.twin, p.extras ->> 'identifier' FROM hanse_record r"
        " JOIN hanse_dataset_state s ON s.record_id = r.id"
        " JOIN package p ON p.id = s.dataset_id"
        " WHERE r.twin <> '' AND p.extras ->> 'identifier' IS NOT NULL"
    )
    update = sa.text("UPDATE hanse_record SET twin = :form WHERE twin = :digest")
    known = connection.execute(owners).all()
    changes = [
        {"digest": digest, "form": form}
        for digest, identifier in known
        if (form := global_form(" ".join(identifier.split())))
    ]
    for start in range(0, len(changes), _ROWS):
        connection.execute(update, changes[start : start + _ROWS])


def downgrade() -> None:
    """Clear values in the new form, which the old code cannot read; later runs set them again."""
    op.execute("UPDATE hanse_record SET twin = '' WHERE twin LIKE '%:%'")
