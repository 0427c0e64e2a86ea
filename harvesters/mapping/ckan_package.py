"""Map a ``package_show`` result of a German CKAN to a dataset in our schema.

CKAN portals use one model in many ways: fields at the top level, extras, JSON inside
extras.  ``ckan_package.yaml`` beside this module maps the keys of the portals to the
fields of the table; other fields are read under the table's own names, and the
remaining keys are kept as unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hanse_harvesters.errors import SkipRecord
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import dkan_package
from hanse_harvesters.mapping.ckan_keys import (
    Keys,
    address,
    as_text,
    at_portal,
    by_name,
    decoded,
    is_nothing,
    site,
    table,
    tag,
)  # fmt: skip
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.normalise import licences
from hanse_harvesters.record import EntityDict
from hanse_schemas.table import classes
from hanse_schemas.vocabulary import vocabulary

#: True values of ``private``, in CKAN itself and in exporters of portals.
_TRUE = {"true", "1", "yes", "ja"}


def _objects(dataset: EntityDict, bag: Keys) -> None:
    """Build agents, contacts, places and periods from CKAN's flat keys."""
    for entry in table()["objects"]:
        keys = {name: bag.first(names) for name, names in entry["keys"].items()}
        listed = {name: _listed(value) for name, value in keys.items() if not is_nothing(value)}
        came = {name: values[0] for name, values in listed.items() if values}
        if not came or came.keys() <= {"type"}:
            continue
        into = entry["into"]
        if dataset.get(into) and entry.get("otherwise"):
            into = entry["otherwise"]
        fields = {prop.field for prop in classes()[_of(into)].properties} | {"uri"}
        kept = {name: value for name, value in came.items() if name in fields}
        if kept and not dataset.get(into):
            rest = [{name: more} for name, values in listed.items() for more in values[1:]]
            dataset[into] = [kept, *(item for item in rest if item.keys() <= fields)]


def _of(name: str) -> str:
    return classes()["dataset"].property(name).of


def _listed(value: Any) -> list[Any]:
    """Return the values of a list, also one in JSON; objects (e.g. GeoJSON) are kept as JSON."""
    plain = decoded(value)
    items = plain if isinstance(plain, list) else [value]
    return [as_text(item) if isinstance(item, dict | list) else item for item in items if item]


def _inside(bag: Keys) -> None:
    """Copy values from JSON objects (``terms_of_use``) to keys of their own."""
    for key, inner in table()["inside"].items():
        value = decoded(bag.first([key]))
        if isinstance(value, dict):
            held = Keys(value, bag.issues)
            for name, keys in inner.items():
                found = held.first(keys)
                if found is not None and is_nothing(bag.values.get(name)):
                    bag.values[name] = found
        elif not is_nothing(value):
            bag.broken(key)


def _box(bag: Keys) -> None:
    """Put the four edges that ckanext-spatial writes together, if there is no other place."""
    edges = [as_text(bag.values.get(key, "")).strip() for key in table()["edges"]]
    if all(edges) and is_nothing(bag.values.get("spatial")):
        bag.read.update(table()["edges"])
        bag.values.setdefault("spatial_bbox", ",".join(edges))


def _roles(dataset: EntityDict, bag: Keys) -> None:
    """Read OGD's lists ``contacts`` and ``dates``, whose entries state their role."""
    for key, roles in table()["roles"].items():
        value = decoded(bag.first([key]))
        if is_nothing(value):
            continue
        if not isinstance(value, list):
            bag.broken(key)
            continue
        for entry in value:
            name = (
                roles.get(str(entry.get("role", "")).lower()) if isinstance(entry, dict) else None
            )
            if name:
                _role(dataset, name, entry, roles.get("keys", {}))


def _role(dataset: EntityDict, name: str, entry: EntityDict, keys: Mapping[str, list[str]]) -> None:
    if not keys:
        dataset.setdefault(name, entry.get("date"))
        return
    held = Keys(entry, [])
    came = {field: held.first(names) for field, names in keys.items()}
    known = {prop.field for prop in classes()[_of(name)].properties}
    agent = {field: value for field, value in came.items() if value and field in known}
    if agent and not dataset.get(name):
        dataset[name] = [agent]


