"""From every finding that a correction mends, "Berichtigen" leads to the field that mends it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from repairing import Repair, repairing

from hanse_harvesters.issue import rules
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.ckan_package import read_package
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.mapping.reader import read_dataset
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.mapping.terms import IRI, Graph
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.workers.steps import work
from hanse_schemas.table import PREFIXES

ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
BY = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
HVD = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
GERMAN = "http://publications.europa.eu/resource/authority/language/DEU"
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
SETTINGS = SourceSettings("p", "rdf", "https://daten.example.org/c.ttl", organization="rostock")


@dataclass(frozen=True)
class Case:
    """What brings a rule, and what an officer enters: the form's field and a good value."""

    rule: str
    field: str
    form: dict[str, Any]
    dataset: dict[str, Any] | None = None
    turtle: str = ""
    package: dict[str, Any] | None = None

    @property
    def touches(self) -> set[str]:
        """The dataset's fields that it fills or wants empty; a file is one's own."""
        return {*(self.dataset or {}), _FIELD.get(self.rule, self.field)} - {"resources"}

    def read(self) -> ReadResult:
        if self.turtle:
            subject = "https://daten.example.org/datensatz/x"
            text = f'{HEAD}<{subject}> a dcat:Dataset ; dcterms:title "Bäume" ; {self.turtle} .'
            graph = Graph(adapters.parse(text.encode(), "turtle"))
            return read_dataset(graph, IRI(subject), language="de")
        if self.package is not None:
            plain = {"id": "x", "name": "baeume", "title": "Bäume", "state": "active"}
            return read_package(plain | self.package)
        return ReadResult({"title": "Bäume"} | (self.dataset or {}), [], "")


def of_dataset(rule: str, field: str, bad: Any, **form: Any) -> Case:
    return Case(rule, field, form, dataset={field: bad})


def of_file(rule: str, field: str, **form: Any) -> Callable[..., Case]:
    def case(**bad: Any) -> Case:
        resource = {"name": "Liste", "access_url": "https://a.example/x.csv", "license": ZERO}
        return Case(rule, field, form, dataset={"resources": [resource | bad]})

    return case


