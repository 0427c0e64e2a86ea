"""Choose the writer that stores the records of a source in the catalogue."""

from __future__ import annotations

from ckan.plugins.core import _PLUGINS as loaded_plugins

from ckanext.hanse import settings
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk import NotBulkable
from ckanext.hanse.store.bulk.fields import shape
from ckanext.hanse.store.bulk.writer import BulkWriter
from ckanext.hanse.store.dry_writer import DryWriter
from ckanext.hanse.store.writer import Fence, Writer

PLAIN = "plain"
BULK = "bulk"

#: Plugins with which the bulk writer was compared with CKAN's own actions
#: (tests/ckan/test_bulk_equals_actions.py), or that take no part in saving a dataset.
TESTED = frozenset(
    {
        *("hanse", "activity", "scheming_datasets", "scheming_organizations", "scheming_groups"),
        *("datastore", "xloader", "dcat", "structured_data"),
        *("datatables_view", "text_view", "image_view", "video_view", "audio_view"),
        *("webpage_view", "resource_proxy", "stats", "tracking", "expire_api_token"),
    }
)


def choose(source: HarvestSource, run_id: int | None, fence: Fence | None = None) -> Writer:
    """Return the writer for a run of ``source``; without a run one that writes nothing."""
    if run_id is None:
        return DryWriter()
    name, _ = choose_reason()
    writer = BulkWriter if name == BULK else ActionWriter
    return writer(
        source_id=source.id,
        run_id=run_id,
        owner_org=source.organization_id or "",
        fence=fence,
    )


def choose_reason() -> tuple[str, list[str]]:
    """Return ``("bulk" or "plain", reasons against bulk)``: plugins that are not in TESTED.

    A dataset schema that the bulk writer does not know counts as a plugin: ``scheming: …``.
    With ``hanse.writer = bulk`` the operator has decided, and the plugins are only reported.
    """
    unlisted = [name for name in loaded_plugins if name not in TESTED]
    try:
        shape()
    except NotBulkable as error:
        return PLAIN, [*unlisted, f"scheming: {error}"]
    wanted = settings.writer()
    if wanted in (PLAIN, BULK):
        return wanted, unlisted
    return (PLAIN if unlisted else BULK), unlisted
