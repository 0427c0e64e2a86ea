"""Template helpers: the site's modules with the page's language filled in."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from babel import Locale
from ckan import authz
from flask import current_app, g
from markupsafe import Markup

from ckanext.hanse import deletions, facets, language
from ckanext.hanse.corrections.apply import DETACHED, HIDDEN
from ckanext.hanse.page_cache.anonymous import has_session as hanse_has_session
from ckanext.hanse.presentation import (
    cite,
    display,
    form_errors,
    forms,
    front,
    harvests,
    licences,
    pages,
    repair,
    schedules,
    source_form,
    submit_once,
    table,
    text,
    words,
)
from ckanext.hanse.presentation import issues as findings
from ckanext.hanse.presentation.accessibility import mended
from ckanext.hanse.presentation.cities import City, every
from hanse_harvesters.field_label import field_label

__all__ = [
    "hanse_bbox",
    "hanse_begun",
    "hanse_citation",
    "hanse_city",
    "hanse_concept",
    "hanse_corrected",
    "hanse_corrected_values",
    "hanse_day",
    "hanse_deletion",
    "hanse_facet_items",
    "hanse_facet_label",
    "hanse_facts",
    "hanse_feed",
    "hanse_field",
    "hanse_field_choices",
    "hanse_form_action",
    "hanse_form_errors",
    "hanse_form_of",
    "hanse_form_sections",
    "hanse_format",
    "hanse_formats",
    "hanse_front",
    "hanse_group_links",
    "hanse_grouped",
    "hanse_has_session",
    "hanse_host",
    "hanse_html",
    "hanse_instead",
    "hanse_issues",
    "hanse_kind",
    "hanse_language",
    "hanse_languages",
    "hanse_licence",
    "hanse_licences",
    "hanse_link",
    "hanse_manages",
    "hanse_mended",
    "hanse_moment",
    "hanse_number",
    "hanse_origin",
    "hanse_pace",
    "hanse_page_link",
    "hanse_pages",
    "hanse_plain",
    "hanse_prefill",
    "hanse_repair",
    "hanse_rule",
    "hanse_run_state",
    "hanse_schedule",
    "hanse_sees_sources",
    "hanse_size",
    "hanse_source_kinds",
    "hanse_source_state",
    "hanse_table",
    "hanse_table_notes",
    "hanse_text",
    "hanse_theme_icon",
    "hanse_took",
    "hanse_view",
    "hanse_when",
]


def hanse_language() -> str:
    """The page's language, one that our texts are in."""
    return language.of_page()


def hanse_languages() -> list[dict[str, Any]]:
    """The languages on offer, each with this page's address in it."""
    offered = tk.config.get("ckan.locales_offered") or ["de", "en"]
    offered = offered.split() if isinstance(offered, str) else offered
    default = tk.config.get("ckan.locale_default")
    current = tk.h.lang()
    return [
        {
            "code": code,
            "name": Locale.parse(code).get_display_name(code),
            "current": code == current,
            "href": tk.h.url_for(tk.h.current_url(), locale="default" if code == default else code),
        }
        for code in offered
    ]


def hanse_mended(body: str, title: str) -> Markup:
    """The body of a page of CKAN's with a main heading, and no empty one."""
    return mended(body, title, str(g.template_title_delimiter))


def hanse_front() -> front.Front:
    """What the home page shows."""
    return front.front(hanse_language())


def hanse_city(name: str) -> City | None:
    """A city with its name in the page's language and its emblem; None if there is none."""
    return every(hanse_language()).get(name)


def hanse_theme_icon(iri: str) -> str:
    """Font Awesome's name of the icon of a theme."""
    return front.THEME_ICONS.get(str(iri).rsplit("/", 1)[-1], "tag")


def hanse_text(data: Mapping[str, Any], field: str) -> display.DisplayValue:
    """A translated field's text, with its language where it is not the page's."""
    found, lang = display.translated(data, field, hanse_language())
    return display.DisplayValue(str(found), lang=lang)


def hanse_html(value: str) -> Markup:
    """Foreign text as HTML that may stand in a page."""
    return text.safe_html(value)


def hanse_plain(value: str, length: int = 0) -> str:
    """Foreign text without markup, cut near ``length`` characters."""
    return text.plain(value, length)


def hanse_link(url: str) -> str:
    """``url`` if a page may link to it, else empty."""
    return text.safe_link(url)


def hanse_host(url: str) -> str:
    """The host of an address, for people to read."""
    return text.host(url)


def hanse_day(value: Any, width: str = "long") -> str:
    """A date in the page's language."""
    return words.day(value, hanse_language(), width)


def hanse_moment(value: Any) -> str:
    """A point of time in the page's language."""
    return words.moment(value, hanse_language())


def hanse_size(value: Any) -> str:
    """Bytes for people."""
    return words.size(value, hanse_language())


