"""A group of findings in words, as the table and the HTML page show it."""

from __future__ import annotations

from dataclasses import dataclass

from hanse_harvesters.checking.tally import Group
from hanse_harvesters.field_label import field_label
from hanse_harvesters.issue import rules
from hanse_harvesters.quality.groups import Unit
from hanse_harvesters.reference import reference
from hanse_harvesters.texts import CORE


@dataclass(frozen=True, slots=True)
class ShownExample:
    """An example in words; ``link`` is an http(s) address or ""."""

    title: str
    link: str
    place: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group in the reader's language; ``reference_link`` is an http(s) address or ""."""

    rule: str
    heading: str
    count: str
    message: str
    remedy: str
    reference: str
    reference_link: str
    examples: list[ShownExample]


def shown(group: Group, language: str) -> ShownGroup:
    """Return a group in the reader's language."""
    first = group.examples[0].issue
    of = "dataset" if group.datasets else "catalog"
    found = reference(first.rule, first.field, language, of=of)
    return ShownGroup(
        group.rule,
        heading(group, language),
        _count(group.count, language),
        first.message(language),
        first.remedy(language),
        found.get("reference", ""),
        found.get("reference_url", ""),
        [
            ShownExample(
                _line(example.title),
                example.link,
                example.issue.label(language) if "[" in example.issue.field else "",
                _line(example.issue.value, 160),
            )
            for example in group.examples
        ],
    )


def heading(group: Group, language: str) -> str:
    """Return what is wrong with how many datasets: "22 datasets without a licence"."""
    texts, rule = CORE.texts(language), rules()[group.rule]
    short = rule.short_in(language)
    if group.field and (rule.names_field or not group.datasets):
        short = f"{short}: {field_label(group.field, language)}"
    if not group.datasets:
        return texts.pgettext("check", "The catalogue itself: {short}", short=short)
    return f"{Unit.DATASET.words(group.datasets, language)} {short}"


def _count(count: int, language: str) -> str:
    return Unit.PLACE.words(count, language)


def _line(text: str, most: int = 120) -> str:
    """Return one line without control characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
