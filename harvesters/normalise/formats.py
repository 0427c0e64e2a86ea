"""Formats and media types: a portal's description of a file → the codes of the lists.

``format`` holds the EU's file-type code, ``mimetype`` the IANA name.  Each is
read from its own value; a missing one is derived from the other, and as a last
resort from the extension in the URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hanse_harvesters.normalise import spellings
from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line
from hanse_schemas.vocabulary import Concept, vocabulary

_FILE_TYPES, _MEDIA_TYPES = "file-types", "media-types"

_EU = re.compile(
    r"https?://publications\.europa\.eu/(?:resource|mdr)/.*?/file-type[/#](?P<code>[^/#?]+)/?", re.I
)
_IANA = re.compile(
    r"https?://(?:www\.)?iana\.org/assignments/media-types/(?P<type>.+?)/?", re.IGNORECASE
)
_PURL = re.compile(r"https?://(?:www\.)?purl\.org/NET/mediatypes/(?P<type>.+?)/?", re.IGNORECASE)
_MEDIA_TYPE = re.compile(
    r"(?:application|audio|font|haptics|image|message|model|multipart|text|video|chemical|x-[\w-]+)"
    r"/[\w.+!#$&^-]+",
    re.IGNORECASE,
)
# Names not registered by IANA: experimental ones, and a packed format behind octet-stream.
_INVENTED = re.compile(r"(?:chemical|x-.*)/.*|.*/x-.*|.*/octet-stream\+.*", re.IGNORECASE)
_AROUND = re.compile(
    r"^(?:\*?\.|format:?\s+|typ:?\s+|ogc[:\s-]+)|(?:\.(?:gz|zip|bz2)|[-\s]+(?:datei(?:en)?|file|"
    r"format|dienst|service|dokument|tabelle|api|server))$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*[\[(](?P<inside>[^()\[\]]*)[\])]\s*")
_VERSION = re.compile(r"[\s-]*v?\d+(?:\.\d+)*$", re.IGNORECASE)
_SEPARATORS = re.compile(
    r"\s*(?:[,;:|+&]|\s/\s|/|\s+und\s+|\s+in\s+|\s+als\s+|\s+and\s+|\s+oder\s+|\n)\s*"
)
#: Packed formats: in "SHP, ZIP" the other one is the format, whatever the order.
_WRAPPINGS = frozenset({"ZIP", "GZIP", "TAR", "TAR_GZ", "RAR", "7Z", "BZIP2", "TAR_XZ"})
#: Marks of a packed file in another format: x-zipped-shp, shp-zip, zipped shapefile.
_ZIPPED = re.compile(
    r"^(?:zipped|zip|compressed|gzipped|gezippte[sr]?)[\s._-]+(?=\w)"
    r"|(?<=\w)[\s._-]+(?:zipped|zip|compressed|gzipped|gezippt)$",
    re.IGNORECASE,
)
#: Maximum length of a format in characters; a longer text is a description.
LONGEST = 300
#: Values that mean an unknown format.
_NO_FORMAT = frozenset(
    {"unbekannt", "unknown", "sonstige", "sonstiges", "other", "andere", "anderes", "datei", "file"}
)
#: Media types that any file may have.
_SAYS_NOTHING = frozenset({"application/octet-stream", "binary/octet-stream"})
#: Service in a URL's query → file type.
_SERVICES: Mapping[str, str] = {
    "wms": "WMS_SRVC", "wfs": "WFS_SRVC", "wmts": "MAP_SRVC", "wcs": "WCS_SRVC",
}  # fmt: skip
_IN_PATH = re.compile(r"[/_.-](wms|wfs|wmts|wcs)(?=$|[/_.?-])", re.IGNORECASE)
#: Extensions in URLs that belong to programs, not to files.
_PROGRAMS = frozenset({"php", "asp", "aspx", "jsp", "do", "cgi", "cfm", "dll", "exe", "action"})


def _file_type(text: str) -> Concept | None:
    return spellings.find(vocabulary(_FILE_TYPES), text)


def _media_type(text: str) -> Concept | None:
    return vocabulary(_MEDIA_TYPES).find(text)


@cache
def _by_media_type() -> Mapping[str, Concept]:
    """Return media type in lower case → the file type that has it.

    If several have it, the one with the shortest code wins; :func:`_of_media_type` first tries
    the file types that list the media type as a spelling.
    """
    index: dict[str, Concept] = {}
    for concept in sorted(vocabulary(_FILE_TYPES), key=lambda item: (len(item.code), item.code)):
        if name := _media_of(concept):
            index.setdefault(name.lower(), concept)
    return index


def _media_of(concept: Concept) -> str:
    """Return the IANA name of a file type, "" if it has no specific one."""
    name = concept.attributes.get("media", "")
    return "" if name in _SAYS_NOTHING or concept.code.endswith("_SRVC") else name


def _plain(text: str) -> Iterator[str]:
    """Yield a format, then without surrounding dots, words such as "Datei" and parameters."""
    text = one_line(text).split(";charset")[0].split("; charset")[0]
    yield text
    while (shorter := _unpacked(text)) not in ("", text):
        text = shorter
        yield text


def _unpacked(text: str) -> str:
    """Remove one surrounding word from a format: its packing, "Datei", "OGC" …"""
    return _AROUND.sub("", _ZIPPED.sub("", text, count=1), count=1).strip(" .\"'")


def _media_name(text: str) -> str:
    """Return the media type in an IANA or purl IRI, or the text without parameters."""
    text = one_line(text)
    if match := _IANA.fullmatch(text) or _PURL.fullmatch(text):
        text = unquote(match["type"])
    return re.split(r"\s*;\s*", text)[0].strip()


def _forms(text: str) -> Iterator[str]:
    """Yield the forms of one format to look up, the most specific first."""
    came = one_line(text)
    yield came
    if match := _EU.fullmatch(came):
        yield unquote(match["code"])
    without = _BRACKETS.sub(" ", came).strip()
    inside = [match["inside"] for match in _BRACKETS.finditer(came)]
    for text in (came, without, *inside):
        for shorter in _plain(text):
            yield shorter
            yield _VERSION.sub("", shorter)


def _one(text: str) -> Concept | None:
    """Return the file type named by a text: a label, code, IRI or media type."""
    if len(text) > LONGEST:
        return None
    wrapping: Concept | None = None
    for form in _forms(text):
        concept = _file_type(form) if form else None
        if concept and concept.code not in _WRAPPINGS:
            return concept
        wrapping = wrapping or concept
    return wrapping or _of_media_type(text)


def _of_media_type(text: str) -> Concept | None:
    """Return the file type of a media type, also of an unregistered one."""
    name = _media_name(text).lower()
    if not _MEDIA_TYPE.fullmatch(name):
        return None
    registered = _media_type(name)
    for form in (registered.code.lower() if registered else name, name):
        if concept := _file_type(form) or _by_media_type().get(form):
            return concept
    return _in_subtype(name.partition("/")[2])


def _in_subtype(subtype: str) -> Concept | None:
    """Return the file type in a part of an unregistered media type: ``x-shapefile+zip`` → SHP."""
    subtype = _ZIPPED.sub("", subtype.removeprefix("x-"))
    parts = [part for part in re.split(r"[.+]", subtype) if part != "vnd"]
    for part in sorted(
        parts, key=lambda part: part in {"xml", "zip", "json", "gzip", "octet-stream"}
    ):
        if concept := _file_type(part.removeprefix("x-")):
            return concept
    return None


def _several(text: str) -> Concept | None:
    """Return the first format of a list (``CSV, XLSX``), packed ones last; None if not all are."""
    if len(text) > LONGEST:
        return None
    found = [_one(part) for part in _SEPARATORS.split(one_line(text)) if part]
    known = [concept for concept in found if concept]
    if len(known) < 2 or len(known) != len(found):
        return None
    return next((item for item in known if item.code not in _WRAPPINGS), known[0])


def file_format(text: str) -> Outcome[str]:
    """Return the EU file-type code of ``text``; keep and report an unknown format."""
    came = one_line(text)
    if is_nothing(came) or came.casefold() in _NO_FORMAT:
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if concept := _one(came):
        return Outcome(concept.code)
    if concept := _several(came):
        return Outcome(concept.code, (finding("format-several", text, read=concept.code),))
    return Outcome(came, (finding("format-unknown", text),))


def media_type(text: str) -> Outcome[str]:
    """Return the IANA name of ``text``; a label in its place is read as a format."""
    came = one_line(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    name = _media_name(came)
    if concept := _media_type(name) or _media_type(came):
        return Outcome(concept.code)
    of_format = _one(came)
    if of_format and (usual := _media_of(of_format)):
        return Outcome(usual)
    if _MEDIA_TYPE.fullmatch(name):
        rule = "mimetype-unknown" if _INVENTED.fullmatch(name) else "code-unlisted"
        return Outcome(name.lower(), (finding(rule, text, vocabulary="media-types"),))
    return Outcome(came, (finding("mimetype-unknown", text),))


def swapped(kind: str, media: str) -> bool:
    """Return whether ``format`` and ``mimetype`` are swapped, such as ``text/csv`` and ``CSV``."""
    return (
        bool(_MEDIA_TYPE.fullmatch(_media_name(kind)))
        and not _MEDIA_TYPE.fullmatch(_media_name(media))
        and _one(media) is not None
    )


def from_address(address: str) -> Concept | None:
    """Return the format indicated by a URL: ``service=WMS`` in its query, else its extension."""
    try:
        parts = urlsplit(address)
        query = {key.lower(): value for key, value in parse_qsl(parts.query)}
    except ValueError:
        return None
    for key in ("service", "outputformat", "format", "f"):
        named = query.get(key, "")
        code = _SERVICES.get(named.lower()) if key == "service" else named
        if code and (concept := _one(code)):
            return concept
    ending = from_ending(parts.path)
    if ending is None and (match := _IN_PATH.search(parts.path)):
        return _file_type(_SERVICES[match[1].lower()])
    return ending


def from_ending(path: str) -> Concept | None:
    """Return the format that a path's extension indicates, None for one that says nothing."""
    name = unquote(path.rpartition("/")[2])
    ending = name.rpartition(".")[2].lower() if "." in name.strip(".") else ""
    if not ending or ending in _PROGRAMS or not re.fullmatch(r"[a-z0-9]{1,8}", ending):
        return None
    return _file_type(ending)


def derived(resource: dict[str, Any]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Fill in ``format`` and ``mimetype`` of a resource from each other or from the URL."""
    done = dict(resource)
    reported: tuple[Finding, ...] = ()
    if not done.get("format"):
        reported = _fill_format(done)
    if not done.get("mimetype") and isinstance(done.get("format"), str):
        concept = vocabulary(_FILE_TYPES).find(done["format"])
        if concept and (usual := _media_of(concept)):
            done["mimetype"] = usual
    return done, reported


def _fill_format(resource: dict[str, Any]) -> tuple[Finding, ...]:
    mimetype = resource.get("mimetype")
    concept = _one(mimetype) if isinstance(mimetype, str) else None
    if concept and concept.code not in _WRAPPINGS:
        resource["format"] = concept.code
        return ()
    for field in ("download_url", "access_url"):
        address = resource.get(field)
        guessed = from_address(address) if isinstance(address, str) else None
        if guessed:
            resource["format"] = guessed.code
            return (finding("format-guessed", address, read=guessed.code),)
    if concept:
        resource["format"] = concept.code
    return ()
