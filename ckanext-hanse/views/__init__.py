"""Pages and endpoints of the extension; CKAN registers every blueprint named here."""

from ckanext.hanse.views import (
    runs,
    source_alerts,
    source_form,
    source_issues,
    source_list,
    source_push,
    sources,
    withdrawals,
)
from ckanext.hanse.views.articles import hanse_articles as hanse_articles
from ckanext.hanse.views.changes import hanse_changes as hanse_changes
from ckanext.hanse.views.cite import hanse_cite as hanse_cite
from ckanext.hanse.views.compare import hanse_compare as hanse_compare
from ckanext.hanse.views.complete import hanse_complete as hanse_complete
from ckanext.hanse.views.corrections import corrections as corrections
from ckanext.hanse.views.deletions import hanse_deletions as hanse_deletions
from ckanext.hanse.views.delivery import hanse_delivery as hanse_delivery
from ckanext.hanse.views.described import hanse_described as hanse_described
from ckanext.hanse.views.desk import hanse_desk as hanse_desk
from ckanext.hanse.views.desk_models import hanse_desk_models as hanse_desk_models
from ckanext.hanse.views.dumps import hanse_dumps as hanse_dumps
from ckanext.hanse.views.duplicates import duplicates as duplicates
from ckanext.hanse.views.editions import hanse_editions as hanse_editions
from ckanext.hanse.views.harvest import harvest as hanse_harvest  # noqa: F401 - registered
from ckanext.hanse.views.health import hanse_health as hanse_health
from ckanext.hanse.views.hvd import hvd as hvd
from ckanext.hanse.views.link_checks import hanse_links as hanse_links
from ckanext.hanse.views.maps import hanse_maps as hanse_maps
from ckanext.hanse.views.merged import merged as merged
from ckanext.hanse.views.messages import hanse_messages as hanse_messages
from ckanext.hanse.views.opensearch import hanse_opensearch as hanse_opensearch
from ckanext.hanse.views.outage import hanse_outage as hanse_outage
from ckanext.hanse.views.quality import hanse_quality as hanse_quality
from ckanext.hanse.views.rdf import rdf as rdf
from ckanext.hanse.views.records import hanse_records as hanse_records
from ckanext.hanse.views.reset import hanse_reset as hanse_reset
from ckanext.hanse.views.results import hanse_results as hanse_results
from ckanext.hanse.views.services import hanse_services as hanse_services
from ckanext.hanse.views.site import hanse as hanse
from ckanext.hanse.views.sitemap import hanse_sitemap as hanse_sitemap
from ckanext.hanse.views.source_corrections import source_corrections as source_corrections
from ckanext.hanse.views.sparql import hanse_sparql as hanse_sparql
from ckanext.hanse.views.statistics import hanse_statistics as hanse_statistics
from ckanext.hanse.views.themes import hanse_themes as hanse_themes
from ckanext.hanse.views.tombstone import hanse_tombstone as hanse_tombstone

#: The modules that add pages to the blueprint ``hanse_harvest``.
HARVEST_PAGES = (
    runs, source_alerts, source_form, source_issues, source_list, source_push, sources, withdrawals,
)  # fmt: skip
