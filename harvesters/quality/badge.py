"""The score as a small picture that a city puts on its own site: SVG, no font of others."""

from __future__ import annotations

from html import escape

from hanse_harvesters.quality import mqa_words
from hanse_harvesters.quality.mqa_facts import facts
from hanse_harvesters.texts import CORE

#: Background by rating; white text on each has a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
_COLOURS = {"excellent": "#1b6b3a", "good": "#2a6f97", "sufficient": "#8a5a00", "bad": "#a4302a"}
_UNKNOWN = "#595f69"
#: Width in pixels of a character of the widest common sans-serif at 12 px, on the average.
_CHARACTER = 7.2


def badge(points: float | None, of: int, language: str) -> str:
    """Return the picture: "MQA 312 / 325 · good"; ``points`` None is not judged yet."""
    texts = CORE.texts(language)
    if points is None:
        text, colour = texts.gettext("MQA not judged yet"), _UNKNOWN
        title = texts.gettext("Metadata quality: not judged yet")
    else:
        rating = facts().rating(points)
        said = {"mean": round(points), "of": of, "rating": mqa_words.rating(rating, language)}
        text, colour = texts.gettext("MQA {mean} / {of} · {rating}", **said), _COLOURS[rating]
        title = texts.gettext("Metadata quality: {mean} of {of} points, {rating}", **said)
    width = round(len(text) * _CHARACTER) + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" '
        f'viewBox="0 0 {width} 24" role="img" aria-labelledby="mqa-title" lang="{texts.language}">'
        f'<title id="mqa-title">{escape(title)}</title>'
        f'<rect width="{width}" height="24" rx="4" fill="{colour}"/>'
        f'<text x="{width / 2:g}" y="16" fill="#fff" font-size="12" text-anchor="middle" '
        f'textLength="{width - 20}" lengthAdjust="spacingAndGlyphs" '
        f'font-family="system-ui, sans-serif">{escape(text)}</text></svg>\n'
    )
