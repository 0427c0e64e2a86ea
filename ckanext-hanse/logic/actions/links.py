"""Actions: datasets that several portals may have, and what people say of them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.hanse import language
from ckanext.hanse.catalogue.twins import links, merge
from ckanext.hanse.model import Link, Verdict

Context = dict[str, Any]
DataDict = dict[str, Any]

__all__ = ["hanse_link_decide", "hanse_link_list", "hanse_link_show"]

_LONGEST_REASON = 2000


@tk.side_effect_free
def hanse_link_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Pairs of datasets of several portals in which the user's organisations have a part.

    ``source``: name of one; ``verdict``: "suggested", "same" or "different"; ``limit`` (1 to
    100, 20), ``offset``; ``language``: "de" or "en".  Gives ``count`` and ``results``, the
    likeliest first: ``id``, ``verdict``, ``by_itself`` (merged by a rule, not a person),
    ``merged``, ``reasons`` (``rule``, ``value``, ``text``), ``author``, ``reason``, ``decided``,
    ``may_decide``, and ``datasets``, both: ``record``, ``source``, ``portal_title``, ``level``,
    ``organization``, ``dataset_id``, ``name``, ``title``, ``page``, ``prevails`` …
    """
    tk.check_access("hanse_link_list", context, data_dict)
    verdict = str(data_dict.get("verdict") or "")
    if verdict and verdict not in {item.value for item in Verdict}:
        raise tk.ValidationError({"verdict": [tk._("suggested, same or different")]})
    found = links.listed(
        _say(context),
        source=str(data_dict.get("source") or ""),
        verdict=verdict,
        language=_language(data_dict),
    )
    limit = min(max(tk.asint(data_dict.get("limit") or 20), 1), 100)
    offset = max(tk.asint(data_dict.get("offset") or 0), 0)
    return {"count": len(found), "results": found[offset : offset + limit]}


@tk.side_effect_free
def hanse_link_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """One pair as ``hanse_link_list`` gives it.  ``id``: its number."""
    link = _link(data_dict)
    tk.check_access("hanse_link_show", context, data_dict)
    return links.shown(link, _say(context), _language(data_dict))


def hanse_link_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say of two datasets that they are the same, or that they are not; it lasts.

    ``id``: the pair's number, or ``datasets``: names or ids of two harvested datasets.
    ``verdict``: "same" makes them one: the record of the lower level is bound to the
    other's dataset, and the address of its own leads there.  "different" keeps them apart,
    and parts what was merged.  ``reason``: in one's own words.  Either is undone by the other.
    Gives the pair.
    """
    tk.get_or_bust(data_dict, "verdict")
    link = _link(data_dict)
    tk.check_access("hanse_link_decide", context, {**data_dict, "id": link.id})
    verdict = data_dict["verdict"]
    if verdict not in (Verdict.SAME.value, Verdict.DIFFERENT.value):
        raise tk.ValidationError({"verdict": [tk._("same or different")]})
    user = model.User.get(context.get("user") or "")
    link_id = link.id
    try:
        links.decide(
            link,
            Verdict(verdict),
            author=user.id if user else "",
            reason=str(data_dict.get("reason") or "").strip()[:_LONGEST_REASON],
        )
    except merge.Busy as error:
        said = tk._(
            "One of the two portals is being harvested at this moment. "
            "Please decide again when that has ended."
        )
        raise tk.ValidationError({"id": [said]}) from error
    return links.shown(links.get(link_id), _say(context), _language(data_dict))


def _link(data_dict: DataDict) -> Link:
    if data_dict.get("id"):
        found = links.get(data_dict["id"])
        if found is None:
            raise tk.ObjectNotFound(tk._("Pair not found"))
        return found
    named = data_dict.get("datasets")
    if not isinstance(named, list) or len(named) != 2:
        raise tk.ValidationError({"id": [tk._("The number of a pair, or two datasets")]})
    packages = [model.Package.get(str(name)) for name in named]
    if None in packages:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    try:
        return links.between(*(str(package.id) for package in packages))
    except ValueError as error:
        said = tk._("Two datasets that are harvested from two portals")
        raise tk.ValidationError({"datasets": [said]}) from error


def _say(context: Context) -> links.May:
    """Whether the user edits the datasets of an organisation; each is asked about once."""
    user = context.get("user") or ""
    everywhere = bool(context.get("ignore_auth")) or authz.is_sysadmin(user)
    known: dict[str, bool] = {}

    def may(organization_id: str | None) -> bool:
        if everywhere or not organization_id:
            return everywhere
        if organization_id not in known:
            known[organization_id] = bool(
                authz.has_user_permission_for_group_or_org(organization_id, user, "update_dataset")
            )
        return known[organization_id]

    return may


def _language(data_dict: DataDict) -> str:
    return str(data_dict.get("language") or language.of_page())
