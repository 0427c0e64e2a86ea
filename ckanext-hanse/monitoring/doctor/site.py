"""Check for settings that are unsafe, incomplete or meant for trials; disk and mail."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan.common import config_declaration

from ckanext.hanse import settings
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok, warn
from ckanext.hanse.notifications import rules, send
from ckanext.hanse.presentation import articles, legal
from ckanext.hanse.presentation import maps as layers
from ckanext.hanse.store import sources
from hanse_harvesters.errors import HanseError

_SECRETS = ("SECRET_KEY", "WTF_CSRF_SECRET_KEY", "api_token.jwt.encode.secret")
#: Placeholders for secrets in templates of ini files.
_PLACEHOLDERS = {"", "not_set", "secret", "changeme", "change_me", "replace_me"}
_SHORTEST = 16
_LOCAL = {"localhost", "127.0.0.1", "::1", "0.0.0.0"}
_GIGABYTE = 1024**3
#: Free bytes below which a harvest may lack space for its spool, or has none.
_LITTLE, _NOTHING = _GIGABYTE, _GIGABYTE // 10


def secrets() -> Iterator[DoctorFinding]:
    """Check that no secret is a placeholder or easy to guess."""
    weak = [name for name in _SECRETS if _is_weak(str(tk.config.get(name) or ""))]
    # Those not set are derived from SECRET_KEY.
    weak = [name for name in weak if name == "SECRET_KEY" or tk.config.get(name)]
    if weak:
        yield error("secrets-weak", names=weak)
    else:
        yield ok("secrets-ok")


def _is_weak(value: str) -> bool:
    bare = value.removeprefix("string:")
    if value.startswith("file:"):
        return False
    return bare.lower() in _PLACEHOLDERS or len(bare) < _SHORTEST


def address() -> Iterator[DoctorFinding]:
    """Check that the site's URL is reachable for others, over TLS."""
    url = str(tk.config["ckan.site_url"])
    parts = urlsplit(url)
    if parts.hostname in _LOCAL or (parts.hostname or "").startswith("127."):
        yield warn("address-local", url=url)
    elif parts.scheme != "https":
        yield warn("address-plain", url=url)
    else:
        yield ok("address-ok", url=url)


def sessions() -> Iterator[DoctorFinding]:
    """Check that nobody can use another user's session."""
    if not tk.config["WTF_CSRF_ENABLED"]:
        yield error("csrf-off")
    if str(tk.config["ckan.site_url"]).startswith("https://"):
        yield ok("cookies-ok")
    else:
        yield warn("cookies-plain")


def limits() -> Iterator[DoctorFinding]:
    """Check that the rate limits can be parsed."""
    prefix = "hanse.limits."
    names = [str(key) for key in config_declaration.iter_options()]
    kinds = [name.removeprefix(prefix) for name in names if name.startswith(prefix)]
    wrong = settings.not_limits(kind for kind in kinds if kind != "exempt")
    if wrong:
        yield error("limits-unreadable", names=wrong)
    if entries := settings.not_networks():
        yield error("exempt-unreadable", entries=entries)


def debug() -> Iterator[DoctorFinding]:
    """Check that debug mode is off, which shows internals of the site."""
    if tk.config.get("debug"):
        yield error("debug-on")


def contact() -> Iterator[DoctorFinding]:
    """Check that portals' operators have a contact address."""
    if not settings.contact():
        yield warn("contact-missing")


def legal_pages() -> Iterator[DoctorFinding]:
    """Check that imprint, privacy and accessibility statement are the operator's and complete."""
    missing: list[str] = []
    unreadable: list[str] = []
    gaps: set[str] = set()
    for name, language in product(legal.PAGES, legal.LANGUAGES):
        try:
            found = legal.page(name, language)
        except legal.UnreadableText as fault:
            unreadable.append(f"hanse.{name}: {fault}")
            continue
        if found.template:
            missing.append(f"hanse.{name}")
        elif found.gaps:
            gaps.add(f"hanse.{name}")
    if unreadable:
        yield error("legal-unreadable", names=sorted(set(unreadable)))
    if missing:
        yield warn("legal-missing", names=list(dict.fromkeys(missing)))
    if gaps:
        yield warn("legal-gaps", names=sorted(gaps))
    if not (unreadable or missing or gaps):
        yield ok("legal-ok")


def pages() -> Iterator[DoctorFinding]:
    """Check that the news and help pages of ``hanse.pages`` can be shown."""
    found = [fault for kind in articles.KINDS for fault in articles.articles(kind, "de")[1]]
    named = sorted({fault.path for fault in found if fault.reason == "name"})
    unreadable = sorted({fault.path for fault in found if fault.reason != "name"})
    if unreadable:
        yield error("pages-unreadable", names=unreadable)
    if named:
        yield warn("pages-names", names=named)
    if not found and tk.config.get("hanse.pages"):
        yield ok("pages-ok")


def maps() -> Iterator[DoctorFinding]:
    """Check that the layers that the operator adds to maps can be used."""
    found = [warn("map-unusable", option=option, reason=why) for option, why in layers.faults()]
    yield from found or [ok("map-ok")]


def private_hosts() -> Iterator[DoctorFinding]:
    """Warn of private addresses that may be fetched: they should be few and intended."""
    hosts = sorted(settings.allowed_private_hosts())
    if hosts:
        yield warn("private-hosts", hosts=hosts)


def disk() -> Iterator[DoctorFinding]:
    """Check that there is disk space for the spool of harvests and for stored files."""
    folders = {Path(tempfile.gettempdir()), Path(tk.config.get("ckan.storage_path") or "/")}
    tight = False
    for folder in sorted(folders):
        if not folder.exists():
            continue
        free = shutil.disk_usage(folder).free
        if free < _LITTLE:
            tight = True
            level = error if free < _NOTHING else warn
            yield level("disk-nearly-full", folder=str(folder), megabytes=free // 1024**2)
    if not tight:
        yield ok("disk-ok")


def mail() -> Iterator[DoctorFinding]:
    """Check that a mail server accepts connections if alerts are sent by mail."""
    names = list(_mailed())
    if not names:
        return
    server = str(tk.config.get("smtp.server") or "localhost")
    host, _, port = server.partition(":")
    try:
        with socket.create_connection((host, int(port or 25)), timeout=5):
            pass
    except (OSError, ValueError) as fault:
        yield error("mail-unreachable", server=server, names=names, reason=str(fault))
        return
    if tk.config.get("smtp.mail_from"):
        yield ok("mail-ok", server=server)
    else:
        yield warn("mail-sender-missing")


def _mailed() -> Iterator[str]:
    """Yield sources with recipients of alerts by mail."""
    for source in sources.every(enabled_only=True):
        with suppress(HanseError):  # rules that are invalid notify nobody
            if rules.of_source(source).mail:
                yield source.name


def undelivered() -> Iterator[DoctorFinding]:
    """Check that every alert was delivered."""
    lost = send.undelivered()
    if lost:
        targets = sorted({item.target for item in lost})
        yield warn("alerts-undelivered", number=len(lost), targets=targets, error=lost[-1].error)
