"""The words of the HTML report."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version

from hanse_harvesters.checking.report import Report
from hanse_harvesters.checking.tally import of_points
from hanse_harvesters.quality import mqa_words
from hanse_harvesters.texts import Texts
from hanse_schemas.table import PREFIXES


def words(report: Report, texts: Texts, now: datetime) -> dict[str, str]:
    """Return the texts of the page, by their names in ``page.html``."""
    return _labels(texts) | _headings(texts) | _sentences(report, texts, now)


def _labels(texts: Texts) -> dict[str, str]:
    return {
        "dimension": texts.pgettext("report", "Dimension"),
        "points": texts.pgettext("report", "Points"),
        "share": texts.pgettext("report", "Reached"),
        "what": texts.pgettext("report", "What to do"),
        "each": texts.pgettext("report", "Points for each"),
        "examples": texts.pgettext("report", "For example:"),
        "rule": texts.pgettext("report", "Rule"),
        "reference": texts.pgettext("report", "Specification:"),
        "title": texts.pgettext("report", "Title"),
        "findings": texts.pgettext("report", "Findings"),
        "most": texts.pgettext("report", "What would raise its points most"),
        "name": texts.pgettext("report", "Name"),
        "version": texts.pgettext("report", "Version"),
        "file": texts.pgettext("report", "File"),
        "constraint": texts.pgettext("report", "Constraint"),
        "severity": texts.pgettext("report", "Severity"),
        "number": texts.pgettext("report", "Number"),
        "property": texts.pgettext("report", "Property"),
    }


def _headings(texts: Texts) -> dict[str, str]:
    return {
        "heading": texts.pgettext("report", "Data quality report"),
        "summary": texts.pgettext("report", "Summary"),
        "dimensions": texts.pgettext(
            "report", "Points on average in the five dimensions of the assessment"
        ),
        "gains": texts.pgettext("report", "What would raise the points most"),
        "gains_caption": texts.pgettext("report", "By how much the sum of all datasets would grow"),
        "datasets": texts.pgettext("report", "Datasets"),
        "basis": texts.pgettext("report", "What it was judged by"),
        "versions": texts.pgettext("report", "Rules and their versions"),
        "official": texts.pgettext("report", "What the official validator counts in the same RDF"),
    }


def _sentences(report: Report, texts: Texts, now: datetime) -> dict[str, str]:
    form = texts.pgettext("date of a report", "%Y-%m-%d %H:%M %Z")
    return {
        "made": texts.pgettext(
            "report",
            "{address} · checked on {date} with ckanext-hanse {version}",
            address=report.address,
            date=now.strftime(form).strip(),
            version=version("ckanext-hanse"),
        ),
        "judged": _judged(report, texts),
        "rating": _rating(report, texts),
        "pending": texts.pgettext(
            "report",
            "{of} of the 405 points can be judged without asking the links; the other 80 say "
            "whether they lead anywhere, and are not counted here.",
            of=of_points(),
        ),
        "listed": _listed(report, texts),
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


def _rating(report: Report, texts: Texts) -> str:
    if not report.tally.scored:
        return texts.pgettext("report", "No dataset could be rated.")
    return texts.pgettext(
        "report",
        "Rating by the scale of data.europa.eu: {rating}.",
        rating=mqa_words.rating(report.tally.scores.rating, texts.language),
    )


def _listed(report: Report, texts: Texts) -> str:
    listed = len(report.tally.worst())
    if listed >= report.tally.scored:
        return texts.pgettext("report", "All datasets, those with the fewest points first.")
    return texts.pgettext(
        "report",
        "The {listed} datasets with the fewest points, of {all:,}.",
        listed=listed,
        all=report.tally.datasets,
    )


def severity_words(severity: str, texts: Texts) -> str:
    """Return a severity of SHACL in words."""
    if severity == "Violation":
        return texts.pgettext("severity", "Violation")
    return (
        texts.pgettext("severity", "Warning")
        if severity == "Warning"
        else texts.pgettext("severity", "Remark")
    )


def short_path(path: str) -> str:
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
