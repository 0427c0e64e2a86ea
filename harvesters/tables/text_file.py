"""Rows of a CSV file: its encoding, separator and quoting."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from typing import IO

from hanse_harvesters.tables.notes import NoTable, Note

_CHUNK = 1 << 20
#: Maximum bytes of one cell: a district's outline exceeds csv's own limit.
_CELL = 64 << 20
#: Characters and records examined to find the separator.
_START, _SAMPLE = 1 << 18, 200
_SEPARATORS = ";,\t|"
#: Separator for a file that has only one column.
NONE = "\x1f"
_MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<kml", "<svg")
#: Control characters that no text has, and how many a damaged one may have: in all, and in part.
_NO_CONTROLS = dict.fromkeys({*range(1, 9), *range(14, 26), 27})
_FEW_CONTROLS, _PART = 10, 0.05
_EXCEL = re.compile(r'"?sep=(.)"?[\r\n]*')
_NUMBER = re.compile(r"[-+]?\d+")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOTHING = " \t\r\n\v\f;,|\"'\0\ufeff\u00a0"
#: Umlauts and ß in Windows, DOS and Macintosh encoding (there only what is rare in the others);
#: bytes undefined in Windows-1252.
_WINDOWS, _DOS = b"\xe4\xf6\xfc\xdf\xc4\xd6\xdc", b"\x84\x94\x81\xe1\x8e\x99\x9a"
_MAC = b"\x8a\x9a\x9f"
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file of rows, which can be read repeatedly; ``lost`` counts undecodable characters."""

    file: IO[bytes]
    encoding: str
    lost: int
    separator: str
    #: Lines before the first row: Excel's ``sep=;``.
    skipped: int

    def rows(self, notes: list[Note]) -> Iterator[tuple[int, list[str]]]:
        """Yield the line number of each row, from 1, and its cells."""
        if self.lost:
            notes.append(Note("letters-lost", {"count": self.lost}))
        csv.field_size_limit(_CELL)
        with _decoded(self.file, self.encoding) as text:
            lines = _Lines(islice(text, self.skipped, None))
            reader = csv.reader(lines, delimiter=self.separator)
            begins = ends = self.skipped
            try:
                for row in reader:
                    begins, ends = ends + 1, self.skipped + reader.line_num
                    yield begins, row
            except csv.Error as error:
                raise NoTable("quote-open", row=ends + 1) from error
            # A quoted cell that is closed has its quote in the last line of the record.
            if ends > begins and '"' not in lines.last:
                notes.append(Note("quote-open", {"row": begins}))


class _Lines:
    """Lines without NUL, which PostgreSQL does not accept; keeps the last one."""

    def __init__(self, file: Iterator[str]) -> None:
        self._file = file
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.last = line = line.replace("\0", "") if "\0" in line else line
        return line


@contextmanager
def _decoded(file: IO[bytes], encoding: str) -> Iterator[TextIOWrapper]:
    """The file's text from its beginning; the file itself stays open."""
    file.seek(0)
    text = TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()


def open_text(file: IO[bytes]) -> TextFile:
    """Determine how the file is to be read; `NoTable` if it is not a table."""
    encoding, lost = _encoding(file)
    with _decoded(file, encoding) as text:
        start = text.read(_START)
        whole = not text.read(1)
    if start.lstrip()[:100].lower().startswith(_MARKUP):
        raise NoTable("markup")
    if whole and not start.strip(_NOTHING):
        raise NoTable("empty")
    if len(start) - len(start.translate(_NO_CONTROLS)) > max(_FEW_CONTROLS, len(start) * _PART):
        raise NoTable("other-file")
    lines = start.replace("\0", "").splitlines(keepends=True)
    if lines and (excel := _EXCEL.fullmatch(lines[0])):
        return TextFile(file, encoding, lost, excel[1], 1)
    return TextFile(file, encoding, lost, _separator(lines if whole else lines[:-1] or lines), 0)


def is_blank(chunk: bytes) -> bool:
    """Return whether there are only blanks, separators and quotes, in any encoding."""
    return not chunk.translate(None, _NOTHING.encode() + b"\xff\xfe")


def _separator(lines: Sequence[str]) -> str:
    """Return the separator for which most rows have the same number of cells, and then the most."""
    csv.field_size_limit(_CELL)
    best, found = (0.0, 0), NONE
    for separator in _SEPARATORS:
        rows = islice(csv.reader(iter(lines), delimiter=separator), _SAMPLE)
        filled = [row for row in rows if any(row)]
        widths = Counter(len(row) for row in filled if len(row) > 1)
        if not widths:
            continue
        usual, times = widths.most_common(1)[0]
        header = next(row for row in filled if len(row) == usual)
        if all(_NUMBER.fullmatch(cell) for cell in header):
            continue  # the decimals of a single column of numbers
        if (score := (times / len(filled), usual)) > best:
            best, found = score, separator
    return found


def _encoding(file: IO[bytes]) -> tuple[str, int]:
    """Return the encoding of the file, and the number of characters that cannot be decoded."""
    file.seek(0)
    start = file.read(1000)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name, 0
    if start.count(0) > len(start) // 4:
        return ("utf-16-le" if start[1:2] == b"\0" else "utf-16-be"), 0
    letters, broken = _as_utf8(file)
    if broken * 10 <= letters:
        return "utf-8", broken
    counts: Counter[int] = Counter()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        counts.update(chunk)
    windows, dos, mac = (sum(counts[b] for b in known) for known in (_WINDOWS, _DOS, _MAC))
    if mac > max(windows, dos):
        return "mac_roman", 0
    if dos > windows:
        return "cp850", 0
    return "cp1252", sum(counts[sign] for sign in _UNDEFINED)


def _as_utf8(file: IO[bytes]) -> tuple[int, int]:
    """Return the number of non-ASCII UTF-8 characters, and of invalid UTF-8 sequences."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    letters = broken = 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        if not text.isascii():
            beyond = len(text) - len(text.encode("ascii", "ignore"))
            wrong = text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd")
            letters, broken = letters + beyond - wrong, broken + wrong
    rest = decoder.decode(b"", final=True)
    return letters, max(0, broken) + len(rest)