def _licence(bag: Keys) -> str | None:
    """Return the most specific of CKAN's values: the licence's id, URL or title.

    ``cc-by`` with the URL of CC BY 4.0 is CC BY 4.0.
    """
    came = [bag.values.get(key) for key in ("license_id", "license_url", "license_title")]
    named = [text for value in came for text in _listed(value) if not is_nothing(text)]
    named = [as_text(text).strip() for text in named]
    found = [(value, licences.licence(value)) for value in named]
    known = [
        out.value for _, out in found if out.value and vocabulary("licences").by_iri(out.value)
    ]
    if not known:  # a URL is more informative than an unknown id
        web = (text for text in named if text.lower().startswith(("http://", "https://")))
        return next(web, named[0] if named else None)
    finer = [iri for iri in known if iri.startswith(f"{known[0]}/")]
    return finer[0] if finer else known[0]


def _themes(dataset: EntityDict, package: EntityDict) -> None:
    """Use CKAN groups as themes if the dataset has none (the 14 categories of OGD)."""
    groups = package.get("groups")
    if dataset.get("theme") or not isinstance(groups, list):
        return
    names = [_group(item) for item in groups]
    if dkan_package.is_dkan(package):
        names = [name for name in names if vocabulary("data-themes").find(name)]
    dataset["theme"] = [name for name in names if name]


def _group(item: Any) -> str:
    """Return the name of a group, or its title if only that is a known theme."""
    if not isinstance(item, dict):
        return as_text(item)
    name, title = (as_text(item.get(key) or "") for key in ("name", "title"))
    themes = vocabulary("data-themes")
    return title if title and not themes.find(name) and themes.find(title) else name or title


def _publisher(dataset: EntityDict, package: EntityDict, issues: list[Issue]) -> None:
    """Set a missing publisher from the portal's organization, else from the author."""
    named = dataset.get("publisher") or []
    if any(not isinstance(item, dict) or item.get("name") for item in named):
        return
    organization = package.get("organization")
    title = (
        organization.get("title") or organization.get("name")
        if isinstance(organization, dict)
        else next(iter(dkan_package.offices(package)), "")
    )
    rule = "publisher-from-organization"
    if not title and (creators := dataset.get("creator")):
        title, rule = (
            creators[0].get("name") if isinstance(creators[0], dict) else "",
            "publisher-from-author",
        )
    if not isinstance(title, str) or not title.strip():
        return
    known = named[0] if named and isinstance(named[0], dict) else {}
    dataset["publisher"] = [{**known, "name": title.strip()}]
    issues.append(issue(rule, "publisher", title.strip()))


def _resource(
    came: EntityDict, number: int, package: EntityDict, base: str, issues: list[Issue]
) -> tuple[EntityDict, EntityDict]:
    """Map one resource; return it in our schema, and its unread keys."""
    bag = Keys(at_portal(came, base), issues, f"resources[{number}].")
    done = by_name(classes()["distribution"], table()["resource"], bag)
    address = bag.first(["url"])
    if address and not done.get("access_url"):
        done["access_url"] = address
    if came.get("url_type") == "upload" and address:
        done.setdefault("download_url", address)
    uri = bag.first(["uri"])
    if not uri and base and package.get("id") and came.get("id"):
        uri = f"{base}/dataset/{package['id']}/resource/{came['id']}"
    if uri:
        done["uri"] = uri
    return done, _left(bag, table()["ignored"]["resource"])


def _resources(
    package: EntityDict, base: str, issues: list[Issue]
) -> tuple[list[EntityDict], list[EntityDict]]:
    came = package.get("resources")
    if came is not None and not isinstance(came, list):
        issues.append(issue("package-value-broken", "resources", as_text(came)))
    done: list[EntityDict] = []
    left: list[EntityDict] = []
    for item in came if isinstance(came, list) else []:
        if not isinstance(item, dict):
            issues.append(issue("package-value-broken", f"resources[{len(done)}]", as_text(item)))
        elif item.get("state") != "deleted":
            resource, rest = _resource(item, len(done), package, base, issues)
            done.append(resource)
            left.append(rest)
    return done, left


