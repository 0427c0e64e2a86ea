"""What a file is by its content, and whether its zip directory may be unpacked.

A workbook is a zip file.  Its directory states how large every member becomes, and that is
judged before a reader unpacks anything.  A directory that lies meets the memory limit of the
process (:mod:`hanse_harvesters.processes.limits`).
"""

from __future__ import annotations

import re
from typing import IO
from zipfile import ZipFile, ZipInfo

from hanse_harvesters.sandbox.child import archive
from hanse_harvesters.sandbox.child.archive import BROKEN
from hanse_harvesters.tables.notes import NoTable

XLSX, ODS, TEXT = "xlsx", "ods", "text"

#: Bytes that all members may have unpacked: a list of 100,000 rows has about 150 MB.
MOST_UNPACKED = 300 << 20
#: Members of a workbook; one with many sheets and pictures has hundreds.
MOST_MEMBERS = 5_000

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
#: Names in the directory of an OLE file, which are UTF-16.
_LOCKED, _OLD = (
    "EncryptedPackage".encode("utf-16-le"),
    re.compile(rb"W\0o\0r\0k\0b\0o\0o\0k\0|B\0o\0o\0k\0"),
)
#: First bytes of files that are neither text nor a spreadsheet.
_OTHER = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"BZh",
)
_SCRIPTS = re.compile(r"(^|/)vbaProject\.bin$|^(Basic|Scripts)/.", re.IGNORECASE)
_TABLES = re.compile(r"\.(xlsx|xlsm|xls|ods|csv|zip)$", re.IGNORECASE)
_XML = 4 << 20


def kind_of(file: IO[bytes]) -> str:
    """Return :data:`XLSX`, :data:`ODS` or :data:`TEXT`; raise `NoTable` for any other file.

    Codes: ``zip-large`` (``size``), ``zip-ratio`` (``ratio``), ``zip-many`` (``count``),
    ``zip-nested``, ``macros``, ``locked``, ``old-format``, ``binary-format``, ``numbers-app``,
    ``other-office``, ``pdf``, ``other-file``, ``no-sheet`` (damaged).
    """
    file.seek(0)
    start = file.read(8)
    if start.startswith(_ZIP):
        return _zipped(file)
    if start == _OLE:
        raise NoTable(_ole(file))
    if start.startswith(_PDF):
        raise NoTable("pdf")
    if start.startswith(_OTHER):
        raise NoTable("other-file")
    return TEXT


def _ole(file: IO[bytes]) -> str:
    """Return what an OLE file is: an encrypted workbook, an old one, or something else."""
    file.seek(0)
    content = file.read()
    if _LOCKED in content:
        return "locked"
    return "old-format" if _OLD.search(content) else "other-office"


def _zipped(file: IO[bytes]) -> str:
    try:
        with ZipFile(file) as package:
            members = package.infolist()
            _judge(members)
            return _workbook(package, {item.filename for item in members})
    except BROKEN as error:
        raise NoTable("no-sheet") from error


def _judge(members: list[ZipInfo]) -> None:
    """Raise `NoTable` for members that are encrypted, too many, or become too large."""
    try:
        archive.judge(members, most=MOST_MEMBERS, unpacked=MOST_UNPACKED)
    except archive.ArchiveRefused as error:
        code = "locked" if error.code == "locked" else f"zip-{error.code}"
        raise NoTable(code, **error.values) from error


def _workbook(package: ZipFile, names: set[str]) -> str:
    if any(_SCRIPTS.search(name) for name in names):
        raise NoTable("macros")
    if "[Content_Types].xml" in names:
        return _open_xml(package, names)
    if "mimetype" in names:
        return _open_document(package, names)
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise NoTable("numbers-app")
    raise NoTable("zip-nested" if any(map(_TABLES.search, names)) else "other-file")


def _open_xml(package: ZipFile, names: set[str]) -> str:
    types = _beginning(package, "[Content_Types].xml")
    if b"macroEnabled" in types or b"intlmacrosheet" in types or b"excel.macrosheet" in types:
        raise NoTable("macros")
    if "xl/workbook.bin" in names:
        raise NoTable("binary-format")
    if b"spreadsheetml" not in types:
        raise NoTable("other-office")
    return XLSX


def _open_document(package: ZipFile, names: set[str]) -> str:
    if b"opendocument.spreadsheet" not in _beginning(package, "mimetype"):
        raise NoTable("other-office")
    if "META-INF/manifest.xml" in names:
        manifest = _beginning(package, "META-INF/manifest.xml")
        if b"encryption-data" in manifest:
            raise NoTable("locked")
    return ODS


def _beginning(package: ZipFile, name: str) -> bytes:
    with package.open(name) as member:
        return member.read(_XML)
