"""Forms: sections, choices, errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.hanse.helpers.page import hanse_language
from ckanext.hanse.presentation import (
    form_errors,
    forms,
)


def hanse_form_sections(fields: list[dict[str, Any]]) -> list[forms.FormSection]:
    """Return a form's fields by section: needed, recommended, more."""
    return forms.sections(fields)


def hanse_form_errors(
    errors: Mapping[str, Any] | None,
    schema: Mapping[str, Any],
    summary: Mapping[str, Any] | None = None,
    dataset: str = "",
) -> list[form_errors.FormError]:
    """Return the errors of the form of a dataset, or of a file of ``dataset``."""
    if not dataset:
        return form_errors.of_fields(errors or {}, schema["dataset_fields"])
    return form_errors.of_new_file(errors or {}, summary or {}, schema, dataset)


def hanse_prefill(data: dict[str, Any]) -> None:
    """Enter the city as publisher and contact into the empty form of a new dataset."""
    forms.prefill(data)


def hanse_field_choices(
    field: Mapping[str, Any], chosen: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the choices of a field in the page's language; ``chosen`` values are always kept."""
    return forms.choices(field, hanse_language(), chosen)
