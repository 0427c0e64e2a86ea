"""What to do about an issue, for who keeps a list: there is no portal and no form."""

from __future__ import annotations

from hanse_harvesters.issue import Issue
from hanse_harvesters.tables import columns
from hanse_harvesters.texts import CORE
from hanse_schemas.language import pick


def remedy_of(item: Issue, key: str, language: str) -> str:
    """Return what to do: what the rule says of lists, else what belongs into the column ``key``."""
    column = columns.columns().get(key)
    if item.rule.startswith("table-") or column is None:
        return item.remedy(language)
    return CORE.texts(language).pgettext(
        "template",
        "Fill in or correct “{column}”: {help}",
        column=pick(column.header, language),
        help=pick(column.help, language),
    )
