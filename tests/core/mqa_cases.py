"""Thirty records of every kind and their scores by the MQA, counted by hand.

Each line of the comments is the sum as somebody with the methodology at hand writes it down.
"""

from __future__ import annotations

from typing import Any, NamedTuple

BY = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"


class Case(NamedTuple):
    """A dataset, whether it complies, the states of its URLs; then what was counted by hand.

    ``links`` None: nothing is checked.  ``distribution`` is the index of the one that counts.
    """

    name: str
    dataset: dict[str, Any]
    points: int
    of: int
    distribution: int | None
    stars: int
    rating: str
    compliant: bool | None = False
    links: dict[str, bool | None] | None = None


FULL_OWN = {
    "tags": [{"name": "Baum"}],
    "theme": [THEME],
    "spatial_coverage": [
        {"uri": "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/13003000"}
    ],
    "temporal_coverage": [{"start": "2024-01-01"}],
    "access_rights": PUBLIC,
    "contact": [{"email": "mailto:a@b.example"}],
    "publisher": [{"name": "Hansestadt"}],
    "issued": "2024-01-01",
    "modified": "2024-02-01",
}
FULL_FILE = {
    "access_url": "https://a.example/",
    "download_url": "https://a.example/1.csv",
    "format": "CSV",
    "mimetype": "text/csv",
    "license": BY,
    "rights": BY,
    "size": 10,
}


def _files(*files: dict[str, Any]) -> dict[str, Any]:
    return {"resources": list(files)}


