"""Makes CKAN's own pages accessible to screen readers, without overriding their templates.

In CKAN 2.12 many pages have no heading of the first level, some
skip the second level, tables have empty headings above their buttons, an empty
list contains a paragraph.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_MAIN = re.compile(r'<(?:main|\w+(?=[^>]*\brole="main"))\b[^>]*>')
_HEADING = re.compile(r"<h1\b")
_SKIPPED = re.compile(r'<h3( class="(?:page-heading|accordion-header)"[^>]*)>(.*?)</h3>', re.S)
_EMPTY_HEADING = re.compile(r"<th>(?:\s|&nbsp;)*</th>")
_EMPTY_LIST = re.compile(r"<ul\b[^>]*>\s*(<p\b[^>]*>[^<]*</p>)\s*</ul>")


def mended(body: str, title: str, delimiter: str) -> Markup:
    """Return the body of a page, with a main heading in its main part.

    ``title`` is the page's title as CKAN writes it, from the narrowest to the
    widest, separated by ``delimiter``: "Members - Wismar - Organizations".
    """
    text = _EMPTY_HEADING.sub("<td></td>", str(body))
    text = _EMPTY_LIST.sub(r"\1", text)
    text = _SKIPPED.sub(r"<h2\1>\2</h2>", text)
    main = _MAIN.search(text)
    if main and not _HEADING.search(text):
        words = Markup(title).striptags().split(f" {delimiter} ")[0].strip()
        heading = f'<h1 class="hanse-ckan-title">{escape(words)}</h1>'
        text = text[: main.end()] + heading + text[main.end() :]
    return Markup(text)
