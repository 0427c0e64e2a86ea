"""Foreign text on its way into a page: sanitised HTML, plain excerpts, links that are safe.

What a portal sends is never trusted.  Descriptions arrive as plain text, as
Markdown or as HTML; all three go through Markdown and then through nh3 with
the short list below.  No image passes: it would make the reader's browser
call a third party.
"""

from __future__ import annotations

import html
import re
from textwrap import shorten
from urllib.parse import urlsplit

import markdown
import nh3
from markupsafe import Markup

TAGS = {
    "a", "li", "ol", "ul", "p", "br", "b", "i", "u", "strong", "em", "h3", "h4", "h5", "code",
    "pre", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "caption",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope", "colspan"}, "td": {"colspan"}}
SCHEMES = {"http", "https", "ftp", "mailto", "tel"}
REL = "noopener noreferrer nofollow"

#: Characters up to which a text is read as Markdown.
LONGEST_MARKDOWN = 50_000
#: What of one text python-markdown looks at together with all that follows, and how often at most.
_COSTLY = (
    (re.compile(r"[<*_\[&\\]"), 2_000),
    (re.compile(r"\["), 500),
    (re.compile("`"), 200),
    (re.compile(r"^[ \t]*[=-]+[ \t]*$", re.MULTILINE), 200),
)

#: The page has its own h1 and h2; a text's headings stand below them.
_HIGH_HEADING = re.compile(r"<(/?)h[12]\b", re.IGNORECASE)
#: A bare address in running text; what closes a sentence is not part of it.
_BARE_URL = re.compile(r"(?<![\w\"'=(<>\[/])(https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:!?])")


def safe_html(text: str | None) -> Markup:
    """``text`` (plain, Markdown or HTML) as HTML that may stand in a page."""
    if not text:
        return Markup("")
    if _is_too_much(text):
        return Markup("<p>{}</p>").format(text.strip()).replace("\n", Markup("<br>"))
    linked = _BARE_URL.sub(r"<\1>", text.strip())
    raw = markdown.markdown(linked, extensions=["sane_lists", "nl2br", "tables"])
    clean = nh3.clean(
        _HIGH_HEADING.sub(r"<\1h3", raw),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=REL,
    )
    return Markup(clean)  # nh3 has cleaned it


def _is_too_much(text: str) -> bool:
    """Whether a page would wait for ``text`` as Markdown; it is shown as it stands then.

    The time that takes grows with the length, and with the square or the cube of some signs.
    """
    return len(text) > LONGEST_MARKDOWN or any(
        len(sign.findall(text)) > most for sign, most in _COSTLY
    )


def plain(text: str | None, length: int = 0) -> str:
    """``text`` without markup on one line, cut at a word near ``length`` characters (0: whole)."""
    if not text:
        return ""
    if length:  # an excerpt needs its beginning only
        text = text[: 20 * length + 2_000]
    if not _is_too_much(text):
        text = html.unescape(nh3.clean(markdown.markdown(text), tags=set()))
    bare = " ".join(text.split())
    return shorten(bare, width=length, placeholder=" …") if length else bare


def safe_link(url: object) -> str:
    """``url`` if a page may link to it (http, https, ftp, mailto, tel), else the empty string."""
    text = str(url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:  # a broken IPv6 host and the like
        return ""
    if parts.scheme.lower() not in SCHEMES:
        return ""
    if parts.scheme.lower() in {"http", "https", "ftp"} and not parts.netloc:
        return ""
    return text


def host(url: object) -> str:
    """The host of ``url`` for people to read: ``www.opendata-hro.de`` → ``opendata-hro.de``."""
    try:
        name = urlsplit(str(url or "")).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")