MAIL = {"contact-0-name": "Amt", "contact-0-email": "amt@stadt.example"}
WHERE = {"spatial_coverage-0-geom": "POINT (12.1 54.1)"}
CASES = [
    of_dataset("mandatory-missing", "notes", "", notes="Alle Bäume."),
    of_dataset("recommended-missing", "theme", [], theme=[THEME]),
    of_dataset("values-several", "frequency", ["ANNUAL", "DAILY"], frequency="DAILY"),
    of_dataset("value-placeholder", "notes", "null", notes="Alle Bäume."),
    of_dataset("description-html", "notes", "<p>Alle <b>Bäume</b></p>", notes="Alle Bäume"),
    of_dataset("text-mojibake", "notes", "BÃ¤ume und StrÃ¤ucher", notes="Bäume"),
    of_dataset("text-too-long", "notes", "Baum " * 210_000, notes="Bäume"),
    of_dataset("keyword-too-long", "tags", [{"name": "b" * 150}], tag_string="Baum, Strauch"),
    of_file("license-missing", "license", license=ZERO)(license=""),
    of_file("license-unknown", "license", license=ZERO)(license="https://a.example/lizenz"),
    of_file("license-unspecified", "license", license=ZERO)(license="notspecified"),
    of_file(
        "license-attribution-missing",
        "license_attribution_by_text",
        license_attribution_by_text="Hansestadt",
    )(license=BY),
    of_file("format-unknown", "format", format="CSV")(format="Bäumeformat"),
    of_file("format-guessed", "format", format="CSV")(),
    of_file("mimetype-unknown", "mimetype", mimetype="text/csv")(mimetype="Bäume"),
    of_file("size-invalid", "size", size="12")(size="zwölf"),
    of_file("url-invalid", "access_url", access_url="https://a.example")(access_url="ohne/alles"),
    of_file("url-unsafe", "documentation", documentation="https://a.example/doku")(
        documentation=["javascript:alert(1)"]
    ),
    of_file("url-too-long", "documentation", documentation="https://a.example/doku")(
        documentation=["https://a.example/" + "x" * 5000]
    ),
    of_file("url-private-host", "access_url", access_url="https://a.example/x")(
        access_url="http://geoserver/x"
    ),
    of_file("access-url-missing", "access_url", access_url="https://a.example/x")(access_url=""),
    of_file("number-invalid", "spatial_resolution_in_meters", spatial_resolution_in_meters="0.5")(
        spatial_resolution_in_meters=["ein halber"]
    ),
    of_file("duration-invalid", "temporal_resolution", temporal_resolution="P1D")(
        temporal_resolution="ein Tag"
    ),
    of_file("checksum-invalid", "hash", hash="9e107d9d372bb6826bd81d3542a419d6")(hash="keine"),
    of_file("code-unknown", "status", status="")(status="fertig"),
    of_file("license-from-text", "license", license=ZERO)(
        license="Nutzung unter der Datenlizenz Deutschland Zero 2.0"
    ),
    of_file("format-several", "format", format="CSV")(format="CSV, XLSX"),
    of_dataset("code-unlisted", "dcat_type", ["Bäume"], dcat_type=""),
    of_dataset("place-key-unknown", "spatial_coverage",
        [{"uri": "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/9"}], **WHERE),
    of_dataset("geometry-not-wgs84", "spatial_coverage",
        [{"geom": "POINT (9000000 9000000)"}], **WHERE),
    of_dataset("theme-unknown", "theme", ["Bäume"], theme=[THEME]),
    of_dataset("language-unknown", "language", ["Platt"], language=[GERMAN]),
    of_dataset("frequency-unknown", "frequency", "manchmal", frequency=""),
    of_dataset("date-unknown", "issued", "neulich", issued="31.12.2025"),
    of_dataset("date-impossible", "issued", "2025-02-31", issued="2025-02-28"),
    of_dataset("date-ambiguous", "issued", "01/02/2025", issued="2025-02-01"),
    of_dataset("date-short-year", "issued", "31.12.25", issued="2025-12-31"),
    of_dataset(
        "period-reversed", "temporal_coverage", [{"start": "2020", "end": "2010"}],
        **{"temporal_coverage-0-start": "2010", "temporal_coverage-0-end": "2020"},
    ),
    of_dataset("geometry-unknown", "spatial_coverage", [{"geom": "bei uns"}], **WHERE),
    of_dataset(
        "geometry-axes-swapped", "spatial_coverage", [{"geom": "POINT(54.1 12.1)"}], **WHERE
    ),
    of_dataset("contact-unreachable", "contact", [{"name": "Amt"}], **MAIL),
    of_dataset("email-invalid", "contact", [{"name": "Amt", "email": "bei uns"}], **MAIL),
    of_dataset(
        "email-several", "contact", [{"name": "Amt", "email": "a@b.example; c@d.example"}], **MAIL
    ),
    of_dataset(
        "phone-invalid", "contact", [{"name": "Amt", "email": "a@b.example", "telephone": "keins"}],
        **MAIL,
    ),
    of_dataset(
        "hvd-legislation-missing", "hvd_category",
        ["http://data.europa.eu/bna/c_a9135398"], applicable_legislation=[HVD],
    ),
    of_dataset(
        "hvd-category-missing", "applicable_legislation", [HVD],
        hvd_category=["http://data.europa.eu/bna/c_a9135398"],
    ),
    Case("publisher-from-organization", "publisher", {"publisher-0-name": "Stadt"},
         package={"organization": {"title": "Hansestadt am Meer", "name": "stadt"}}),
    Case("publisher-from-author", "publisher", {"publisher-0-name": "Stadt"},
         package={"author": "Amt für Stadtgrün"}),
    Case("not-an-iri", "documentation", {"documentation": "https://a.example/doku"},
         turtle='foaf:page "siehe Webseite"'),
    Case("iri-for-literal", "notes", {"notes": "Alle Bäume."},
         turtle="dcterms:description <https://a.example/text>"),
    Case("value-empty", "theme", {"theme": [THEME]}, turtle='dcat:theme ""'),
    Case("not-described", "publisher", {"publisher-0-name": "Stadt"},
         turtle="dcterms:publisher <https://a.example/stadt>"),
]  # fmt: skip
#: Where another field than the finding's own is the one that mends it.
_FIELD = {
    "hvd-legislation-missing": "applicable_legislation",
    "hvd-category-missing": "hvd_category",
}
#: Brought by what no small record holds; the same way leads from them.
_NOT_HERE = {
    "values-many", "period-empty", "package-value-broken", "not-a-number", "unexpected-scheme",
    # Of a catalogue service's records; the fields are those that others above lead to.
    "iso-value-unread", "iso-publisher-from-role", "iso-contact-from-role", "modified-missing-iso",
    # Told by the shapes or conventions (core: test_shapes, test_conventions).
    "contributor-missing", "contributor-several", "hvd-property-missing", "property-deprecated",
    "value-mistyped", "object-as-text", "value-not-address", "value-not-text", "value-undescribed",
    "value-unlisted", "values-too-many",
    # On the pages of high-value data (test_hvd) and of links (test_links).
    "hvd-bulk-missing", "hvd-contact-missing", "hvd-distribution-legislation-missing",
    "hvd-documentation-missing", "hvd-licence-missing", "hvd-licence-stricter",
    "link-dead", "link-empty", "link-failing", "link-format-differs", "link-html-instead",
    "link-instead", "link-moved", "link-newer", "link-not-asked", "link-packed",
    "link-size-differs",
}  # fmt: skip


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Any) -> Repair:
    return repairing(cities["rostock"]["id"], officer("rostock"), api)


