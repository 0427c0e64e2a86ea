"""A folder of descriptions: as an archive, by a list of files, by the pages of a web server."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from portals.documents import names

from hanse_harvesters.errors import ConfigError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.pipeline import Run
from hanse_harvesters.sandbox.child import archive, folder
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect
from hanse_harvesters.testing import Contract
from hanse_harvesters.testing.portal import Portal, Reply, Script

ARCHIVE = "/daten.zip"
BASE = "https://daten.stadt.example/offen"


def described(name: str, more: str = "") -> str:
    return f"""\
titel: {name}
beschreibung: Alle Bäume der Stadt.
schlagwörter: [Baum, Grün]
lizenz: http://dcat-ap.de/def/licenses/cc-zero
{more}"""


def stock(some: list[str]) -> dict[str, str]:
    files = {f"{name}/dataset.yaml": described(name) for name in some}
    return {**files, **{f"{name}/{name}.csv": "art,zahl\nLinde,7\n" for name in some}}


def zipped(files: Mapping[str, str | bytes], **how: Any) -> Reply:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as found:
        for name, text in files.items():
            found.writestr(name, text)
    return Reply(packed.getvalue(), headers={"Content-Type": "application/zip"}, **how)


def tarred(files: Mapping[str, str], mode: Any = "w:gz", more: Any = ()) -> Reply:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as found:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            found.addfile(info, io.BytesIO(text.encode()))
        for info in more:
            found.addfile(info)
    return Reply(packed.getvalue(), headers={"Content-Type": "application/x-tar"})


def listing(*links: str) -> Reply:
    """A folder as a web server shows it."""
    anchors = "".join(f'<a href="{link}">{link}</a>\n' for link in ("?C=M;O=A", "../", *links))
    page = f"<html><head><title>Index of /</title></head><body><pre>{anchors}</pre></body></html>"
    return Reply(page.encode(), headers={"Content-Type": "text/html"})


def served(files: Mapping[str, str], root: str = "/offen/") -> dict[str, Script]:
    """A web server with these files and the pages of their folders."""
    scripts: dict[str, Script] = {root + name: Reply(text.encode()) for name, text in files.items()}
    pages: dict[str, set[str]] = {root: set()}
    for name in files:
        steps = name.split("/")
        for depth in range(len(steps)):
            page = root + "".join(f"{step}/" for step in steps[:depth])
            inner = steps[depth] + ("/" if depth < len(steps) - 1 else "")
            pages.setdefault(page, set()).add(inner)
    return {**scripts, **{page: listing(*sorted(links)) for page, links in pages.items()}}


class TestZip(Contract):
    kind = "folder"
    path = ARCHIVE
    options: ClassVar[dict[str, Any]] = {"base": BASE}

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {ARCHIVE: zipped(stock(names))}


class TestTar(Contract):
    kind = "folder"
    path = "/daten.tar.gz"
    options: ClassVar[dict[str, Any]] = {"base": BASE}

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {self.path: tarred(stock(names))}


class TestListOfFiles(Contract):
    kind = "folder"
    path = "/offen/dateien.json"
    opening = 2

    def scripts(self, names: list[str]) -> dict[str, Script]:
        files = stock(names)
        found: dict[str, Script] = {
            f"/offen/{name}": Reply(t.encode()) for name, t in files.items()
        }
        return {**found, self.path: Reply(json.dumps(list(files)).encode())}


class TestPages(Contract):
    kind = "folder"
    path = "/offen/"
    opening = 9

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return served(stock(names))


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = ARCHIVE, **options: Any) -> Run:
        source = SourceSettings("stadt", "folder", portal.url(path), "stadt", options=options)
        return Run(source, client=patient(portal.endpoint, tries=2))

    return make


def test_files_beside_a_description_are_its_distributions(run: Any) -> None:
    more = """\
