"""A report as one HTML file, to hand to a portal's maker: nothing is fetched, all is escaped."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import jinja2

from hanse_harvesters.checking.effect import shares
from hanse_harvesters.checking.groups import ShownGroup, shown
from hanse_harvesters.checking.report import Report
from hanse_harvesters.checking.tally import Listed, of_points
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.advice import advise
from hanse_harvesters.texts import CORE, Texts
from hanse_schemas.table import PREFIXES


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
        words=_words(report, texts, now),
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
                "severity": say_severity(count.severity, texts),
                "path": short(count.path),
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
                "report", "{points} of {of}", points=round(share.points), of=share.of
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


def _words(report: Report, texts: Texts, now: datetime) -> dict[str, str]:
    tally = report.tally
    listed = len(tally.worst())
    all_listed = texts.pgettext("report", "All datasets, those with the fewest points first.")
    some_listed = texts.pgettext(
        "report",
        "The {listed} datasets with the fewest points, of {all:,}.",
        listed=listed,
        all=tally.datasets,
    )
    return {
        "heading": texts.pgettext("report", "Data quality report"),
        "made": texts.pgettext(
            "report",
            "{address} · checked on {date} with ckanext-hanse {version}",
            address=report.address,
            date=now.strftime(texts.pgettext("date of a report", "%Y-%m-%d %H:%M %Z")).strip(),
            version=version("ckanext-hanse"),
        ),
        "judged": _judged(report, texts),
        "summary": texts.pgettext("report", "Summary"),
        "rating": texts.pgettext(
            "report",
            "Rating by the scale of data.europa.eu: {rating}.",
            rating=mqa_words.rating(tally.scores.rating, texts.language),
        )
        if tally.scored
        else texts.pgettext("report", "No dataset could be rated."),
        "pending": texts.pgettext(
            "report",
            "{of} of the 405 points can be judged without asking the links; the other 80 say "
            "whether they lead anywhere, and are not counted here.",
            of=of_points(),
        ),
        "dimensions": texts.pgettext(
            "report", "Points on average in the five dimensions of the assessment"
        ),
        "dimension": texts.pgettext("report", "Dimension"),
        "points": texts.pgettext("report", "Points"),
        "share": texts.pgettext("report", "Reached"),
        "gains": texts.pgettext("report", "What would raise the points most"),
        "gains_caption": texts.pgettext("report", "By how much the sum of all datasets would grow"),
        "what": texts.pgettext("report", "What to do"),
        "each": texts.pgettext("report", "Points for each"),
        "datasets": texts.pgettext("report", "Datasets"),
        "examples": texts.pgettext("report", "For example:"),
        "rule": texts.pgettext("report", "Rule"),
        "reference": texts.pgettext("report", "Specification:"),
        "listed": all_listed if listed >= tally.scored else some_listed,
        "title": texts.pgettext("report", "Title"),
        "findings": texts.pgettext("report", "Findings"),
        "most": texts.pgettext("report", "What would raise its points most"),
        "basis": texts.pgettext("report", "What it was judged by"),
        "versions": texts.pgettext("report", "Rules and their versions"),
        "name": texts.pgettext("report", "Name"),
        "version": texts.pgettext("report", "Version"),
        "file": texts.pgettext("report", "File"),
        "official": texts.pgettext("report", "What the official validator counts in the same RDF"),
        "constraint": texts.pgettext("report", "Constraint"),
        "severity": texts.pgettext("report", "Severity"),
        "number": texts.pgettext("report", "Number"),
        "property": texts.pgettext("report", "Property"),
        "counted": texts.pgettext(
            "report",
            "The points are those of the Metadata Quality Assessment of data.europa.eu: of a "
            "dataset, its best file counts; of the catalogue, the mean of its datasets. What is "
            "wrong with something that several datasets share, such as a publisher, counts once.",
        ),
        "footer": texts.pgettext(
            "report", "This file needs no connection: it can be kept, sent and printed."
        ),
    }


def say_severity(severity: str, texts: Texts) -> str:
    """Return a severity of SHACL in words."""
    if severity == "Violation":
        return texts.pgettext("severity", "Violation")
    return (
        texts.pgettext("severity", "Warning")
        if severity == "Warning"
        else texts.pgettext("severity", "Remark")
    )


def short(path: str) -> str:
    """Return a property or a path with our prefixes: ``dcterms:title``."""
    found = path
    for prefix, namespace in PREFIXES.items():
        found = found.replace(f"<{namespace}", f"<{prefix}:")
        if found.startswith(namespace):
            found = f"{prefix}:{found[len(namespace) :]}"
    return found


def _judged(report: Report, texts: Texts) -> str:
    if report.is_own:
        return texts.pgettext(
            "report",
            "Judged is what the catalogue itself states in RDF, as the official validator "
            "would; the remarks also say what a reader of the catalogue found.",
        )
    return texts.pgettext(
        "report",
        "This catalogue is not in RDF. Judged is what a DCAT-AP.de catalogue would hand on of it.",
    )
