"""The texts of a message about a city's links: subject and body of the mail, JSON of a webhook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.language import Texts, texts_in
from ckanext.hanse.notifications.text import site_url
from hanse_harvesters.alert_rules import LINKS


@dataclass(frozen=True, slots=True)
class LinkMessage:
    """``name`` and ``title`` of the city; ``told`` as link_checks/figures.py, newly_dead."""

    name: str
    title: str
    told: Mapping[str, Any]


def subject(message: LinkMessage, language: str) -> str:
    """Return one line: site, city, what happened."""
    what = " ".join(_counted(message, texts_in(language)))
    text = f"[{tk.config.get('ckan.site_title') or 'CKAN'}] {message.title}: {what}"
    return " ".join(text.split())


def body(message: LinkMessage, language: str) -> str:
    """Return the mail's text."""
    texts = texts_in(language)
    parts = [
        texts.pgettext("alert", "Good day,"),
        "\n".join(_counted(message, texts)),
        "\n".join(_named(message, texts)),
        texts.pgettext(
            "alert-links",
            "What to do: open each link. Where a file has another address now, enter it at the "
            "portal; where it is gone, remove the entry. A link counts only after three checks "
            "on three days.",
        ),
        texts.pgettext("alert-links", "The links of the city: {url}", url=_links(message)["links"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def payload(message: LinkMessage, language: str) -> dict[str, Any]:
    """Return the same as JSON-able dict: ``event``, ``site``, ``city``, numbers, ``links``."""
    return {
        "event": LINKS,
        "site": site_url(),
        "city": {"name": message.name, "title": message.title},
        "dead_links": message.told["links"],
        "named": list(message.told["named"]),
        "hosts": list(message.told["hosts"]),
        "links": _links(message),
        "text": subject(message, language),
    }


def _counted(message: LinkMessage, texts: Texts) -> Iterator[str]:
    links, hosts = message.told["links"], len(message.told["hosts"])
    if links:
        yield texts.npgettext(
            "alert-links",
            "{number:,} link leads nowhere any more.",
            "{number:,} links lead nowhere any more.",
            links,
        )
    if hosts:
        yield texts.npgettext(
            "alert-links",
            "{number:,} server does not answer.",
            "{number:,} servers do not answer.",
            hosts,
        )


def _named(message: LinkMessage, texts: Texts) -> Iterator[str]:
    for host in message.told["hosts"]:
        yield "• " + texts.npgettext(
            "alert-links",
            "{host}: {number:,} link leads there",
            "{host}: {number:,} links lead there",
            host["links"],
            host=host["host"],
        )
    named = message.told["named"]
    for item in named:
        yield f"• {' '.join(item['title'].split())}\n  {item['url']}\n  {_dataset(item['name'])}"
    if (more := message.told["links"] - len(named)) > 0:
        yield texts.npgettext("alert-links", "… and {number:,} more", "… and {number:,} more", more)


def _links(message: LinkMessage) -> dict[str, str]:
    return {"links": f"{site_url()}/desk/{message.name}#links"}


def _dataset(name: str) -> str:
    return f"{site_url()}/dataset/{name}"
