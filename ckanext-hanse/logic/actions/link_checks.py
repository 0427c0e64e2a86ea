"""Actions: the states of the links of a dataset, a source, a city, the site; checking again."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict
from redis import RedisError

from ckanext.hanse import language
from ckanext.hanse.link_checks import due, figures, jobs, of_dataset, options, pause
from ckanext.hanse.logic import fields, permission, schema
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.errors import HanseError

__all__ = [
    "hanse_city_links",
    "hanse_dataset_links",
    "hanse_dataset_links_check",
    "hanse_links_status",
    "hanse_source_links",
]


def _check_fields() -> schema.Schema:
    return schema.only_id() | {"url": fields.text()}


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_dataset_links(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the links of a dataset with what their checks found.

    ``id``: id or name of the dataset; ``language``: of the texts.  Returns ``enabled`` (whether
    links are checked here), ``waiting`` (links whose check a person asked for) and ``links``, each
    with ``field``, ``url``, ``kind``, ``state`` ("ok", "moved", "unsure", "dead", "not-asked",
    "pending"), ``since``, ``checked``, ``wanted``, ``host_down``, ``moved_to``, ``why``,
    ``declared``, ``found`` and ``findings``.
    """
    tk.check_access("hanse_dataset_links", context, data_dict)
    package = tk.get_action("package_show")(dict(context), {"id": data_dict["id"]})
    return {
        "enabled": options.enabled(),
        "waiting": of_dataset.waiting(package["id"]),
        "links": of_dataset.listed(package, _language(data_dict)),
    }


@schema.takes(_check_fields)
def hanse_dataset_links_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Check the links of a dataset, or one, as soon as a worker is free, whatever the hour.

    ``id``: id or name of the dataset; ``url``: only this link.  Returns ``wanted`` (links that
    wait now), ``recent`` (checked less than ``hanse.links.again_minutes`` ago), ``excluded`` (the
    operator does not let their hosts be asked).
    """
    tk.check_access("hanse_dataset_links_check", context, data_dict)
    if not options.enabled():
        raise tk.ValidationError({"id": [tk._("Links are not checked on this site.")]})
    if pause.is_paused():
        reported = tk._("The operator has paused the checks of links. Please try again later.")
        raise tk.ValidationError({"id": [reported]})
    package = tk.get_action("package_show")(dict(context), {"id": data_dict["id"]})
    done = of_dataset.ask(package["id"], url=data_dict.get("url") or "")
    if not done.wanted and not done.recent and not done.excluded:
        raise tk.ValidationError({"url": [tk._("The dataset has no such link.")]})
    with suppress(RedisError, HanseError):  # the next tick queues it
        jobs.advance()
    return {"wanted": done.wanted, "recent": done.recent, "excluded": done.excluded}


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_source_links(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the numbers of a source's links.  ``id``: its name; ``language``: of the texts.

    Returns ``enabled``, ``states`` (state → number of links), ``last`` (within the last day:
    ``checked``, and how many became ``dead`` or ``moved``) and ``hosts`` that do not answer
    (``host``, ``links``, ``datasets``, ``since``, ``days``, ``why``).
    """
    tk.check_access("hanse_source_links", context, data_dict)
    source = permission.source_of(data_dict)
    return _numbers(figures.of_source(source.id), _language(data_dict))


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_city_links(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return the numbers of a city's links, as ``hanse_source_links``.  ``id``: its name or id."""
    tk.check_access("hanse_city_links", context, data_dict)
    city = permission.organization_of(data_dict)
    return _numbers(figures.of_city(city.id), _language(data_dict))


@tk.side_effect_free
@schema.takes(schema.only_language)
def hanse_links_status(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return how the checks of links stand on this site.

    As ``hanse_source_links``, with ``paused``, ``due`` and ``wanted`` (numbers of links),
    ``last_check``, ``hours``, and ``workers`` (None without Redis).
    """
    tk.check_access("hanse_links_status", context, data_dict)
    workers = None
    with suppress(RedisError):
        workers = jobs.workers()
    return _numbers(figures.everything(), _language(data_dict)) | {
        "paused": pause.is_paused(),
        "due": due.number(),
        "wanted": due.number(wanted=True),
        "last_check": moment(figures.last_check()),
        "hours": str(tk.config["hanse.links.hours"]),
        "workers": workers,
    }


def _numbers(which: figures.Which, lang: str) -> dict[str, Any]:
    hosts = [host.as_json(lang) for host in figures.down_hosts(which)]
    return {"enabled": options.enabled(), **figures.counts(which), "hosts": hosts}


def _language(data_dict: DataDict) -> str:
    return str(data_dict.get("language") or language.of_page())