def _records() -> list[tuple[Record, list[Case]]]:
    """Records with as many cases in each as do not get into each other's way."""
    apart: list[list[Case]] = [[case] for case in CASES if case.turtle or case.package is not None]
    together: list[list[Case]] = []
    for case in CASES:
        if case.turtle or case.package is not None:
            continue
        free = (item for item in together if not any(case.touches & one.touches for one in item))
        place = next(free, None)
        if place is None:
            together.append(place := [])
        place.append(case)
    return [(_record(number, cases), cases) for number, cases in enumerate(together + apart)]


def _record(number: int, cases: list[Case]) -> Record:
    subject = f"https://daten.example.org/datensatz/{number}"
    record = Record({}, subject, f"f{number}", origin=f"{subject}.html")
    read = cases[0].read()
    for case in cases[1:]:
        files = [*read.dataset.get("resources", []), *(case.dataset or {}).get("resources", [])]
        read.dataset.update(case.dataset or {})
        read.dataset.update({"resources": files} if files else {})
    assert work(record, lambda language: read, SETTINGS) == ""
    record.dataset |= {"title": f"Fall {number}", "uri": subject}
    record.normalised = fingerprint_json(record.dataset)
    return record


def _link(page: str, found: dict[str, Any]) -> str:
    """Where "Berichtigen" beside this finding leads, "" for none."""
    message = found["message"]
    for item in re.findall(r"<li class=\"hanse-issue .*?</li>", page, re.DOTALL):
        text = html.unescape(item)
        if message in text and found["field_label"] in text:
            found = re.search(r"href=\"([^\"]*/corrections/new[^\"]*)\"", text)
            return found[1] if found else ""
    raise AssertionError(f"{message} is not on the page")


def test_the_rules_that_a_correction_mends_are_all_here() -> None:
    mended = {rule.id for rule in rules().values() if rule.correct}
    assert {case.rule for case in CASES} | _NOT_HERE == mended


