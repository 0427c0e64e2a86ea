"""A report as one HTML file, to hand to a portal's maker: nothing is fetched, all is escaped."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import jinja2

from hanse_harvesters.checking.dimensions import shares
from hanse_harvesters.checking.groups import ShownGroup, shown
from hanse_harvesters.checking.report import Report
from hanse_harvesters.checking.tally import Listed, of_points
from hanse_harvesters.checking.words import severity_words, short_path, words
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.advice import advise
from hanse_harvesters.texts import CORE, Texts


@cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("hanse_harvesters", "checking")
    environment = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("page.html")


def page(report: Report, language: str, now: datetime) -> str:
    """Return the report in ``language``, made ``now``."""
    texts, tally = CORE.texts(language), report.tally
    grave: list[ShownGroup] = []
    light: list[ShownGroup] = []
    for group in tally.ordered():
        (grave if group.is_violation else light).append(shown(group, language))
    return _template().render(
        language=texts.language,
        source=report.source,
        words=words(report, texts, now),
        notes=[found.message(language) for found in report.issues],
        figures=_figures(report, texts),
        dimensions=_dimensions(report, texts),
        gains=[
            {
                "words": mqa_words.action(advice.action, language),
                "datasets": texts.fill("{n:,}", {"n": advice.datasets}),
                "points": f"+{advice.points}",
            }
            for advice in tally.advices.ordered()
        ],
        parts=_parts(grave, light, texts),
        listed=[_listed(item, language) for item in tally.worst()],
        versions=report.versions,
        official=[
            {
                "severity": severity_words(count.severity, texts),
                "path": short_path(count.path),
                "component": count.component,
                "count": texts.fill("{n:,}", {"n": count.number}),
            }
            for count in report.official
        ],
    )


def _parts(grave: list[ShownGroup], light: list[ShownGroup], texts: Texts) -> list[dict[str, Any]]:
    about = texts.pgettext(
        "report", "What breaks a rule of the metadata standard; the most frequent first."
    )
    if not grave:
        about = texts.pgettext("report", "No rule is broken.")
    found = [
        {
            "id": "violations",
            "heading": texts.pgettext("report", "Violations"),
            "about": about,
            "groups": grave,
            "grave": True,
        }
    ]
    if light:
        about = texts.pgettext(
            "report", "What could be better, and how unclear values were understood."
        )
        found.append(
            {
                "id": "remarks",
                "heading": texts.pgettext("report", "Remarks"),
                "about": about,
                "groups": light,
                "grave": False,
            }
        )
    return found


def _figures(report: Report, texts: Texts) -> list[dict[str, str]]:
    tally = report.tally
    summary = tally.summary()

    def number(value: float) -> str:
        return texts.fill("{n:,}", {"n": value})

    of = texts.pgettext("report", "of {of}", of=of_points())
    scores = tally.scores
    found = [
        (texts.pgettext("report", "Points on average"), number(round(scores.mean or 0)), of),
        (
            texts.pgettext("report", "Fewest and most points"),
            f"{scores.min or 0}–{scores.max or 0}",
            "",
        ),
        (texts.pgettext("report", "Datasets"), number(tally.datasets), ""),
        (texts.pgettext("report", "Violations"), number(sum(summary["violations"].values())), ""),
        (texts.pgettext("report", "Remarks"), number(sum(summary["warnings"].values())), ""),
    ]
    if tally.unusable:
        label = texts.pgettext("report", "Datasets that cannot be taken over")
        found.append((label, number(tally.unusable), ""))
    return [dict(zip(("label", "value", "beside"), figure, strict=True)) for figure in found]


def _dimensions(report: Report, texts: Texts) -> list[dict[str, Any]]:
    if not report.tally.scored:
        return []
    return [
        {
            "label": share.words(texts.language),
            "points": texts.pgettext(
                "number", "{points} of {of}", points=round(share.points), of=share.of
            ),
            "share": round(100 * share.points / share.of) if share.of else 0,
        }
        for share in shares(report.tally.scores)
    ]


def _listed(item: Listed, language: str) -> dict[str, Any]:
    most = next(iter(advise(item.score)), None)
    return {
        "title": item.title,
        "link": item.link,
        "points": item.points,
        "issues": item.issues,
        "gain": most.words(language) if most else "–",
    }
