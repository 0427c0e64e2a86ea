"""Texts: control characters, markup, length, and the many ways to write "no value"."""

from __future__ import annotations

import html
import re
import unicodedata

from hanse_harvesters.normalise.outcome import Outcome, finding

#: Maximum length of a text in characters; a longer one is a file, not a description.
LONGEST_TEXT = 1_000_000
#: Maximum length of an identifier; other catalogues could not store a longer one.
LONGEST_IDENTIFIER = 2_000
#: Maximum length of a title.  Solr also indexes it as one term, of at most 32,766 bytes.
LONGEST_TITLE = 1_000

#: Values of a field that was not filled in.
NOTHING = frozenset(
    {
        "", "-", "--", "---", ".", "?", "null", "none", "nil", "nan", "undefined", "n/a", "#n/a",
        "k.a.", "k. a.", "ka", "keine angabe", "keine angaben", "nicht angegeben",
        "not specified", "[]", "{}", '""', "[null]", "(none)", "<null>",
        "todo", "to do", "tbd", "t.b.d.", "tba", "fixme", "placeholder", "platzhalter", "xxx",
        "n.n.",
    }
)  # fmt: skip
#: Those that may be followed by a colon or stop.
_TO_BE_DONE = frozenset({"todo", "to do", "tbd", "tba", "fixme", "placeholder", "platzhalter"})
#: Those that are never meant as words.
_NOTHING_IN_WORDS = frozenset({"null", "none", "undefined", "[]", "{}", "nan", "<null>"})

# NUL and others cannot be stored by PostgreSQL or written as XML; line ends and tabs are allowed.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufdd0-\ufdef]")
_C1 = re.compile("[\x80-\x9f]")
# Spreadsheets and word processors use a vertical tab for a line end, a form feed for a page.
_LINE_END = re.compile("\r\n|[\r\x0b\x0c]")
# Change the writing direction of everything that follows on the page.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Attributes of a tag; "i<u und b>a" is not a tag.
_ATTRIBUTES = (
    r"(?:\s+(?:[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)"
    r"|nowrap|noshade|hidden|async|defer))*\s*/?"
)
_MARKUP = re.compile(
    r"</?(?:p|br|b|i|u|a|ul|ol|li|dl|dt|dd|div|span|strong|em|h[1-6]|table|tr|td|th|img|font|"
    rf"script|style|iframe|pre|code|blockquote|hr|sup|sub|small){_ATTRIBUTES}>"
    r"|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"</?(?:p|br|ul|ol|li|dl|dt|dd|div|h[1-6]|table|tbody|thead|tr|td|th|img|script|style|iframe|"
    rf"pre|blockquote|hr|center|svg|title|section|article|header|footer){_ATTRIBUTES}>"
    r"|<!--[^<>]*-->|<!\[CDATA\[|\]\]>",
    re.IGNORECASE,
)
#: Inside a word they are removed without a blank: ``H<sub>2</sub>O``.
_TAG_IN_WORD = re.compile(
    r"</?(?:b|i|u|a|span|strong|em|font|code|sup|sub|small|big|mark|s|abbr|cite|q|wbr|nobr|tt|"
    rf"ins|del|label){_ATTRIBUTES}>",
    re.IGNORECASE,
)
# Only with a semicolon: ``&reg`` in "Kinder&region" is not an entity.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
# Zero-width space and joiners, soft hyphen, word joiner, byte order mark; a joiner between
# letters of other scripts or in an emoji is significant.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff]"
    "|(?<=[\u0000-\u024f])[\u200c\u200d]+|[\u200c\u200d]+(?=[\u0000-\u024f]|$)"
)
#: What every markup has; blanks before a stop are left by it.
_MARKS = re.compile(r"[<>&]| [,;:!?.)]")
#: The blank left by a removed tag before a stop.
_BLANK_BEFORE_STOP = re.compile(r"(?<=\w) (?=[,;:!?.)](?:\s|$))")
#: Characters of a title that are processed: ten times the maximum stored.
_LONGEST_MARKED = 10_000
_BLANKS = " \t\n\N{NO-BREAK SPACE}\ufeff\u200b"
# UTF-8 read as Windows-1252: Ã¤ Ã¶ Ã¼ ÃŸ Ã„ Ã– Ãœ â€“ â€ž
_MOJIBAKE = re.compile("Ã[¤¶¼Ÿ„–œ\x84\x96\x9c\x9f©¨]|â€[\x80-\x9f“”„œž™˜¦–]|Â[§°·²³ ]")


def _from_windows(match: re.Match[str]) -> str:
    """Return a C1 control character as the Windows-1252 letter, "" if there is none."""
    return match.group().encode("latin-1").decode("cp1252", errors="ignore")