def test_every_finding_leads_to_the_field_that_mends_it(rostock: Repair, site: Any) -> None:
    """All cases in one catalogue: the link, the form with the field, a good value, gone."""
    made = _records()
    rostock.run(*(record for record, _ in made))
    walk = Walk(rostock, site)
    for number, (_, cases) in enumerate(made):
        page = walk.get(f"/dataset/fall-{number}/corrections")
        for case in cases:
            walk.mend(f"fall-{number}", case, page)
    assert not walk.wrong, "\n".join(walk.wrong)


class Walk:
    """An officer who follows "Berichtigen" from finding to finding, and what went wrong."""

    def __init__(self, repair: Repair, site: Any) -> None:
        self._repair, self._site = repair, site
        self._headers = {"Authorization": repair.user["token"]}
        self._seen: set[str] = set()
        self.wrong: list[str] = []

    def get(self, address: str) -> str:
        return str(self._site.get(address, headers=self._headers).body)

    def _found(self, name: str, case: Case) -> list[dict[str, Any]]:
        wanted = _FIELD.get(case.rule, case.field)
        of_rule = [item for item in self._repair.issues(name) if item["rule"] == case.rule]
        return [item for item in of_rule if wanted in item["field"].replace("_translated", "")]

    def mend(self, name: str, case: Case, page: str) -> None:
        """Follow the link beside the finding, fill in the form, look whether it is gone."""
        before = self._found(name, case)
        if not before:
            self.wrong.append(f"{case.rule}: not brought by its case")
            return
        address = _link(page, before[0])
        (at,) = parse_qs(urlsplit(address).query).get("field", [""])
        if at.rpartition("].")[2] != _FIELD.get(case.rule, case.field):
            self.wrong.append(f"{case.rule}: leads to {at!r}")
            return
        if case.field not in self._seen:  # one look at each field's form is enough
            self._seen.add(case.field)
            form = self.get(address)
            lacks = [key for key in case.form if f'name="{key}"' not in form]
            self.wrong += [f"{case.rule}: the form lacks {key}" for key in lacks]
        sent = {"field": at, "reason": "Weil.", **{k: v for k, v in case.form.items() if v}}
        if not any(case.form.values()):
            sent["empty"] = "1"
        path = address.partition("?")[0]
        answer = self._site.post(
            path, data=sent, headers=self._headers, follow_redirects=False, status=None
        )
        left = [item for item in self._found(name, case) if item["field"] == before[0]["field"]]
        if left or answer.status_code >= 400:
            said = re.findall(r"hanse-field-error.*?</p>", answer.body, re.DOTALL)
            self.wrong.append(f"{case.rule}: {answer.status_code} {said} {left}")


def test_what_no_correction_mends_offers_none_but_says_what_helps(
    rostock: Repair, site: Any
) -> None:
    resource = {"name": "x", "url": "https://a.example/x.csv", "access_url": "https://a.example/x"}
    case = Case("distribution-missing", "", {}, dataset={"tags": [{"name": "Baum; Strauch"}]})
    dated = Case("date-format", "", {}, dataset={"issued": "31.12.2025", "resources": [resource]})
    made = []
    for number, item in enumerate((case, dated)):
        subject = f"https://daten.example.org/datensatz/{number}"
        record = Record({}, subject, f"f{number}", origin=f"{subject}.html")
        work(record, lambda language, item=item: item.read(), SETTINGS)
        record.dataset |= {"title": f"Fall {number}", "uri": subject}
        made.append(record)
    rostock.run(*made)
    headers = {"Authorization": rostock.user["token"]}
    for number, rule in ((0, "distribution-missing"), (0, "keyword-list"), (1, "date-format")):
        (found,) = (item for item in rostock.issues(f"fall-{number}") if item["rule"] == rule)
        page = site.get(f"/dataset/fall-{number}/corrections", headers=headers).body
        assert _link(page, found) == ""
        assert found["remedy"] in html.unescape(page)