def hanse_number(value: Any) -> str:
    """A number with the language's separators."""
    return words.number(value, hanse_language())


def hanse_concept(vocabulary: str, value: str) -> str:
    """A code or IRI as a word."""
    return words.label(vocabulary, value, hanse_language())


def hanse_licence(value: str) -> licences.Licence | None:
    """A licence with its name, openness and text."""
    return licences.licence(value, hanse_language()) if value else None


def hanse_licences(dataset: Mapping[str, Any]) -> list[licences.Licence]:
    """The different licences of a dataset's distributions."""
    return licences.licences(dataset, hanse_language())


def hanse_format(value: str) -> str:
    """A file type's code as its name: ``WFS_SRVC`` → "WFS"."""
    return words.label("file-types", value, hanse_language()) if value else ""


def hanse_formats(dataset: Mapping[str, Any]) -> list[str]:
    """The different formats of a dataset's distributions, in their order."""
    found = [item.get("format") for item in dataset.get("resources") or ()]
    return list(dict.fromkeys(hanse_format(item) for item in found if item))


def hanse_facts(
    data: Mapping[str, Any], name: str, skip: Collection[str] = ()
) -> list[display.Fact]:
    """Every filled field of class ``name``, labelled, without ``skip``."""
    return display.facts(data, name, hanse_language(), skip)


def hanse_bbox(dataset: Mapping[str, Any]) -> display.Box | None:
    """The box around a dataset's area in degrees, where it says one."""
    return display.box(dataset)


def hanse_facet_label(field: str, name: str, display_name: str = "") -> str:
    """A facet's value as a word."""
    if field == "organization" and (city := hanse_city(name)):
        return city.title
    return facets.label(field, name, display_name, hanse_language())


def hanse_feed(city: str = "") -> str:
    """The address of the Atom feed of the search that is shown."""
    return facets.feed_link(city)


