"""The format of a file by its first 4 kB; such files are made by usual programs where possible."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import struct
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.links.found import signature_file
from hanse_harvesters.links.signatures import MOST, recognise


def zipped(*names: str, content: bytes = b"x" * 50) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return file.getvalue()


def office(kind: str, *, first: str = "mimetype") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(first, kind)
        archive.writestr("content.xml", "<x/>")
    return file.getvalue()


def workbook() -> bytes:
    from openpyxl import Workbook

    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.csv"))
    return file.getvalue()


def tiff(*tags: int) -> bytes:
    entries = b"".join(struct.pack("<HHII", tag, 3, 1, 0) for tag in sorted(tags))
    return b"II*\x00" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)


def dbf() -> bytes:
    head = struct.pack("<BBBBIHH", 3, 124, 5, 17, 9, 65, 30)
    return head + bytes(20) + b"NAME\x00".ljust(32, b"\x00") + b"\r" + b" data"


CSV = "Straße;Baum;Höhe\nAlte Gasse;Linde;12\nMarkt;Eiche;9\n"
CAPABILITIES = '<?xml version="1.0"?>\n<!-- made by a server -->\n<{0} xmlns="{1}" version="1">'
CASES: dict[str, tuple[bytes, str, str]] = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF", ""),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG", ""),
    "jpeg": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG", ""),
    "gif": (b"GIF89a\x01\x00", "GIF", ""),
    "bmp": (b"BM" + struct.pack("<IHHII", 70, 0, 0, 54, 40), "BMP", ""),
    "jp2": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG2000", ""),
    "webp": (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "WEBP", ""),
    "wav": (b"RIFF\x10\x00\x00\x00WAVEfmt ", "WAV", ""),
    "mp4": (b"\x00\x00\x00\x18ftypmp42", "MPEG4", ""),
    "tiff": (tiff(256, 257), "TIFF", ""),
    "geotiff": (tiff(256, 257, 33550, 34735), "GEOTIFF", ""),
    "netcdf": (b"CDF\x01\x00\x00\x00\x00", "NETCDF", ""),
    "hdf5": (b"\x89HDF\r\n\x1a\n\x00", "HDF", ""),
    "parquet": (b"PAR1\x15\x00\x15", "PARQUET", ""),
    "flatgeobuf": (b"fgb\x03fgb\x00\x01", "FLATGEOBUF", ""),
    "grib": (b"GRIB\x00\x00\x00\x02", "GRIB", ""),
    "shp": (struct.pack(">i", 9994) + bytes(20) + struct.pack(">i", 50), "SHP", ""),
    "dbf": (dbf(), "DBF", ""),
    "las": (b"LASF" + bytes(100) + b"\x03", "LAS", ""),
    "laz": (b"LASF" + bytes(100) + b"\x83", "LAZ", ""),
    "dwg": (b"AC1032\x00\x00\x00\x00", "DWG", ""),
    "dxf": (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "DXF", ""),
    "access": (b"\x00\x01\x00\x00Standard ACE DB\x00", "MDB", ""),
    "excel 97": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "XLS", ""),
    "word 97": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
        "DOC",
        "",
    ),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "OLE", ""),
    "rtf": (b"{\\rtf1\\ansi", "RTF", ""),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "EPS", ""),
    "ics": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "ICS", ""),
    "osm pbf": (b"\x00\x00\x00\x0d\x0a\x09OSMHeader", "PBF", ""),
    "7z": (b"7z\xbc\xaf'\x1c\x00\x04", "", "7Z"),
    "rar": (b"Rar!\x1a\x07\x01\x00", "", "RAR"),
    "bz2": (bz2.compress(CSV.encode() * 50), "", "BZIP2"),
    "xz": (lzma.compress(CSV.encode()), "", "XZ"),
    "tar": (tarred(), "", "TAR"),
    "gzip": (gzip.compress(CSV.encode()), "CSV", "GZIP"),
    "tar.gz": (gzip.compress(tarred()), "", "TAR_GZ"),
    "gzip in gzip": (gzip.compress(gzip.compress(b"x")), "", "GZIP"),
    "xlsx": (workbook(), "XLSX", ""),
    "docx": (
        zipped("[Content_Types].xml", content=b"<Types wordprocessingml.document/>"),
        "DOCX",
        "",
    ),
    "pptx": (zipped("ppt/slide"), "PPTX", ""),
    "ods": (office("application/vnd.oasis.opendocument.spreadsheet"), "ODS", ""),
    "odt": (office("application/vnd.oasis.opendocument.text"), "ODT", ""),
    "epub": (office("application/epub+zip"), "EPUB", ""),
    "kmz": (zipped("doc.kml"), "KMZ", ""),
    "gtfs": (zipped("agency.txt", "stops.txt", "trips.txt"), "GTFS", ""),
    "shp zip": (zipped("a/strassen.shp", "a/strassen.dbf", "a/strassen.prj"), "SHP", "ZIP"),
    "gdb zip": (zipped("netz.gdb/a00000001.gdbtable"), "GDB", "ZIP"),
    "csv zip": (zipped("baeume.csv", "liesmich.txt"), "CSV", "ZIP"),
    "zip of all sorts": (zipped("a.csv", "b.xlsx"), "", "ZIP"),
    "empty zip": (zipped(), "", "ZIP"),
    "html": (b"\n<!DOCTYPE html>\n<html><head><title>Daten</title>", "HTML", ""),
    "html without doctype": (b"<head><title>Daten</title>", "HTML", ""),
    "xhtml": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "HTML", ""),
    "wms": (
        CAPABILITIES.format("WMS_Capabilities", "http://www.opengis.net/wms").encode(),
        "WMS_SRVC",
        "",
    ),
    "wms 1.1": (
        b'<!DOCTYPE WMT_MS_Capabilities SYSTEM "x.dtd"><WMT_MS_Capabilities >',
        "WMS_SRVC",
        "",
    ),
    "wfs": (
        CAPABILITIES.format("wfs:WFS_Capabilities", "http://www.opengis.net/wfs/2.0").encode(),
        "WFS_SRVC",
        "",
    ),
    "wmts": (
        CAPABILITIES.format("Capabilities", "http://www.opengis.net/wmts/1.0").encode(),
        "MAP_SRVC",
        "",
    ),
    "wcs": (
        CAPABILITIES.format("wcs:Capabilities", "http://www.opengis.net/wcs/2.0").encode(),
        "WCS_SRVC",
        "",
    ),
    "csw": (
        CAPABILITIES.format("csw:Capabilities", "http://www.opengis.net/cat/csw/2.0.2").encode(),
        "CSW",
        "",
    ),
    "kml": (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">', "KML", ""),
    "gpx": (b'<gpx version="1.1">', "GPX", ""),
    "gml": (b'<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0">', "GML", ""),
    "rss": (b'<?xml version="1.0"?><rss version="2.0">', "RSS", ""),
    "atom": (b'<feed xmlns="http://www.w3.org/2005/Atom">', "ATOM", ""),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" width="1">', "SVG", ""),
    "rdf/xml": (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
        "RDF_XML",
        "",
    ),
    "xml": (b'<?xml version="1.0" encoding="ISO-8859-1"?><verzeichnis ><a/>', "XML", ""),
    "geojson": (b'{"name": "x", "type": "FeatureCollection", "features": []}', "GEOJSON", ""),
    "topojson": (b'{"type":"Topology","objects":{}}', "TOPOJSON", ""),
    "json-ld": (json.dumps({"@context": "https://x", "@id": "y"}).encode(), "JSON_LD", ""),
    "json": (b'[{"a": 1}, {"a": 2}]', "JSON", ""),
    "turtle": (
        b"@prefix dcat: <http://www.w3.org/ns/dcat#> .\n<a> a dcat:Dataset .\n",
        "RDF_TURTLE",
        "",
    ),
    "n-triples": (
        b'<http://a/b> <http://c/d> "e" .\n<http://a/b> <http://c/d> "f" .\n',
        "RDF_N_TRIPLES",
        "",
    ),
    "csv": (CSV.encode(), "CSV", ""),
    "csv with quotes": (b'a,b\n"x, y",1\n"z, w, v",2\n', "CSV", ""),
    "csv of excel": (b"\xff\xfe" + CSV.encode("utf-16-le"), "CSV", ""),
    "tsv": (b"a\tb\n1\t2\n3\t4\n", "TSV", ""),
    "xyz": (
        b"4500000.0 5500000.0 12.3\n4500001.0 5500000.0 12.4\n4500002.0 5500000.0 12.5\n",
        "XYZ",
        "",
    ),
    "grid": (b"ncols 10\nnrows 20\nxllcorner 0\n", "GRID_ASCII", ""),
    "text": (b"Dies ist ein Text, der lang ist.\nUnd weiter geht er.\n", "TXT", ""),
    "nothing": (b"", "", ""),
    "blanks": (b" \n\r\n ", "", ""),
    "bytes": (bytes(range(256)), "", ""),
    # what looks like another one's magic, but is a text
    "msid in csv": (b"msid;name\n1;a\n2;b\n", "CSV", ""),
    "AC10 in csv": (b"AC10;name\nAC11;b\nAC12;c\n", "CSV", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_a_format_is_recognised_by_its_beginning(name: str) -> None:
    content, kind, packing = CASES[name]
    found = recognise(content[:MOST], whole=len(content) <= MOST)
    assert (found.format, found.packing) == (kind, packing)


def test_a_database_is_a_geopackage_by_its_mark(tmp_path: Path) -> None:
    for mark, kind in ((0x47504B47, "GPKG"), (0, "SQLITE")):
        path = tmp_path / kind
        database = sqlite3.connect(path)
        database.execute(f"PRAGMA application_id = {mark}")
        database.execute("CREATE TABLE a (b)")
        database.commit()
        database.close()
        assert recognise(path.read_bytes()[:MOST]).format == kind


@pytest.mark.parametrize(
    ("content", "charset"),
    [(CSV.encode(), "utf-8"), (CSV.encode("latin-1"), "iso-8859-1"), (b"a;b\n1;2\n", ""),
     ("a;„b“\n".encode("cp1252"), "windows-1252"), (b"\xef\xbb\xbfa;b\n", "utf-8"),
     (b'<?xml version="1.0" encoding="ISO-8859-15"?><a >', "iso-8859-15"),
     (b'<!DOCTYPE html><meta charset="utf-8">', "utf-8"),
     ("ö".encode() * 3000, "utf-8"), (("x" + "ö" * 3000).encode()[:MOST], "utf-8")],
)  # fmt: skip
def test_a_charset_is_read_from_the_document(content: bytes, charset: str) -> None:
    assert recognise(content[:MOST]).charset == charset


def test_there_are_more_than_forty_signatures() -> None:
    assert len({kind for _, kind, _ in CASES.values()} | {p for *_, p in CASES.values()}) > 60
    assert len(signature_file()["magic"]) > 40


@given(st.binary(max_size=MOST))
def test_any_bytes_are_looked_at_without_an_error(content: bytes) -> None:
    recognise(content)


@given(st.sampled_from(sorted(CASES)), st.integers(0, 200), st.binary(max_size=40))
def test_any_broken_file_is_looked_at_without_an_error(name: str, cut: int, rest: bytes) -> None:
    recognise(CASES[name][0][:cut] + rest)


@pytest.mark.parametrize(
    "piece",
    ["<", "<a ", "<!--", "<?", "{", '{"', '"type"', '"', ";", "\\", "<input ", "<title>", "a:b <",
     "{\n", "}\n{", "<!DOCTYPE ", '{"help":', "PK\x03\x04", "0\n", "999\n", "prefix a", "\ufeff"],
)  # fmt: skip
def test_no_beginning_takes_long(piece: str) -> None:
    """Each pattern is linear or bounded: a hostile beginning costs milliseconds."""
    content = (piece * MOST).encode()[:MOST]
    begun = time.process_time()
    recognise(content)
    assert time.process_time() - begun < 1.0