CASES = [
    # --- Nothing, and the dataset's own ------------------------------------------------------
    Case("empty", {}, 0, 325, None, 0, "bad"),
    # 30
    Case("keyword alone", {"tags": [{"name": "Baum"}]}, 30, 325, None, 0, "bad"),
    # a hundred keywords are worth as much as one
    Case(
        "many keywords", {"tags": [{"name": f"k{i}"} for i in range(100)]}, 30, 325, None, 0, "bad"
    ),
    # keywords in another language alone are written too: 30
    Case("translated keywords", {"tags_translated": {"en": ["tree"]}}, 30, 325, None, 0, "bad"),
    # 30 + 30
    Case("keyword and theme", {"tags": [{"name": "x"}], "theme": [THEME]}, 60, 325, None, 0, "bad"),
    # a theme that is none of the EU's is a dct:subject, no theme
    Case("foreign theme", {"theme": ["https://x.example/trees"]}, 0, 325, None, 0, "bad"),
    # empty values are not written: 0
    Case(
        "empty values",
        {"tags": [{"name": ""}], "theme": [], "contact": [{}], "publisher": [], "issued": ""},
        0,
        325,
        None,
        0,
        "bad",
    ),
    # 20 + 20
    Case(
        "place and period",
        {"spatial_coverage": FULL_OWN["spatial_coverage"], "temporal_coverage": [{"end": "2024"}]},
        40,
        325,
        None,
        0,
        "bad",
    ),
    # 10 + 5
    Case("access rights", {"access_rights": PUBLIC}, 15, 325, None, 0, "bad"),
    # not of the EU's list: not written
    Case(
        "access rights of no list",
        {"access_rights": "https://x.example/r"},
        0,
        325,
        None,
        0,
        "bad",
    ),
    # 20 + 10
    Case(
        "contact and publisher",
        {"contact": [{"name": "x"}], "publisher": [{"uri": "https://x.example/p"}]},
        30,
        325,
        None,
        0,
        "bad",
    ),
    # 5 + 5
    Case("dates", {"issued": "2024", "modified": "2024"}, 10, 325, None, 0, "bad"),
    # 30 + 30 + 20 + 20 (100), + 15 + 20 + 10 (145), + 5 + 5
    Case("all its own, no file", dict(FULL_OWN), 155, 325, None, 0, "sufficient"),
    # 155 + 30
    Case("all its own, compliant", dict(FULL_OWN), 185, 325, None, 0, "sufficient", compliant=True),
    # --- One file ----------------------------------------------------------------------------
    # 20 (download) + 20 + 10 + 10 + 20 + 20 (formats, 80) + 20 + 10 (licence) + 5 + 5
    Case("a full file", _files(FULL_FILE), 140, 325, 0, 3, "sufficient"),
    # 155 + 140 + 30
    Case("everything", {**FULL_OWN, **_files(FULL_FILE)}, 325, 325, 0, 3, "good", compliant=True),
    # not judged by the shapes: as if not compliant
    Case(
        "everything, not judged",
        {**FULL_OWN, **_files(FULL_FILE)},
        295,
        325,
        0,
        3,
        "good",
        compliant=None,
    ),
    # PDF is listed (20), application/pdf too (10 + 10), neither open nor machine-readable;
    # + 20 (download) + 30 (licence); a star for the licence
    Case(
        "PDF",
        _files(
            {
                "download_url": "https://a.example/1.pdf",
                "format": "PDF",
                "mimetype": "application/pdf",
                "license": BY,
            }
        ),
        90,
        325,
        0,
        1,
        "bad",
    ),
    # XLSX: 20 + 20 (machine-readable); licence 30; two stars
    Case("XLSX", _files({"format": "XLSX", "license": BY}), 70, 325, 0, 2, "bad"),
    # WMS_SRVC: 20 + 20 (open), not machine-readable; licence 30
    Case(
        "WMS",
        _files({"access_url": "https://a.example/wms", "format": "WMS_SRVC", "license": BY}),
        70,
        325,
        0,
        1,
        "bad",
    ),
    # RDF_TURTLE: 20 + 20 + 20; licence 30; four stars
    Case("Turtle", _files({"format": "RDF_TURTLE", "license": BY}), 90, 325, 0, 4, "bad"),
    # a format of no list is not written
    Case("unknown format", _files({"format": "https://x.example/sf"}), 0, 325, 0, 0, "bad"),
    # media type of no list: 10, and no alignment though CSV is listed: 20 + 20 + 20
    Case(
        "unregistered media type",
        _files({"format": "CSV", "mimetype": "application/x-foo"}),
        70,
        325,
        0,
        0,
        "bad",
    ),
    # a licence as text: set (20), not known, not open
    Case(
        "licence as text", _files({"license": "frei nutzbar, bitte fragen"}), 20, 325, 0, 0, "bad"
    ),
    # of DCAT-AP.de's list, but not of data.europa.eu's: 20; open by GovData: a star
    Case(
        "GeoNutzV",
        _files({"license": "http://dcat-ap.de/def/licenses/geonutz/20130319"}),
        20,
        325,
        0,
        1,
        "bad",
    ),
    # Norway's licence from the EU's list: 20 + 10; GEOJSON 20 + 20 + 20; three stars
    Case(
        "Norwegian",
        _files(
            {
                "format": "GEOJSON",
                "license": "http://publications.europa.eu/resource/authority/licence/NLOD_2_0",
            }
        ),
        90,
        325,
        0,
        3,
        "bad",
    ),
    # known, not open: 20 + 10
    Case(
        "non-commercial",
        _files(
            {"license": "http://publications.europa.eu/resource/authority/licence/CC_BYNCSA_4_0"}
        ),
        30,
        325,
        0,
        0,
        "bad",
    ),
    # a negative size is not written; zero is: 5
    Case("sizes", _files({"size": -1}, {"size": 0}), 5, 325, 1, 0, "bad"),
    # --- Several files -----------------------------------------------------------------------
    # 30 (licence) against 60 (CSV): never summed up over files, and stars need both in one file
    Case("best of two", _files({"license": BY}, {"format": "CSV"}), 60, 325, 1, 1, "bad"),
    # of equals the first
    Case(
        "equals",
        _files({"rights": "x"}, {"format": "CSV"}, {"format": "JSON"}),
        60,
        325,
        1,
        0,
        "bad",
    ),
    # issued by the file and by the dataset: 5 once; modified by the dataset alone: 5
    Case(
        "dates once",
        {"issued": "2024", "modified": "2024", **_files({"issued": "2024"})},
        10,
        325,
        0,
        0,
        "bad",
    ),
    # the worse file's date does not count: 60 (CSV)
    Case(
        "date of another file", _files({"format": "CSV"}, {"issued": "2024"}), 60, 325, 0, 0, "bad"
    ),
    # --- Links -------------------------------------------------------------------------------
    # 325 + 50 + 30
    Case(
        "all links answer",
        {**FULL_OWN, **_files(FULL_FILE)},
        405,
        405,
        0,
        3,
        "excellent",
        compliant=True,
        links={"https://a.example/": True, "https://a.example/1.csv": True},
    ),
    # 325 + 30
    Case(
        "the access address is dead",
        {**FULL_OWN, **_files(FULL_FILE)},
        355,
        405,
        0,
        3,
        "excellent",
        compliant=True,
        links={"https://a.example/": False, "https://a.example/1.csv": True},
    ),
    # one of the two that decide is pending: out of 325
    Case(
        "one link pending",
        {**FULL_OWN, **_files(FULL_FILE)},
        325,
        325,
        0,
        3,
        "good",
        compliant=True,
        links={"https://a.example/": True, "https://a.example/1.csv": None},
    ),
    # of two access addresses the better: 50; no download address, nothing pending
    Case(
        "best of two addresses",
        _files({"access_url": "https://a.example/1", "other_access_urls": ["https://a.example/2"]}),
        50,
        405,
        0,
        0,
        "bad",
        links={"https://a.example/1": False, "https://a.example/2": True},
    ),
    # CSV behind a dead address (60) against a bare address that answers (50): 60
    Case(
        "dead CSV",
        _files(
            {"access_url": "https://a.example/1", "format": "CSV"},
            {"access_url": "https://a.example/2"},
        ),
        60,
        405,
        0,
        0,
        "bad",
        links={"https://a.example/1": False, "https://a.example/2": True},
    ),
    # XLSX (40) behind a dead address against a bare one that answers (50): 50
    Case(
        "dead XLSX",
        _files(
            {"access_url": "https://a.example/1", "format": "XLSX"},
            {"access_url": "https://a.example/2"},
        ),
        50,
        405,
        1,
        0,
        "bad",
        links={"https://a.example/1": False, "https://a.example/2": True},
    ),
    # no file, so no link is missing: out of 405
    Case("no file, links checked", dict(FULL_OWN), 155, 405, None, 0, "sufficient", links={}),
]