veröffentlicht: 2024-05-02
herausgeber: {name: Hansestadt, url: https://stadt.example}
kontakt: {name: Amt, e-mail: amt@stadt.example}
zeitraum: {von: 2023-01-01, bis: 2023-12-31}
dateien:
  - {datei: bäume.csv, titel: Die Liste, beschreibung: Eine Zeile je Baum.}
  - {titel: Dienst, url: "https://geo.stadt.example/wms?REQUEST=GetCapabilities", format: WMS_SRVC}
"""
    files = {
        "grün/dataset.yaml": described("Bäume", more),
        "grün/bäume.csv": "a\n",
        "grün/jahre/2022.json": "[]",
        "grün/index.html": "<html>",
        "lies mich.txt": "gehört zu nichts",
    }
    with Portal({ARCHIVE: zipped(files)}) as portal:
        (record,) = run(portal, base=BASE)

    dataset = record.dataset
    assert record.identity == f"{BASE}/gr%C3%BCn"
    assert dataset["title"] == "Bäume"
    assert dataset["issued"] == "2024-05-02"
    assert dataset["publisher"] == [{"name": "Hansestadt", "url": "https://stadt.example"}]
    assert dataset["contact"] == [{"name": "Amt", "email": "amt@stadt.example"}]
    assert dataset["temporal_coverage"] == [{"start": "2023-01-01", "end": "2023-12-31"}]
    assert [found["name"] for found in dataset["resources"]] == [
        "Die Liste",
        "Dienst",
        "jahre/2022.json",
    ]
    first, service, last = dataset["resources"]
    assert first["access_url"] == f"{BASE}/gr%C3%BCn/b%C3%A4ume.csv"
    assert (first["size"], first["format"].rpartition("/")[2]) == (2, "CSV")
    assert service["access_url"].startswith("https://geo.stadt.example/wms")
    assert last["access_url"] == f"{BASE}/gr%C3%BCn/jahre/2022.json"
    assert record.unknown == ""


def test_an_archive_without_addresses_says_so(run: Any) -> None:
    with Portal({ARCHIVE: zipped(stock(["baum"]))}) as portal:
        (record,) = run(portal)
    assert record.usable
    assert record.identity == "baum"
    lost = [found for found in record.issues if found.rule == "folder-file-without-address"]
    assert [found.value for found in lost] == ["baum.csv"]


STATICAT = """\
uri = "https://opendata.stadt.example"
title = "Offene Daten"
[dataset_defaults]
license = "cc-by/4.0"
spatial = "http://publications.europa.eu/resource/authority/place/DEU_LBC"
start_date = 2023-01-01
end_date = 2023-12-31
political_geocoding = "http://dcat-ap.de/def/politicalGeocoding/districtKey/01003"
availability = "AVAILABLE"
[dataset_defaults.creator]
name = "Bereich Statistik"
[dataset_defaults.maintainer]
name = "Statistik"
email = "daten@stadt.example"
[dataset_defaults.publisher]
name = "Hansestadt"
uri = "https://www.stadt.example"
"""
TOML = """\
title = "Haltestellen"
description = "Wo der Bus hält."
keywords = ["Bus"]
themes = ["TRAN"]
issued = 2024-01-31
[[distributions]]
uri = "https://geo.stadt.example/wms"
title = "Dienst"
format = "WMS_SRVC"
"""


def test_a_folder_of_staticat_has_the_identities_of_its_catalogue(run: Any) -> None:
    files = {
        "offen/catalog.toml": STATICAT,
        "offen/verkehr/zählung/dataset.toml": TOML,
        "offen/verkehr/zählung/halte.json": "[]",
    }
    with Portal({ARCHIVE: zipped(files)}) as portal:
        (record,) = run(portal)

    iri = "https://opendata.stadt.example/verkehr/z%C3%A4hlung"
    assert record.identity == record.dataset["uri"] == iri
    assert record.dataset["publisher"][0]["uri"] == "https://www.stadt.example"
    assert record.dataset["custodian"] == [{"name": "Statistik", "email": "daten@stadt.example"}]
    assert record.dataset["contact"] == [{"name": "Statistik", "email": "daten@stadt.example"}]
    assert record.dataset["spatial_coverage"][0]["uri"].endswith("/place/DEU_LBC")
    assert record.dataset["temporal_coverage"] == [{"start": "2023-01-01", "end": "2023-12-31"}]
    assert record.dataset["license_id"].endswith("cc-by/4.0")
    assert record.dataset["theme"][0].endswith("/TRAN")
    assert [file["access_url"] for file in record.dataset["resources"]] == [
        "https://geo.stadt.example/wms",
        f"{iri}/halte.json",
    ]
    # Said once for all of them, as staticat's own catalog.ttl says it of each.
    assert record.dataset["license_attribution_by_text"] == "Bereich Statistik"
    for file in record.dataset["resources"]:
        assert file["license"].endswith("cc-by/4.0")
        assert file["availability"].endswith("/AVAILABLE")
        assert file["license_attribution_by_text"] == "Bereich Statistik"
    assert not any(item.rule.startswith("license-") for item in record.issues)


def test_pages_of_staticat_that_name_no_description_are_read(run: Any) -> None:
    def page(*links: str) -> Reply:
        anchors = "".join(f'<a href="{link}">x</a>' for link in links)
        return Reply(f"<!doctype html><html><body>{anchors}</body></html>".encode())

    scripts = {
        "/offen/index.html": page("online/index.html", "https://fremd.example/x.csv", "../geheim/"),
        "/offen/online/index.html": page("../index.html", "halte.csv"),
        "/offen/online/dataset.toml": Reply(TOML.encode()),
    }
    with Portal(scripts) as portal:
        walk = run(portal, "/offen/index.html")
        (record,) = walk
        assert record.identity == portal.url("/offen/online")
        assert [file["name"] for file in record.dataset["resources"]] == ["Dienst", "halte.csv"]
        assert not any("geheim" in asked.target for asked in portal.asked)
    assert walk.completeness.complete


def anchors(*links: str) -> Reply:
    found = "".join(f'<a href="{link}">x</a>' for link in links)
    return Reply(f"<!doctype html><html><body>{found}</body></html>".encode())


def test_what_holds_for_all_is_found_beside_pages_of_staticat_that_do_not_name_it(run: Any) -> None:
    scripts: dict[str, Script] = {
        "/offen/index.html": anchors("online/index.html"),
        "/offen/catalog.toml": Reply(STATICAT.encode()),
        "/offen/online/index.html": anchors("../index.html", "halte.csv"),
        "/offen/online/dataset.toml": Reply(TOML.encode()),
    }
    with Portal(scripts) as portal:
        (record,) = run(portal, "/offen/index.html")
        assert record.identity == "https://opendata.stadt.example/online"
        assert record.dataset["publisher"][0]["name"] == "Hansestadt"

        # It decides on the identities: without it nothing is taken for gone or new.
        portal.scripts["/offen/catalog.toml"] = Reply(b"", 500)
        with pytest.raises(StopRun):
            list(run(portal, "/offen/index.html"))


def test_a_description_that_fails_for_a_while_is_no_folder_without_one(run: Any) -> None:
    scripts: dict[str, Script] = {
        "/offen/index.html": anchors("a/index.html", "b/index.html"),
        "/offen/a/index.html": anchors("a.csv"),
        "/offen/b/index.html": anchors("b.csv"),
        "/offen/a/dataset.toml": Reply(TOML.encode()),
        "/offen/b/dataset.toml": Reply(b"", 500),
    }
    with Portal(scripts) as portal:
        walk = run(portal, "/offen/index.html")
        assert len(list(walk)) == 1
    assert not walk.completeness.complete


def test_a_description_that_is_none_costs_no_other(run: Any) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 8)}]\n" for n in range(12)
    )
    broken = {
        "bombe": bomb,
        "kreis": "a: &a [*a]",
        "objekt": "titel: !!python/object/apply:os.system [ls]",
        "text": "nur ein Text",
        "einzug": "titel: a\n  b: c",
        "tief": "a: " + "[" * 5000 + "]" * 5000,
        "groß": "a: " + "x" * 300_000,
        "latin": "titel: B\xe4ume",
    }
    files: dict[str, str | bytes] = {f"{name}/dataset.yaml": text for name, text in broken.items()}
    files["latin/dataset.yaml"] = broken["latin"].encode("latin-1")
    files |= stock(["baum"])
    with Portal({ARCHIVE: zipped(files)}) as portal:
        walk = run(portal, base=BASE)
        records = list(walk)
    assert [record.dataset.get("title") for record in records if record.usable] == ["baum"]
    assert len([record for record in records if not record.usable]) == len(broken)
    assert walk.completeness.complete


def test_values_stay_as_they_are_written(run: Any) -> None:
    more = "version: 1.10\nkennung: 01003\nstand: 2024-05-02\n<<: {sprache: de}\n"
    with Portal({ARCHIVE: zipped({"dataset.yaml": described("Bäume", more)})}) as portal:
        (record,) = run(portal)
    assert (record.identity, record.dataset["version"]) == ("01003", "1.10")
    assert record.dataset["modified"] == "2024-05-02"
    assert record.dataset["language"]


def test_links_and_paths_that_lead_out_are_left_out(run: Any) -> None:
    link = tarfile.TarInfo("baum/passwd.csv")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    out = {"../dataset.yaml": described("fremd"), "/etc/dataset.yaml": described("fremd")}
    reply = tarred({**stock(["baum"]), **out}, "w", [link])
    with Portal({"/daten.tar": reply}) as portal:
        walk = run(portal, "/daten.tar", base=BASE)
        (record,) = walk
    assert [file["name"] for file in record.dataset["resources"]] == ["baum.csv"]
    assert [found.rule for found in walk.issues] == ["folder-entry-odd"] * 3


def test_an_archive_that_must_not_be_unpacked_is_refused(run: Any) -> None:
    bomb = {"baum/dataset.yaml": described("x"), "baum/null.csv": b"\0" * (30 << 20)}
    locked = bytearray(zipped(stock(["baum"])).body)
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    cases: list[tuple[bytes, type[Exception], str]] = [
        (zipped(bomb).body, TooMuch, "archive-ratio"),
        (bytes(locked), NotACatalogue, "archive-locked"),
        (zipped(stock(["baum"])).body[:-30], NotACatalogue, "archive-broken"),
        (zipped({"baum.csv": "a"}).body, NotACatalogue, "folder-empty"),
    ]
    for body, kind, message in cases:
        with Portal({ARCHIVE: Reply(body)}) as portal, pytest.raises(kind) as caught:
            list(run(portal))
        assert getattr(caught.value, "id", "") == message


def test_an_archive_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "MOST_MEMBERS", 3)
    for reply in (zipped(stock(["a", "b"])), tarred(stock(["a", "b"]), "w")):
        (found,) = folder.entries(io.BytesIO(reply.body), "")
        assert found == {"refused": "many", "values": {"count": 4, "most": 3}}
    with pytest.raises(archive.ArchiveRefused, match="large"):
        archive.Archive(io.BytesIO(zipped(stock(["a"])).body), most=9, unpacked=10)


def test_a_page_that_fails_withdraws_nothing(run: Any) -> None:
    scripts = served(stock(["a", "b"]))
    scripts["/offen/b/"] = Reply(b"", 500)
    with Portal(scripts) as portal:
        walk = run(portal, "/offen/")
        assert names(record.identity for record in walk) == ["a"]
    assert walk.completeness.reason == "page-failed"


def test_a_folder_that_never_ends_is_left(run: Any) -> None:
    def deeper(asked: Any) -> Reply:
        return listing("weiter/", "dataset.yaml")

    class Endless(dict[str, Script]):
        def get(self, path: str, *_: Any) -> Any:
            return Reply(described("x").encode()) if path.endswith("yaml") else deeper

    with Portal({**served({}), "/offen/": listing("weiter/")}) as portal:
        portal.scripts = Endless()
        walk = run(portal, "/offen/", depth=4)
        assert len(list(walk)) == 5
    assert walk.completeness.reason == "page-cap"


def test_a_base_that_is_no_address_is_an_error(run: Any) -> None:
    with Portal() as portal, pytest.raises(ConfigError, match="/srv/daten"):
        run(portal, base="/srv/daten")


def test_a_folder_of_this_machine_is_read_as_its_archive_would_be(tmp_path: Path) -> None:
    more = "zeitraum: {von: 2023-01-01, bis: 2023-12-31}\nbase: x\n"
    files = {
        "katalog.yaml": f"uri: {BASE}\n",
        "baum/dataset.yaml": described("baum", more),
        "baum/Bäume 2023.csv": "art\n" * 1000,
        "baum/.versteckt.csv": "x",
        "leer/a.csv": "x",
        ".git/dataset.yaml": described("git"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "baum/geheim.csv").symlink_to("/etc/passwd")

    kind, url, client = detect.local(str(tmp_path))
    run = Run(SourceSettings("stadt", kind, url, "stadt"), client=client, workers=0)
    (record,) = run
    assert kind == "folder"
    assert record.identity == f"{BASE}/baum"
    assert [(file["access_url"], file["size"]) for file in record.dataset["resources"]] == [
        (f"{BASE}/baum/B%C3%A4ume%202023.csv", 4000)
    ]
    assert run.completeness.complete


def test_a_folder_without_descriptions_is_one_of_lists(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_text("Titel\n", "utf-8")
    assert detect.local(str(tmp_path)).kind == "table"
    with pytest.raises(ConfigError, match="directory"):
        detect.local(str(tmp_path), kind="rdf")
