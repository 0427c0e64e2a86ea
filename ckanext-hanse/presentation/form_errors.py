"""Errors of a form, each with its step, its field and a link to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

SchemingFields = Sequence[Mapping[str, Any]]
#: Inputs whose name on the page differs from their field's, by form snippet.
_AT = {
    "upload.html": {"url": "resource-url", "upload": "resource-upload"},
    "organization.html": {"owner_org": "organizations"},
}


@dataclass(frozen=True, slots=True)
class FormError:
    """An error: ``where`` is the step or file and field label, ``href`` its URL, "" for none."""

    where: str
    reported: str
    href: str


def of_fields(
    errors: Mapping[str, Any], fields: SchemingFields, step: str = "", form: str = ""
) -> list[FormError]:
    """Return the errors of a form's fields.

    ``step``  label of the form, before the field's; ``form``  URL of the form if it is another
    page.
    """
    known = {field["field_name"]: field for field in fields}
    found = []
    for name, reported in errors.items():
        field = known.get(name)
        if name == "upload" and "url" in known:
            field = known["url"]
        label = tk.h.scheming_language_text(field["label"]) if field else name
        other = _AT.get(str((field or {}).get("form_snippet")), {})
        for label_inside, anchor, text in _inside(name, reported, field):
            where = ": ".join(filter(None, (step, str(label), label_inside)))
            href = f"{form}#field-{other.get(anchor, anchor)}" if field else ""
            found.append(FormError(where, text, href))
    return found


def _inside(
    name: str, reported: Any, field: Mapping[str, Any] | None
) -> Iterator[tuple[str, str, str]]:
    """Yield for each error the label within the field, the name of the input, and the text."""
    items = reported if isinstance(reported, list | tuple) else [reported]
    texts = [str(item) for item in items if item and not isinstance(item, Mapping)]
    if texts:
        yield "", name, " ".join(texts)
    inner = {item["field_name"]: item for item in (field or {}).get("repeating_subfields", ())}
    for number, item in enumerate(items):
        for key, text in (item if isinstance(item, Mapping) else {}).items():
            label = tk.h.scheming_language_text(inner[key]["label"]) if key in inner else key
            texts = [str(word) for word in (text if isinstance(text, list) else [text])]
            yield str(label), f"{name}-{number}-{key}", " ".join(texts)


def of_new_file(
    errors: Mapping[str, Any], summary: Mapping[str, Any], schema: Mapping[str, Any], name: str
) -> list[FormError]:
    """Return the errors of the form of a file, of its dataset, and of the dataset's other files."""
    kind = schema["dataset_type"]
    found = of_fields(errors, schema["resource_fields"], tk._("This file"))
    described = tk._("Step 1, “{step}”").format(step=tk._("Describe the data"))
    form = tk.h.url_for(f"{kind}.edit", id=name)
    found += of_fields(summary.get("dataset") or {}, schema["dataset_fields"], described, form)
    if not summary.get("files"):
        return found
    files = tk.get_action("package_show")({}, {"id": name})["resources"]
    for place, wrong in summary["files"].items():
        file = files[place]
        step = tk._("File “{name}”").format(name=file.get("name") or file.get("url") or place + 1)
        form = tk.h.url_for(f"{kind}_resource.edit", id=name, resource_id=file["id"])
        found += of_fields(wrong, schema["resource_fields"], step, form)
    return found
