"""Turtle with a quotation mark too few or too many, statement by statement.

To the parser behind this a quotation mark that nobody closed opens a string that
swallows the rest of the catalogue; so does "<".  They are counted before: of a statement in
which one stays open on its line the rest is left out, so that the parser sees where it is
broken (:mod:`.resume`), and the next one arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: What Turtle is made of, as far as quotation marks go; possessive, so that it ends in one pass.
_TOKEN = r"""(?:
    \"\"\"(?:[^"\\]|\\.|""?(?!"))*+\"\"\" | '''(?:[^'\\]|\\.|''?(?!'))*+'''
  | "(?!"")(?:[^"\\\n\r]|\\.)*+"          | '(?!'')(?:[^'\\\n\r]|\\.)*+'
  | ""(?!") | ''(?!')
  | <[^<>"\n]*+> | <(?![A-Za-z][\w+.\-]*:[^<>"\n]*+\n)
  | \#[^\n]*+
  | (?P<plain>[^"'<\#]++)
)"""
_TOKENS = re.compile(f"(?:{_TOKEN.replace('?P<plain>', '?:')})*+", re.X | re.S)
#: A string over several lines, which Turtle does not allow and readers understand.
_OVER_LINES = re.compile(r'"(?:[^"\\]|\\.)*+"(?=\s*+(?:@[A-Za-z]|\^\^|[;,\])]|\.\s))', re.S)
#: As many statements as end, in one pass.
_STATEMENTS = re.compile(
    f"""(?:(?:{_TOKEN.replace('(?P<plain>[^"', '(?:[^."')} | \\.(?![ \\t]*\\r?\\n) )*+
    \\.[ \\t]*\\r?\\n)*+""",
    re.X | re.S,
)
_NEXT = re.compile(
    r"\.[ \t]*\r?\n(?=\s*(?:<|_:|\[|@|#|(?:prefix|base)\s|[A-Za-z][\w.\-]*:|:))", re.I
)
#: In the place of what is left out: no Turtle, and the number of what stood there.
LEFT_OUT = re.compile(r"\|(\d+)\|")
#: An address that does not end on its line.
_ENDLESS = re.compile(rb'<[A-Za-z][\w+.\-]*:[^<>"\n]*+\n')
#: Lines in which every string that begins also ends; of the text nothing but its quotes is left.
_EVEN = re.compile(rb'(?:(?:"")*+\n)*+')
_ALL_BUT_QUOTES = bytes({*range(256)} - {*b'"\n'})
#: Lines looked at for the end of a statement.
_BACK = 1_000
#: Characters of what is left out that are kept.
_SAID = 20_000
#: A string longer than this is handed on as it is.
_MOST = 1 << 24


def whole_statements(chunks: Iterable[str], quotes: list[str]) -> Iterator[str | bytes]:
    """The text without strings and addresses that do not end; what goes with them joins ``quotes``.

    As bytes (UTF-8, whole lines) where it did not have to be looked at closely.
    """
    rest = ""
    for chunk in chunks:
        rest += chunk
        data = rest.encode("utf-8", "replace")
        plain = _plain(data)
        if plain:
            yield data[:plain]
            rest = data[plain:].decode()
            continue
        if len(rest) > _MOST:
            yield rest
            rest = ""
            continue
        good, rest = _checked(rest, quotes, last=False)
        yield good
    good, rest = _checked(rest, quotes, last=True)
    yield good + rest


def _checked(text: str, quotes: list[str], *, last: bool) -> tuple[str, str]:
    """What can be handed on, and what waits for more text."""
    done: list[str] = []
    end = _last_end(text, len(text))
    if _strings_end(text[end:]) == len(text) - end:  # as it should be, and mostly is
        return (text, "") if last else (text[:end], text[end:])
    while text:
        stop = _strings_end(text)
        if stop == len(text) and last:
            return "".join(done) + text, ""
        if stop == len(text) or (not last and text.startswith(('"""', "'''"), stop)):
            keep = _last_end(text, stop)  # a string or an IRI may go on in the next chunk
            return "".join(done) + text[:keep], text[keep:]
        after = _NEXT.search(text, stop)
        if not after and not last:
            keep = _last_end(text, stop)
            return "".join(done) + text[:keep], text[keep:]
        if not after:  # perhaps the document breaks off here: the parser sees that
            return "".join(done) + text, ""
        end = after.end()
        lines = text.count("\n", stop, end) - 1
        done.append(f"{text[:stop]}|{len(quotes)}| {lines * chr(10)}.\n")
        quotes.append(text[stop : min(end, stop + _SAID)])
        text = text[end:]
    return "".join(done), ""


def _plain(text: bytes) -> int:
    """Behind the last statement of lines in which nothing can be wrong, 0 to look closely.

    As programs write Turtle: no string goes on to another line.  That is seen without a
    look at each sign, which is why it is asked first.
    """
    end = text.rfind(b"\n") + 1
    lines = text[:end]
    if b"\\" in lines:
        lines = lines.replace(b"\\\\", b"..").replace(b'\\"', b"..").replace(b"\\'", b"..")
    if b'"""' in lines or not _EVEN.fullmatch(lines.translate(None, _ALL_BUT_QUOTES)):
        return 0
    if not _within_strings(lines, b"'") or _ENDLESS.search(lines):
        return 0
    for _ in range(_BACK):
        begin = text.rfind(b"\n", 0, max(end - 1, 0)) + 1
        line = text[begin:end].decode()
        if _last_end(line, len(line)):
            return end
        end = begin
        if not end:
            return 0
    return 0


def _within_strings(lines: bytes, sign: bytes) -> bool:
    """Whether each of these signs stands in a string in double quotation marks."""
    place = lines.find(sign)
    while place >= 0:
        begin = lines.rfind(b"\n", 0, place) + 1
        if lines.count(b'"', begin, place) % 2 == 0:
            return False
        place = lines.find(sign, place + 1)
    return True


def _strings_end(text: str) -> int:
    """Where the first string begins that does not end, the text's length if all do."""
    place = 0
    while place < len(text):
        found = _TOKENS.match(text, place)
        place = found.end() if found else place
        if place < len(text):
            over = _OVER_LINES.match(text, place)
            if not over or _NEXT.search(over[0]):
                return place
            place = over.end()
    return place


def _last_end(text: str, stop: int) -> int:
    """Behind the last statement that ends before ``stop``, 0 if none does."""
    found = _STATEMENTS.match(text, 0, stop)
    return found.end() if found else 0
