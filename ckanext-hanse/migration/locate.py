"""Make CKAN find our migrations.

CKAN looks for them beside the plugin's file by searching that file's path for ``/ckanext/``.  In
a checkout the folder is named ``ckanext-hanse`` (``setup.py`` maps it), the search fails and
``ckan db upgrade`` stops at a path that does not exist.  For this plugin the correct path is
returned from here; for all others CKAN's own.
"""

from __future__ import annotations

from pathlib import Path

ALEMBIC_INI = Path(__file__).parent / "hanse" / "alembic.ini"


def teach_ckan() -> None:
    """Make ``ckan db … -p hanse`` find :data:`ALEMBIC_INI`; calling it again has no effect."""
    from ckan.cli import db

    ckans_own = db._resolve_alembic_config
    if getattr(ckans_own, "knows_hanse", False):
        return

    def resolve(plugin: str) -> str:
        return str(ALEMBIC_INI) if plugin == "hanse" else ckans_own(plugin)

    resolve.knows_hanse = True  # type: ignore[attr-defined]
    db._resolve_alembic_config = resolve
