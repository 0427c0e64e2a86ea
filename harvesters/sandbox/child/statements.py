"""Handle missing or surplus quotation marks in Turtle, statement by statement.

For the parser, an unclosed quotation mark opens a string that swallows the rest of the
catalogue; so does "<".  They are therefore checked first: the rest of a statement with
an unclosed one on its line is left out, so that the parser fails there
(:mod:`.resume`) and still reads the next statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

#: Tokens of Turtle as far as quotation marks matter; possessive, so that one pass suffices.
_TOKEN = r"""(?:
    \"\"\"(?:[^"\\]|\\.|""?(?!"))*+\"\"\" | '''(?:[^'\\]|\\.|''?(?!'))*+'''
  | "(?!"")(?:[^"\\\n\r]|\\.)*+"          | '(?!'')(?:[^'\\\n\r]|\\.)*+'
  | ""(?!") | ''(?!')
  | <[^<>"\n]*+> | <(?![A-Za-z][\w+.\-]*:[^<>"\n]*+\n)
  | \#[^\n]*+
  | (?P<plain>[^"'<\#]++)
)"""
_TOKENS = re.compile(f"(?:{_TOKEN.replace('?P<plain>', '?:')})*+", re.X | re.S)
#: A string over several lines, which is invalid in Turtle but unambiguous.
_OVER_LINES = re.compile(r'"(?:[^"\\]|\\.)*+"(?=\s*+(?:@[A-Za-z]|\^\^|[;,\])]|\.\s))', re.S)
#: Consecutive complete statements, in one pass.
_STATEMENTS = re.compile(
    f"""(?:(?:{_TOKEN.replace('(?P<plain>[^"', '(?:[^."')} | \\.(?![ \\t]*\\r?\\n) )*+
    \\.[ \\t]*\\r?\\n)*+""",
    re.X | re.S,
)
_NEXT = re.compile(
    r"\.[ \t]*\r?\n(?=\s*(?:<|_:|\[|@|#|(?:prefix|base)\s|[A-Za-z][\w.\-]*:|:))", re.I
)
#: Replacement for omitted text: invalid in Turtle, with the index of that text.
LEFT_OUT = re.compile(r"\|(\d+)\|")
#: An IRI that does not end on its line.
_ENDLESS = re.compile(rb'<[A-Za-z][\w+.\-]*:[^<>"\n]*+\n')
#: Lines on which all strings end; everything but the quotation marks has been removed.
_EVEN = re.compile(rb'(?:(?:"")*+\n)*+')
_ALL_BUT_QUOTES = bytes({*range(256)} - {*b'"\n'})
#: Lines inspected to find the end of a statement.
_BACK = 1_000
#: Maximum characters stored of an omitted text.
_SAID = 20_000
#: A string longer than this is passed on unchecked.
_MOST = 1 << 24


def whole_statements(chunks: Iterable[str], quotes: list[str]) -> Iterator[str | bytes]:
    """Yield the text without unterminated strings and IRIs; append the omitted parts to ``quotes``.

    Yields bytes (UTF-8, whole lines) if the text needed no close inspection.
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
    """Return the text that can be passed on, and the text that waits for more."""
    done: list[str] = []
    end = _last_end(text, len(text))
    if _strings_end(text[end:]) == len(text) - end:  # the usual case: nothing is wrong
        return (text, "") if last else (text[:end], text[end:])
    while text:
        stop = _strings_end(text)
        if stop == len(text) and last:
            return "".join(done) + text, ""
        if stop == len(text) or (not last and text.startswith(('"""', "'''"), stop)):
            keep = _last_end(text, stop)  # a string or an IRI may continue in the next chunk
            return "".join(done) + text[:keep], text[keep:]
        after = _NEXT.search(text, stop)
        if not after and not last:
            keep = _last_end(text, stop)
            return "".join(done) + text[:keep], text[keep:]
        if not after:  # the document may be truncated here, which the parser reports
            return "".join(done) + text, ""
        end = after.end()
        lines = text.count("\n", stop, end) - 1
        done.append(f"{text[:stop]}|{len(quotes)}| {lines * chr(10)}.\n")
        quotes.append(text[stop : min(end, stop + _SAID)])
        text = text[end:]
    return "".join(done), ""


def _plain(text: bytes) -> int:
    """Return the end of the last statement if nothing can be wrong, 0 if a close look is needed.

    Covers Turtle as programs write it, without strings over several lines.  This can be checked
    without inspecting each character, so it is tried first.
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
    """Return whether each of these signs is inside a string in double quotation marks."""
    place = lines.find(sign)
    while place >= 0:
        begin = lines.rfind(b"\n", 0, place) + 1
        if lines.count(b'"', begin, place) % 2 == 0:
            return False
        place = lines.find(sign, place + 1)
    return True


def _strings_end(text: str) -> int:
    """Return the position of the first unterminated string, the text's length if there is none."""
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
    """Return the position after the last statement that ends before ``stop``, 0 if none does."""
    found = _STATEMENTS.match(text, 0, stop)
    return found.end() if found else 0
