"""What harvesters ask for that cannot be run here, by their documentation, of our pages of RDF.

- GovData, ckanext-dcatde 6: README.md, and what its profile ``dcatap_de`` reads; the conventions
  K12, K13, K25 and K26 of DCAT-AP.de.
- data.europa.eu (piveau), udata ("Harvesting", DCAT): pages by Hydra, fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from portals import handed_on
from rdflib import URIRef
from stand_in import StandIn
from walks import act

from ckanext.hanse.export import catalog_pages, fill
from ckanext.hanse.harvest import engine
from ckanext.hanse.sources.sync import sync

RDF, FOAF = rdflib.RDF, rdflib.FOAF
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = rdflib.Namespace("http://purl.org/dc/terms/")
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
DCATDE = rdflib.Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = rdflib.Namespace("http://data.europa.eu/r5r/")
ADMS = rdflib.Namespace("http://www.w3.org/ns/adms#")
VCARD = rdflib.Namespace("http://www.w3.org/2006/vcard/ns#")
SKOS = rdflib.Namespace("http://www.w3.org/2004/02/skos/core#")
CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
OURS, CITYS = f"{CONTRIBUTORS}openDataHRO", f"{CONTRIBUTORS}schleswigHolstein"
#: Ending → the format that udata and rdflib guess of it, and its media type.
FORMATS = {
    "ttl": ("turtle", "text/turtle"),
    "xml": ("xml", "application/rdf+xml"),
    "jsonld": ("json-ld", "application/ld+json"),
    "nt": ("nt", "application/n-triples"),
}
Pages = list[rdflib.Graph]


@pytest.fixture
def walk(
    clean: None, visitor: Callable[..., Any], portal: StandIn, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Pages]:  # fmt: skip
    """Reads our pages with an ending as udata and ckanext-dcat do: by ``hydra:next``."""
    monkeypatch.setattr(catalog_pages, "PAGE_SIZE", 3)
    url = portal.turtle("/stadt.ttl", handed_on.document(4))
    file = tmp_path / "sources.yaml"
    file.write_text(
        "organizations:\n  stadt: {title: Hansestadt}\n"
        f"sources:\n  stadt: {{kind: rdf, url: {url}, organization: stadt}}\n"
    )
    sync(file)
    assert engine.harvest("stadt").rejected == []
    act("organization_patch", id="stadt", contributor_id=CITYS)
    act("package_create", name="hier", title="Hier", notes="Hier gemacht.", owner_org="stadt",
        resources=[{"url": "https://d.stadt.example/h.csv", "format": "CSV"}])  # fmt: skip
    fill.keep_up(seconds=60)

    def read(ending: str) -> Pages:
        form, media = FORMATS[ending]
        pages, path = [], f"/catalog.{ending}"
        while path:
            answer = visitor(path)
            assert answer.content_type.partition(";")[0] == media
            pages.append(rdflib.Graph().parse(data=answer.data, format=form))
            views = list(pages[-1].subjects(RDF.type, HYDRA.PartialCollectionView))
            assert len(views) == 1
            following = [
                str(item) for view in views for item in pages[-1].objects(view, HYDRA.next)
            ]
            assert len(following) <= 1
            path = "/" + following[0].split("/", 3)[3] if following else ""
        return pages

    return read


def datasets(page: rdflib.Graph) -> list[URIRef]:
    found = [*page.subjects(RDF.type, DCAT.Dataset), *page.subjects(RDF.type, DCAT.DatasetSeries)]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("ending", FORMATS)
def test_pages(walk: Callable[[str], Pages], ending: str) -> None:
    pages = walk(ending)
    assert len(pages) == 3
    met = Counter(item for page in pages for item in datasets(page))
    assert set(met.values()) == {1}
    assert all(isinstance(item, URIRef) for item in met)
    listed = [item for page in pages for item in page.objects(None, DCAT.dataset)]
    assert set(listed) == set(met)
    totals = {int(item) for page in pages for item in page.objects(None, HYDRA.totalItems)}
    assert totals == {len(met)} == {9}
    for page in pages:  # each can be read by itself
        for name in (DCAT.distribution, DCAT.contactPoint, DCTERMS.publisher, DCAT.accessService):
            for node in page.objects(None, name):
                assert (node, RDF.type, None) in page


def test_fields(walk: Callable[[str], Pages]) -> None:
    whole = rdflib.Graph()
    for page in walk("xml"):
        whole += page
    found = datasets(whole)
    for dataset in found:
        for name in (DCTERMS.title, DCTERMS.description):
            assert list(whole.objects(dataset, name))
        # K12, K13: one of GovData's list, its own before the city's.
        (contributor,) = whole.objects(dataset, DCATDE.contributorID)
        assert str(contributor) in (OURS, CITYS)
        # K25, K26: ours beside an IRI of the city's, never in its place.
        ids = [str(item) for node in whole.objects(dataset, ADMS.identifier)
               for item in whole.objects(node, SKOS.notation)]  # fmt: skip
        assert any("/dataset/" in item for item in [*ids, str(dataset)])
        for file in whole.objects(dataset, DCAT.distribution):
            assert isinstance(file, URIRef)
            assert list(whole.objects(file, DCAT.accessURL))
            for node in whole.objects(file, DCTERMS.license):
                assert isinstance(node, URIRef)
        for theme in whole.objects(dataset, DCAT.theme):
            assert str(theme).startswith(handed_on.THEMES)
        for name in (DCTERMS.publisher, DCTERMS.creator, DCTERMS.contributor):
            for agent in whole.objects(dataset, name):
                kinds = set(whole.objects(agent, RDF.type))
                assert kinds <= {FOAF.Agent, FOAF.Person, FOAF.Organization}
                assert list(whole.objects(agent, FOAF.name))
        for contact in whole.objects(dataset, DCAT.contactPoint):
            assert list(whole.objects(contact, VCARD.fn))
            for email in whole.objects(contact, VCARD.hasEmail):
                assert str(email).startswith("mailto:")
    hvd = URIRef(handed_on.HVD)
    assert list(whole.objects(hvd, DCTERMS.identifier)) == [rdflib.Literal("pegel-1")]
    assert len(list(whole.objects(hvd, DCATAP.hvdCategory))) == 1
    assert (hvd, DCATAP.applicableLegislation, None) in whole
    catalogues = set(whole.subjects(RDF.type, DCAT.Catalog))
    assert len(catalogues) == 2
    named = {str(item) for node in catalogues for item in whole.objects(node, DCATDE.contributorID)}
    assert named == {CITYS}
    for node in catalogues:
        for name in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher):
            assert list(whole.objects(node, name))
