"""What other people's harvesters and readers have of a catalogue of ours, and what comes back."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import rdflib
from benchmarks.data import BASE, datasets
from owslib.ogcapi.records import Records
from portals import handed_on
from stand_in import StandIn

from peers.our_catalogue import OurCatalogue, our_catalogue
from peers.peer_catalogue import FULL, PeerCatalogue, peer_catalogue, peer_python

#: Datasets of the benchmark; with those by hand and one made here, of 50 a page, three pages.
MANY = 104
HERE = "Hier gemacht"
FILE, CC_ZERO = "https://d.stadt.example/h.csv", "http://dcat-ap.de/def/licenses/cc-zero"
LICENCES, THEMES = "http://dcat-ap.de/def/licenses", handed_on.THEMES
HVD_CSV, HVD_SERVICE = f"{BASE}/pegel.csv", f"{BASE}/wfs?service=WFS"
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OurCatalogue]:
    """Ours, with what a city publishes and a dataset that is made here."""
    with StandIn() as city, our_catalogue(tmp_path_factory.mktemp("ours"), per_page=50) as ours:
        # A service with a contact that ckanext-dcat 2.4.4 has read it cannot write: every page of
        # its own catalogue that has one ends in an error.
        document = handed_on.document(MANY, service_contact=False)
        url = city.turtle("/stadt.ttl", document)
        done = ours.do("harvest", url=url, kind="rdf", city="musterstadt", name="stadt")
        assert done == {"counts": {"created": MANY + 4}, "message": "", "rejected": []}
        file = {"url": FILE, "access_url": FILE, "format": "CSV", "name": "Liste"}
        ours.do(
            "act", action="package_create", name="hier", title=HERE, notes="Beschrieben.",
            owner_org="musterstadt", resources=[{**file, "license": CC_ZERO}],
        )  # fmt: skip
        yield ours


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> PeerCatalogue:
    return peer_catalogue(tmp_path_factory.mktemp("peer"))


@dataclass(frozen=True)
class Seen:
    """What is looked at of a dataset, whoever has it; files by address, with their licences."""

    title: str
    notes: str
    keywords: frozenset[str]
    files: frozenset[tuple[str, str, str]]
    more: frozenset[tuple[str, str]] = frozenset()


def as_published() -> dict[str, Seen]:
    """Title → what the city says of the datasets of the benchmark."""
    return {
        item.title: Seen(
            item.title,
            item.notes,
            frozenset(item.keywords),
            frozenset((file.url, file.title, f"{LICENCES}/{item.licence}") for file in item.files),
            frozenset(
                [
                    ("uri", item.iri),
                    ("identifier", item.id),
                    ("contact_name", item.office),
                    ("contact_email", item.email),
                    ("publisher_name", item.office),
                    *(("theme", f"{THEMES}/{code}") for code in item.themes),
                ]
            ),
        )
        for item in datasets(MANY, 2)
    }


_LOOKED_AT = ("uri", "identifier", "contact_name", "contact_email", "publisher_name", "theme")


def at_the_peer(dataset: dict[str, Any], *, more: bool = True) -> Seen:
    """A dataset of theirs: what their schema has no field for is among its extras."""
    return Seen(
        dataset["title"],
        dataset["notes"],
        frozenset(tag["name"] for tag in dataset["tags"]),
        frozenset(
            (item["url"], item["name"], item.get("license", "")) for item in dataset["resources"]
        ),
        frozenset(_more(dataset)) if more else frozenset(),
    )


def _more(dataset: dict[str, Any]) -> Iterator[tuple[str, str]]:
    found = {item["key"]: item["value"] for item in dataset.get("extras", ())} | dataset
    for name in ("contact", "publisher"):
        for item in found.get(name) or ():
            found |= {f"{name}_{key}": value for key, value in item.items()}
    for name in _LOOKED_AT:
        value = found.get(name) or []
        if isinstance(value, str) and value.startswith("["):
            value = json.loads(value)
        yield from ((name, item) for item in ([value] if isinstance(value, str) else value))


def by_title(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    titles = Counter(item["title"] for item in found)
    assert set(titles.values()) == {1}, [title for title in titles if titles[title] > 1]
    return {item["title"]: item for item in found}


@pytest.mark.parametrize(
    ("ending", "form", "schema"),
    [("ttl", "text/turtle", {}), ("xml", "application/rdf+xml", FULL)],
)
def test_ckanext_dcat(
    catalogue: OurCatalogue, peer: PeerCatalogue, ending: str, form: str, schema: dict[str, str]
) -> None:
    ini = peer.begin(**schema)
    url = f"{catalogue.address}/catalog.{ending}"
    done = peer.harvest(ini, url, "rdf", {"rdf_format": form})
    assert done["errors"] == []
    found = by_title(done["datasets"])
    # It knows no series.
    assert found.keys() == catalogue.packages().keys() - {"Bebauungspläne"}
    for title, seen in as_published().items():
        assert at_the_peer(found[title]) == seen
    by_hand = at_the_peer(found["Pegelstände"])
    assert {"Wasser", "water"} <= by_hand.keywords
    assert {url for url, *_ in by_hand.files} == {HVD_CSV, HVD_SERVICE}
    assert ("uri", handed_on.HVD) in by_hand.more
    # It keeps the label of a node in place of our further identifier: what has an IRI of the city
    # is recognised by that, in the city.
    for kind in ("rdf", "ckan"):
        became = comes_back(catalogue, peer, ini, kind, "musterstadt", f"dcat-{ending}")
        assert became
        assert became <= {"merged", "skipped"}


def test_ckanext_harvest(catalogue: OurCatalogue, peer: PeerCatalogue) -> None:
    ini = peer.begin()
    done = peer.harvest(ini, catalogue.address, "ckan", {})
    assert done["errors"] == []
    found = by_title(done["datasets"])
    assert found.keys() == catalogue.packages().keys()
    for title, seen in as_published().items():
        assert at_the_peer(found[title], more=False) == Seen(
            seen.title, seen.notes, seen.keywords, seen.files
        )
    # It asks for what changed since an hour before its last job: all, of which one did.
    catalogue.do("act", action="package_patch", id="hier", notes="Neu beschrieben.")
    again = peer.harvest(ini, catalogue.address, "ckan", {})
    assert again["did"] == {"not modified": len(found) - 1, "updated": 1}
    assert by_title(again["datasets"])[HERE]["notes"] == "Neu beschrieben."
    for city in ("musterstadt", "nachbar"):  # our ids are kept: also for another city
        assert comes_back(catalogue, peer, ini, "ckan", city, "harvest") == {"skipped"}


def comes_back(
    catalogue: OurCatalogue, peer: PeerCatalogue, ini: Path, kind: str, city: str, by: str
) -> set[str]:
    """Harvest from the peer what it has of ours, as a federal portal's; nothing of ours changes.

    ``by``  what filled the peer: each is a portal of its own.  Gives what became of the records.
    """
    before = catalogue.packages()
    with peer.served(ini) as at:
        url = at if kind == "ckan" else f"{at}/catalog.ttl"
        done = catalogue.do(
            "harvest", url=url, kind=kind, city=city, level="federal", name=f"{city}-{kind}-{by}"
        )
    assert (done["message"], done["rejected"]) == ("", [])
    assert catalogue.packages() == before
    return set(done["counts"])


def test_ckanapi(catalogue: OurCatalogue, tmp_path: Path) -> None:
    program, dump = peer_python().with_name("ckanapi"), tmp_path / "dump.jsonl"
    words = [str(program), "dump", "datasets", "--all", "-r", catalogue.address, "-O", str(dump)]
    # It starts workers of its own by its name.
    path = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        words, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=path
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = by_title([json.loads(line) for line in dump.read_text("utf-8").splitlines()])
    assert found == catalogue.packages()


#: Ending → what rdflib calls it.
FORMATS = {"ttl": "turtle", "xml": "xml", "jsonld": "json-ld", "nt": "nt", "nq": "nquads"}


def statements(found: rdflib.Dataset) -> Counter[tuple[str, ...]]:
    """Everything but how pages are linked; nodes without an IRI have no name, but a number.

    In N-Quads, what is said of an office stands in the graph of each of its datasets.
    """
    told = Counter(
        tuple("_:" if isinstance(term, rdflib.BNode) else term.n3() for term in each[:3])
        for each in found.quads()
        if not any(str(term).startswith(HYDRA) for term in each[1:3])
    )
    return Counter({each: told[each] if "_:" in each else 1 for each in told})


def test_rdflib(catalogue: OurCatalogue) -> None:
    """Every serialisation says the same, as pages and as a whole."""
    whole = {}
    for ending, form in FORMATS.items():
        pages, following = Counter[tuple[str, ...]](), f"{catalogue.address}/catalog.{ending}"
        count = 0
        while following:
            page = _read(following, form)
            pages |= statements(page)
            links = {str(each[2]) for each in page.quads((None, HYDRA.next, None, None))}
            following, count = min(links, default=""), count + 1
        assert count == 3
        whole[ending] = statements(_read(f"{catalogue.address}/catalog.{ending}?all=1", form))
        assert pages.keys() == whole[ending].keys()
    for found in whole.values():
        assert sorted((found - whole["nt"]) | (whole["nt"] - found)) == []
    kinds = Counter(each[2] for each in whole["ttl"].elements() if each[1] == rdflib.RDF.type.n3())
    assert kinds[rdflib.DCAT.Dataset.n3()] == MANY + 4
    assert kinds[rdflib.DCAT.DatasetSeries.n3()] == 1
    assert kinds[rdflib.DCAT.DataService.n3()] == 1


def _read(address: str, form: str) -> rdflib.Dataset:
    with urlopen(address) as answer:
        return rdflib.Dataset().parse(data=answer.read(), format=form)


def test_owslib(catalogue: OurCatalogue) -> None:
    reader = Records(f"{catalogue.address}/ogc")
    (name,) = reader.records()
    met: list[dict[str, Any]] = []
    while page := reader.collection_items(name, limit=50, offset=len(met))["features"]:
        met += page
    titles = Counter(item["properties"]["title"] for item in met)
    assert titles == Counter(catalogue.packages().keys())
