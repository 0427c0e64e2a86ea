"""Where a redirect leads, and where it may not lead."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

from hanse_harvesters.errors import AddressRefused
from hanse_harvesters.http import address


def target(url: str, location: str) -> str:
    """Return the URL a redirect leads to.

    Portals behind a proxy announce ``http://`` although they were requested over
    https: on the same host https is kept.  Another host without https is refused,
    since anybody in between could then manipulate the catalogue.
    """
    here = urlsplit(url)
    try:
        led = urldefrag(urljoin(url, _as_sent(location))).url
    except ValueError as error:
        raise AddressRefused(
            "address-malformed", where=url, url=location[:300], reason=error
        ) from error
    there = address.split(led, where=url)
    if here.scheme == "https" and there.scheme == "http":
        kept = there._replace(scheme="https", netloc=here.netloc).geturl()
        if here.hostname != there.hostname or kept == url:
            raise AddressRefused("https-left", where=url, target=led[:300])
        return kept
    return led


def _as_sent(location: str) -> str:
    """Decode a header's UTF-8, which is passed on as if it were Latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