def _left(bag: Keys, ignored: Iterable[str]) -> EntityDict:
    """Return the values whose keys were not read."""
    prefixes = tuple(table()["ignored"]["prefixes"])
    known = bag.read | set(ignored)
    return {
        key: value
        for key, value in bag.values.items()
        if key not in known and not key.startswith(prefixes) and not is_nothing(value)
    }


def _extras(package: EntityDict, issues: list[Issue]) -> EntityDict:
    """Return the extras by key, from CKAN's list or the dict of old versions."""
    came = package.get("extras")
    if isinstance(came, dict):
        return dict(came)
    found: EntityDict = {}
    for item in came if isinstance(came, list) else []:
        if isinstance(item, dict) and isinstance(item.get("key"), str):
            found.setdefault(item["key"], item.get("value"))
        else:
            issues.append(issue("package-value-broken", "extras", as_text(item)))
    return found


def _not_public(package: EntityDict) -> list[Issue]:
    state = package.get("state")
    if not dkan_package.is_dkan(package) and str(package.get("private")).strip().lower() in _TRUE:
        return [issue("package-not-public", "private", "private")]
    if isinstance(state, str) and state.strip().lower() not in {"", "active"}:  # DKAN: Active
        return [issue("package-not-public", "state", state)]
    return []


def read_package(package: Any, *, language: str = "de", base_url: str = "") -> ReadResult:
    """Map one package to a dataset, its issues, and its unknown keys (JSON text).

    ``package`` is the result of ``package_show``, or the whole response.  ``base_url`` is the
    portal's URL; with it resources get the IRIs that ckanext-dcat uses.  Raises SkipRecord if
    the response is not a package.
    """
    package = package.get("result", package) if isinstance(package, dict) else package
    if not isinstance(package, dict):
        raise SkipRecord("package-expected")
    issues = _not_public(package)
    extras = _extras(package, issues)
    bag = Keys({**extras, **{k: v for k, v in package.items() if not is_nothing(v)}}, issues)
    _inside(bag)
    _box(bag)
    dataset = by_name(classes()["dataset"], table()["dataset"], bag)
    _objects(dataset, bag)
    _roles(dataset, bag)
    if isinstance(package.get("tags"), list):
        dataset["tags"] = [tag(item) for item in package["tags"]]
    dataset["license_id"] = _licence(bag)
    _themes(dataset, package)
    _publisher(dataset, package, issues)
    dataset["uri"] = bag.first(["uri"])
    if not dataset["uri"] and site(base_url) and not dkan_package.is_dkan(package):
        key = as_text(package.get("id") or package.get("name") or "")
        dataset["uri"] = address(key, base_url)
    resources, left = _resources(package, site(base_url), issues)
    dataset["resources"] = resources
    unknown = _unknown(bag, left, dkan_package.offices(package, dataset.get("publisher")))
    if unknown:
        issues.append(issue("package-fields-unknown", "", ", ".join(sorted(unknown))))
    return ReadResult(
        dataset={key: value for key, value in dataset.items() if not is_nothing(value)},
        issues=issues,
        unknown=json.dumps(unknown, ensure_ascii=False, sort_keys=True) if unknown else "",
        identity=as_text(dataset["uri"] or package.get("id") or package.get("name") or ""),
    )


def _unknown(bag: Keys, resources: list[EntityDict], groups: list[str]) -> EntityDict:
    """Return the unread keys of the package, and those of its resources by number."""
    left = _left(bag, table()["ignored"]["dataset"])
    rest = {str(number): item for number, item in enumerate(resources) if item}
    return left | ({"resources": rest} if rest else {}) | ({"groups": groups} if groups else {})
