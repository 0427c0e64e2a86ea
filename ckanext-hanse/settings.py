"""The options of the ini file, one typed reader each (described in ``config_declaration.yaml``)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import ckan.plugins.toolkit as tk
from ckan.common import config_declaration
from limits import RateLimitItem, parse_many

from hanse_harvesters import alert_rules as alerts
from hanse_harvesters.http import address
from hanse_harvesters.http.client import Limits
from hanse_harvesters.pipeline import Bounds
from hanse_harvesters.sandbox.document import ParseLimits
from hanse_harvesters.texts import CORE


def sources_file() -> Path:
    """Return the file of cities and portals: the operator's, else the shipped one."""
    if path := tk.config.get("hanse.sources"):
        return Path(path)
    with as_file(files("hanse_config").joinpath("sources.yaml")) as shipped:
        return shipped


def allowed_private_hosts() -> frozenset[str]:
    """Return ``host:port`` of private addresses that may be fetched; ConfigError if invalid."""
    return address.allow_list(
        tk.config.get("hanse.allowed_private_hosts", []), where="hanse.allowed_private_hosts"
    )


def contact() -> str:
    """Return the contact for operators of portals; part of the user agent."""
    return str(tk.config.get("hanse.contact") or "")


def own_addresses() -> tuple[str, ...]:
    """Return the URLs under which this site is, or was, known, the current one first."""
    root = str(tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    site = str(tk.config["ckan.site_url"]).rstrip("/") + root
    return (site, *tk.config["hanse.own_addresses"])


def exports_models_of_machine() -> bool:
    """Return whether model datasets that only a machine found are handed on."""
    return bool(tk.config["hanse.models.export_machine"])


def http_limits() -> Limits:
    """Return the limits for a request to a portal."""
    return Limits(
        connect=tk.config["hanse.http.connect_timeout"],
        read=tk.config["hanse.http.read_timeout"],
        deadline=tk.config["hanse.http.deadline"],
        size=tk.config["hanse.http.max_bytes"],
        tries=tk.config["hanse.http.tries"],
        pause=tk.config["hanse.http.pause_milliseconds"] / 1000,
    )


def run_bounds() -> Bounds:
    """Return the limits for one run, and for parsing one document in it."""
    return Bounds(
        records=tk.config["hanse.run.max_records"],
        seconds=tk.config["hanse.run.seconds"],
        parse=ParseLimits(
            memory=tk.config["hanse.parse.megabytes"] << 20,
            cpu=tk.config["hanse.parse.cpu_seconds"],
            wall=tk.config["hanse.parse.seconds"],
        ),
    )


def http_proxy() -> str:
    """Return the operator's proxy, "" for none."""
    return str(tk.config.get("hanse.http.proxy") or "")


def sysadmins_edit_harvested() -> bool:
    """Return whether a sysadmin may edit what the next run may overwrite."""
    return bool(tk.config["hanse.sysadmins_edit_harvested"])


def lease_seconds() -> int:
    """Return the seconds without a heartbeat after which another worker may take over a source."""
    return max(5, int(tk.config["hanse.lease_seconds"]))


def report_entries() -> int:
    """Return how many entries of each list a stored report keeps."""
    return int(tk.config["hanse.report.max_entries"])


def queue() -> str:
    """Return CKAN's name of the queue of background jobs for runs."""
    return str(tk.config["hanse.queue"])


def job_timeout() -> int:
    """Return the seconds after which a background run is ended."""
    return int(tk.config["hanse.job_timeout"])


def schedule_jitter() -> timedelta:
    """Return the range over which sources with the same schedule are spread."""
    return timedelta(minutes=tk.config["hanse.schedule.jitter_minutes"])


def late() -> timedelta:
    """Return how long a source may be overdue, or a dataset wait to be indexed."""
    return timedelta(minutes=tk.config["hanse.health.late_minutes"])


def metrics() -> bool:
    """Return whether the metrics of the harvests are public."""
    return bool(tk.config["hanse.metrics"])


def upload_types() -> frozenset[str]:
    """Return the file name extensions that may be uploaded, lower case, without the dot."""
    return frozenset(ending.lower().lstrip(".") for ending in tk.config["hanse.upload.types"])


def table_queues() -> Sequence[str]:
    """Return the queues of jobs that load uploaded tables, which exclude CKAN's default queue."""
    names = str(tk.config.get("ckanext.xloader.queue_names") or "")
    return [name for name in names.split() if name != "default"]


@dataclass(frozen=True, slots=True)
class CatalogSettings:
    """Metadata of our own ``dcat:Catalog``; titles and descriptions by language."""

    uri: str
    title: dict[str, str]
    description: dict[str, str]
    homepage: str
    license: str
    publisher_name: str
    publisher_uri: str
    publisher_type: str
    publisher_email: str
    spatial: tuple[str, ...]
    contributor_id: str


def catalog() -> CatalogSettings:
    """Return the metadata of the catalogue for other harvesters."""
    site = str(tk.config["ckan.site_url"]).rstrip("/")

    def option(name: str) -> str:
        return str(tk.config.get(f"hanse.catalog.{name}") or "")

    return CatalogSettings(
        uri=option("uri") or f"{site}/catalog",
        title={"de": option("title"), "en": option("title_en")},
        description={"de": option("description"), "en": option("description_en")},
        homepage=site,
        license=option("license"),
        publisher_name=option("publisher_name"),
        publisher_uri=option("publisher_uri") or f"{site}/#publisher",
        publisher_type=option("publisher_type"),
        publisher_email=option("publisher_email"),
        spatial=tuple(tk.config["hanse.catalog.spatial"]),
        contributor_id=option("contributor_id"),
    )


def page_bytes() -> int:
    """Return the bytes of pages that a web process keeps; 0: none."""
    return max(0, int(tk.config["hanse.page_cache.megabytes"])) << 20


def page_seconds() -> int:
    """Return the seconds a page may be kept if no change is known."""
    return max(0, int(tk.config["hanse.page_cache.seconds"]))


def shared_seconds() -> int:
    """Return the seconds a proxy in front may serve a page without revalidation."""
    return max(0, int(tk.config["hanse.page_cache.shared_seconds"]))


def alert_rules() -> alerts.AlertRules:
    """Return who is notified of a run unless its source overrides it; ConfigError if invalid."""
    raw = {
        "mail": list(tk.config["hanse.alerts.mail"]),
        "webhook": list(tk.config["hanse.alerts.webhook"]),
        "on": list(tk.config["hanse.alerts.on"]),
        "more_than": tk.config["hanse.alerts.more_than"],
    }
    return alerts.rules(
        raw,
        allowed_private=allowed_private_hosts(),
        where=lambda key: f"hanse.alerts.{key}".rstrip("."),
    )


def alert_secret() -> str:
    """Return the secret that webhooks are signed with, "" for unsigned ones."""
    return str(tk.config.get("hanse.alerts.secret") or "")


def alert_language() -> str:
    """Return the language of the messages, "" for the site's."""
    found = str(tk.config.get("hanse.alerts.language") or "")
    return found if found in CORE.languages() else ""


def alert_tries() -> int:
    """Return how often sending a message is tried."""
    return max(1, int(tk.config["hanse.alerts.tries"]))


def index_timeout() -> int:
    """Return the seconds that Solr may be silent within a response."""
    return int(tk.config["hanse.index.timeout"])


def index_patience() -> int:
    """Return the seconds for which a run retries a Solr that does not respond."""
    return int(tk.config["hanse.index.patience"])


def bulk_chunk() -> int:
    """Return the number of datasets that are written in one transaction."""
    return max(1, int(tk.config["hanse.bulk.chunk"]))


def writer() -> str:
    """Return ``auto``, ``plain`` or ``bulk``."""
    return str(tk.config["hanse.writer"])


def activities() -> bool:
    """Return whether a harvest writes into the activity stream."""
    return bool(tk.config["hanse.activities"])


def trusted_proxies() -> int:
    """Return how many of the operator's proxies every request passes."""
    return max(0, int(tk.config["hanse.trusted_proxies"]))


Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def exempt_networks() -> Sequence[Network]:
    """Return the networks exempt from limits per address; invalid entries are left out."""
    return _networks(tuple(tk.config["hanse.limits.exempt"]))


@cache
def _networks(entries: tuple[str, ...]) -> Sequence[Network]:
    return tuple(found for found in map(_network, entries) if found is not None)


def _network(entry: str) -> Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def not_networks() -> list[str]:
    """Return the entries of ``hanse.limits.exempt`` that are neither an address nor a network."""
    return [entry for entry in tk.config["hanse.limits.exempt"] if _network(entry) is None]


def limits(kind: str) -> Sequence[RateLimitItem]:
    """Return the operator's limits ``hanse.limits.<kind>``; the default if they are invalid."""
    name = f"hanse.limits.{kind}"
    text = str(tk.config.get(name) or "").strip()
    found = _limits(text)
    return _limits(str(config_declaration[name].default)) if found is None else found


@cache
def _limits(text: str) -> Sequence[RateLimitItem] | None:
    try:
        return tuple(parse_many(text)) if text else ()
    except ValueError:
        return None


def not_limits(kinds: Iterable[str]) -> list[str]:
    """Return the options of these kinds of limits that cannot be parsed."""
    names = [f"hanse.limits.{kind}" for kind in kinds]
    return [name for name in names if _limits(str(tk.config.get(name) or "").strip()) is None]