def hanse_facet_items(field: str, search_facets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A facet's values as the page lists them: words, number, whether active."""
    items = tk.h.get_facet_items_dict(field, search_facets, limit=0)
    if field == "hanse_year":  # years read best from the newest backwards
        items.sort(key=lambda item: item["name"], reverse=True)
    most = tk.h.get_param_int(f"_{field}_limit", tk.config["search.facets.default"]) or len(items)
    items = [item for place, item in enumerate(items) if place < most or item["active"]]
    for item in items:
        item["label"] = hanse_facet_label(field, item["name"], item["display_name"])
    return items


def hanse_instead(query: str | None) -> Mapping[str, Any]:
    """What this page's search for ``query`` found instead: ``did_you_mean``, ``similar``,
    ``partial``, or {}."""
    found: Mapping[str, Any] = g.get("hanse_instead", {}).get(query, {})
    return found


def hanse_pages(page: Any) -> list[int | None]:
    """The pages of a result that are linked to; None stands for those left out."""
    return pages.steps(page.page, page.page_count or 0)


def hanse_page_link(page: Any, number: int) -> str:
    """Address of a page of a result, its query and filters kept."""
    return str(page._url_generator(page=number))


def hanse_table(resource_id: str) -> table.TablePage | None:
    """The rows of a table that this page's address asks for; None where there is none."""
    return table.table(resource_id, tk.request.args, hanse_language())


def hanse_table_notes(resource: Mapping[str, Any]) -> list[str]:
    """What there is to say about an uploaded table, or why there is none."""
    return table.sentences(table.state(resource), hanse_language())


def hanse_origin(dataset_id: str) -> dict[str, Any]:
    """Where a dataset was harvested; empty for one made here."""
    return _ask("hanse_origin_show", dataset_id) or {}


def hanse_issues(dataset_id: str) -> list[dict[str, Any]]:
    """A dataset's issues, for those who may edit it."""
    return _ask("hanse_dataset_issues", dataset_id) or []


def hanse_field(path: str) -> str:
    """A field as an issue or a diff names it, in words."""
    return field_label(path, hanse_language())


def hanse_rule(rule: str) -> str:
    """A rule's short words at the beginning of a line."""
    return findings.rule_words(rule, hanse_language())


def hanse_grouped(issues: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A dataset's issues by rule and field: ``group`` and the ``issues`` in it."""
    return findings.grouped(issues, hanse_language())


def hanse_group_links(groups: Sequence[dict[str, Any]], source: str) -> None:
    """Let each group of a source's issues lead to those."""
    for group in groups:
        asked = {"rule": group["rule"], "field": group["field"]}
        group["href"] = tk.h.url_for("hanse_harvest.issues", name=source, **asked)


def hanse_form_of(path: str, dataset: Mapping[str, Any]) -> str:
    """Address of the form's field that an issue of a dataset made here is about, "" for none."""
    return findings.form_of(path, dataset)


def hanse_deletion(dataset_id: str) -> dict[str, Any]:
    """When and by whom a dataset was deleted, and until when it can be restored; else empty."""
    return deletions.of(dataset_id)


def hanse_corrected(dataset_id: str) -> list[str]:
    """The fields of a harvested dataset that its city corrected here, in words."""
    return repair.labels(dataset_id, hanse_language())


def hanse_corrected_values(field: str, value: Any) -> Sequence[display.DisplayValue]:
    """The value of a corrected field as words; nothing where it is empty."""
    return repair.values(field, value, hanse_language())


def hanse_repair(dataset_id: str) -> dict[str, Any] | None:
    """What an officer did to a dataset; None for who may not repair it.

    ``count`` of corrected fields, ``hidden``, ``detached``, ``flagged`` (the portal changed one).
    """
    found = _ask("hanse_correction_list", dataset_id)
    if found is None:
        return None
    fields = {item["field"] for item in found}
    return {
        "count": len(fields - {HIDDEN, DETACHED}),
        "hidden": HIDDEN in fields,
        "detached": DETACHED in fields,
        "flagged": any(item["flagged"] for item in found),
    }


def hanse_citation(dataset: Mapping[str, Any]) -> str:
    """How to cite a dataset."""
    return cite.citation(dataset, hanse_language())


def hanse_form_sections(fields: list[dict[str, Any]]) -> list[forms.FormSection]:
    """A form's fields by section: needed, recommended, more."""
    return forms.sections(fields)


def hanse_form_action(address: str | None = "") -> str:
    """Where a form goes, and what tells it from others: one that is sent twice acts once."""
    path = str(address or tk.request.path)
    return f"{path}{'&' if '?' in path else '?'}{submit_once.TOKEN}={secrets.token_urlsafe(9)}"


def hanse_form_errors(
    errors: Mapping[str, Any] | None,
    schema: Mapping[str, Any],
    summary: Mapping[str, Any] | None = None,
    dataset: str = "",
) -> list[form_errors.FormError]:
    """What is wrong with the form of a dataset, or of a file of ``dataset``."""
    if not dataset:
        return form_errors.of_fields(errors or {}, schema["dataset_fields"])
    return form_errors.of_new_file(errors or {}, summary or {}, schema, dataset)


def hanse_prefill(data: dict[str, Any]) -> None:
    """Put the city into the empty form of a new dataset, as publisher and contact."""
    forms.prefill(data)


def hanse_field_choices(
    field: Mapping[str, Any], chosen: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The words a field's vocabulary offers, in the page's language; ``chosen`` values stay."""
    return forms.choices(field, hanse_language(), chosen)


def _ask(action: str, dataset_id: str) -> Any:
    """An action's answer as the current user may have it; None where she may not."""
    try:
        return tk.get_action(action)({}, {"id": dataset_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None


# --- Sources and runs ---------------------------------------------------------------------------


def hanse_sees_sources() -> bool:
    """Whether the reader has a say in the data of some city, and so sees its sources."""
    user = tk.current_user
    return bool(
        user.is_authenticated
        and authz.has_user_permission_for_some_org(user.name, "update_dataset")
    )


def hanse_manages(organization: str) -> bool:
    """Whether the reader administers a city (its name or id), and so its sources."""
    return bool(tk.h.check_access("hanse_source_create", {"organization": organization}))


def hanse_source_state(source: Mapping[str, Any]) -> harvests.StateLabel:
    """How a source stands."""
    return harvests.source_state(source, str(source.get("job") or ""))


def hanse_run_state(status: str) -> harvests.StateLabel:
    """How a run ended."""
    return harvests.run_state(status)


def hanse_pace(run: Mapping[str, Any]) -> harvests.Pace:
    """How far a run is and what remains."""
    return harvests.pace(run, hanse_language())


def hanse_when(value: Any) -> str:
    """A point of time on the site's clock."""
    return harvests.when(value, hanse_language())


def hanse_took(begin: Any, end: Any) -> str:
    """How long it took from one time to another, or until now."""
    return harvests.duration(begin, end, hanse_language())


def hanse_schedule(cron: str, zone: str = "", number: int = 3) -> dict[str, Any]:
    """A schedule: ``words``, and its ``next`` times (ISO 8601)."""
    times = schedules.next_times(cron, zone or "Europe/Berlin", number)
    return {"words": schedules.words(cron), "next": times, "days": schedules.days()}


def hanse_source_kinds() -> list[tuple[str, str]]:
    """The kinds of portal there are, with their words."""
    return source_form.kinds()


def hanse_view(endpoint: str) -> bool:
    """Whether the site has this page."""
    return endpoint in current_app.view_functions


def hanse_kind(kind: str) -> str:
    """A kind of portal in plain words."""
    return harvests.kind_words(kind)


def hanse_begun(run: Mapping[str, Any]) -> str:
    """What set a run going."""
    return harvests.begun_words(run)
