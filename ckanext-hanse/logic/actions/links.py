"""Actions: datasets that several portals may have, and the decisions about them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, DataDict
from redis import RedisError

from ckanext.hanse import language
from ckanext.hanse.dedup import candidates, decide, groups, merge
from ckanext.hanse.logic import schema
from ckanext.hanse.model import Link, LinkVerdict
from ckanext.hanse.scheduler import jobs

__all__ = [
    "hanse_link_decide",
    "hanse_link_decide_all",
    "hanse_link_groups",
    "hanse_link_list",
    "hanse_link_show",
]

_LONGEST_REASON = 2000


@tk.side_effect_free
@schema.takes(schema.links)
def hanse_link_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """List pairs of datasets of several portals that concern the user's organizations.

    ``source``: name of one; ``verdict``: "suggested", "same", "different", or "doubtful" for
    pairs that an earlier rule merged and the current ones would not; ``limit`` (1 to 100, 20),
    ``offset``; ``language``: "de" or "en".  Returns ``count`` and ``results``, the likeliest first:
    ``id``, ``verdict``, ``by_itself`` (merged by a rule, not a person), ``doubtful``, ``merged``,
    ``reasons`` (``rule``, ``value``, ``text``), ``author``, ``reason``, ``decided``,
    ``may_decide``, and ``datasets``, both: ``record``, ``source``, ``portal_title``, ``level``,
    ``organization``, ``dataset_id``, ``name``, ``title``, ``page``, ``prevails`` …
    """
    tk.check_access("hanse_link_list", context, data_dict)
    count, results = candidates.listed(
        _say(context),
        source=data_dict.get("source", ""),
        verdict=_kind(data_dict),
        language=_language(data_dict),
        limit=data_dict["limit"],
        offset=data_dict["offset"],
    )
    return {"count": count, "results": results}


@tk.side_effect_free
@schema.takes(schema.link_groups)
def hanse_link_groups(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Group the pairs of ``hanse_link_list`` by their two sources, the largest group first.

    ``source``, ``verdict``, ``language`` as there.  Returns a list: ``sources`` (two names),
    ``portal_titles``, ``count``, ``may_decide``, ``sample`` (each ``id`` and ``titles``), and
    ``reasons``: the same by the strongest reason, each ``rule``, ``text``, ``count``, ``sample``.
    """
    tk.check_access("hanse_link_groups", context, data_dict)
    return candidates.grouped(
        _say(context),
        source=data_dict.get("source", ""),
        verdict=_kind(data_dict),
        language=_language(data_dict),
    )


@tk.side_effect_free
@schema.takes(schema.of_id)
def hanse_link_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Return one pair as in ``hanse_link_list``.  ``id``: its number."""
    link = _link(data_dict)
    tk.check_access("hanse_link_show", context, data_dict)
    return candidates.shown(link, _say(context), _language(data_dict))


@schema.takes(schema.link_decision)
def hanse_link_decide(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Decide whether two datasets are the same; the decision is permanent until reversed.

    ``id``: the pair's number, or ``datasets``: names or ids of two harvested datasets.
    ``verdict``: "same" makes them one: the record of the lower level is bound to the
    other's dataset, and the URL of its own redirects there.  "different" keeps them apart,
    and separates merged ones.  ``reason``: free text.  Each verdict can be undone by the other.
    Returns the pair.
    """
    verdict = _verdict(data_dict)
    link = _link(data_dict)
    tk.check_access("hanse_link_decide", context, {**data_dict, "id": link.id})
    link_id = link.id
    try:
        decide.decide(link, verdict, author=_user(context), reason=_reason(data_dict))
    except merge.Busy as error:
        reported = tk._(
            "One of the two portals is being harvested at this moment. "
            "Please decide again when that has ended."
        )
        raise tk.ValidationError({"id": [reported]}) from error
    return candidates.shown(candidates.get(link_id), _say(context), _language(data_dict))


@schema.takes(schema.link_decisions)
def hanse_link_decide_all(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Decide the same for all pairs between two sources; as permanent as ``hanse_link_decide``.

    ``sources``: two names; ``of``: which pairs, as ``verdict`` of ``hanse_link_list``;
    ``rule``: only those with this strongest reason; ``verdict``, ``reason`` as there, or
    "suggested" for those "different", which reverses that decision.
    Returns ``count``; ``undecided``: how many must be decided singly, as one of the datasets
    may be the same as several; ``at_next_run``: how many the next runs complete, as the portal's
    record is needed again; ``in_background``: how many are processed after this response.
    """
    sources = data_dict["sources"]
    if len(set(sources)) != 2 or len(sources) != 2:
        raise tk.ValidationError({"sources": [tk._("The names of two sources")]})
    tk.check_access("hanse_link_decide_all", context, data_dict)
    kind = _kind(data_dict, "of")
    if not kind:
        raise tk.ValidationError({"of": [tk._("suggested, same, different or doubtful")]})
    verdict = _verdict(data_dict, of=kind)
    found = [
        pair
        for pair in groups.pairs(_say(context), kind=kind, sources=sources)
        if not data_dict.get("rule") or pair.rule == data_dict["rule"]
    ]
    chosen = groups.one_to_one(found) if verdict is LinkVerdict.SAME else found
    done = decide.decide_all(chosen, verdict, author=_user(context), reason=_reason(data_dict))
    try:
        jobs.enqueue_pairs(done.left)
    except RedisError:  # the next runs complete them
        done.at_next_run += len(done.left)
        done.left = []
    return {
        "count": done.count,
        "undecided": len(found) - len(chosen),
        "at_next_run": done.at_next_run,
        "in_background": len(done.left),
    }


def _verdict(data_dict: DataDict, of: str = "") -> LinkVerdict:
    verdict = data_dict["verdict"]
    allowed = {LinkVerdict.SAME.value, LinkVerdict.DIFFERENT.value}
    if of == LinkVerdict.DIFFERENT.value:
        allowed.add(LinkVerdict.SUGGESTED.value)
    if verdict not in allowed:
        raise tk.ValidationError({"verdict": [tk._("same or different")]})
    return LinkVerdict(verdict)


def _kind(data_dict: DataDict, name: str = "verdict") -> str:
    kind: str = data_dict.get(name, "")
    if kind and kind not in groups.KINDS:
        raise tk.ValidationError({name: [tk._("suggested, same, different or doubtful")]})
    return kind


def _user(context: Context) -> str:
    user = model.User.get(context.get("user") or "")
    return user.id if user else ""


def _reason(data_dict: DataDict) -> str:
    return str(data_dict.get("reason", "")).strip()[:_LONGEST_REASON]


def _link(data_dict: DataDict) -> Link:
    if data_dict.get("id"):
        found = candidates.get(data_dict["id"])
        if found is None:
            raise tk.ObjectNotFound(tk._("Pair not found"))
        return found
    named = data_dict.get("datasets", [])
    if len(named) != 2:
        raise tk.ValidationError({"id": [tk._("The number of a pair, or two datasets")]})
    packages = [model.Package.get(name) for name in named]
    if None in packages:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    try:
        return candidates.between(*(str(package.id) for package in packages))
    except ValueError as error:
        reported = tk._("Two datasets that are harvested from two portals")
        raise tk.ValidationError({"datasets": [reported]}) from error


def _say(context: Context) -> groups.May:
    """Return a function that tells whether the user edits an organization's datasets; cached."""
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