def clean(text: str) -> str:
    """Return ``text`` stripped, in Unicode NFC, without control characters; lines end in \\n."""
    if text.isprintable():  # the usual case: no control characters, surrogates or line ends
        return unicodedata.normalize("NFC", text).strip(_BLANKS)
    text = _LINE_END.sub("\n", text)
    text = _C1.sub(_from_windows, _TURNING.sub("", _FORBIDDEN.sub("", text)))
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return unicodedata.normalize("NFC", text).strip(_BLANKS)


def one_line(text: str) -> str:
    """Return ``clean`` text with runs of blanks and line ends replaced by one blank."""
    return " ".join(clean(text).split())


def printable(text: str) -> str:
    """Return :func:`one_line` with visible characters only: XML allows no others."""
    return "".join(filter(str.isprintable, one_line(text)))


def is_nothing(text: str) -> bool:
    """Return whether a value is empty or a word such as ``null`` or ``k. A.``"""
    bare = " ".join(text.split()).casefold()
    return bare in NOTHING or bare.rstrip(" :!.?…") in _TO_BE_DONE


def without_markup(text: str) -> str:
    """Return ``text`` on one line without tags, entities (also nested) and invisible characters.

    Needed for titles, which appear in lists, in the browser's title bar and in citations.
    ``<`` and ``&`` that belong to no tag or entity are kept.
    """
    came = text[:_LONGEST_MARKED]
    if came.isprintable() and not _MARKS.search(came):
        return " ".join(came.split())
    while True:
        plain = _TAG.sub(" ", _TAG_IN_WORD.sub("", came))
        plain = _ENTITY.sub(lambda found: html.unescape(found.group()), plain)
        bare = one_line(_INVISIBLE.sub("", plain))
        bare = _BLANK_BEFORE_STOP.sub("", bare)
        if bare == came:
            return bare
        came = bare


def _is_visible(text: str) -> bool:
    """Return whether any character is visible: not zero-width characters and lone marks."""
    return any(unicodedata.category(char)[0] not in "CMZ" for char in text)


def words(text: str, *, longest: int = LONGEST_TEXT, line: bool = False) -> Outcome[str]:
    """Normalise a description, kept as written, or a title or name as one ``line`` of plain text.

    Reports problems for readers, and markup that was removed from a line.
    """
    came = clean(text)
    cleaned = without_markup(came) if line else came
    if not cleaned:
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if cleaned.casefold() in _NOTHING_IN_WORDS or not _is_visible(cleaned):
        return Outcome(None, (finding("value-placeholder", text),))
    findings = []
    odd = (_FORBIDDEN, _C1, _SURROGATE, _TURNING)
    if not text.isprintable() and any(pattern.search(text) for pattern in odd):
        findings.append(finding("text-control-characters", cleaned))
    if len(cleaned) > longest:
        findings.append(finding("text-too-long", cleaned, length=len(cleaned), longest=longest))
        cleaned = clean(cleaned[:longest])
    if line and any(pattern.search(came) for pattern in (_MARKUP, _TAG, _TAG_IN_WORD)):
        findings.append(finding("title-markup", came, read=cleaned))
    elif _MARKUP.search(cleaned):
        findings.append(finding("description-html", cleaned))
    if _MOJIBAKE.search(cleaned):
        findings.append(finding("text-mojibake", cleaned))
    return Outcome(cleaned, tuple(findings))


def plain(text: str) -> Outcome[str]:
    """Clean a literal without language (version, duration …); drop ``null`` and the like."""
    cleaned = clean(text)
    if is_nothing(cleaned):
        return Outcome(None, (finding("value-placeholder", text),) if cleaned else ())
    if len(cleaned) > LONGEST_TEXT:
        reported = finding("text-too-long", cleaned, length=len(cleaned), longest=LONGEST_TEXT)
        return Outcome(clean(cleaned[:LONGEST_TEXT]), (reported,))
    return Outcome(cleaned)


def storable(text: str) -> str:
    """Return a text without what no database stores: NUL and the like, lone surrogates."""
    if text.isprintable():
        return text
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _FORBIDDEN.sub("", text))


def identifier(text: str) -> Outcome[str]:
    """Return an identifier unchanged (K25: never altered); report what makes it hard to use.

    Only characters that no database stores (NUL, lone surrogates) are removed.
    """
    kept = storable(text)
    if len(kept) > LONGEST_IDENTIFIER:
        reported = finding("identifier-too-long", text, longest=LONGEST_IDENTIFIER)
        return Outcome(None, (reported,))
    if is_nothing(kept):
        return Outcome(None, (finding("value-placeholder", text),) if kept.strip() else ())
    if kept != text or kept != kept.strip() or "\n" in kept:
        return Outcome(kept, (finding("identifier-odd", text),))
    return Outcome(kept)
