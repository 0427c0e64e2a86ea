"""URLs of a CKAN: its action API, derived from any URL, and single responses."""

from __future__ import annotations

from urllib.parse import urlsplit

_API = "/api/3/action"


def api(url: str) -> str:
    """Return the root of the action API, given any URL of a portal.

    >>> api("https://example.org/ckan/api/3/action/package_list")
    'https://example.org/ckan/api/3/action'
    """
    parts = urlsplit(url)
    path = parts.path.partition("/api/")[0].removesuffix("/api")
    for page in ("/dataset", "/organization", "/group"):
        path = path.partition(f"{page}/")[0].removesuffix(page)
    return parts._replace(path=path.rstrip("/") + _API, query="", fragment="").geturl()


def is_single(url: str) -> bool:
    """Return whether the URL is that of a single response rather than of a portal."""
    action = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return action == "package_show" or action.endswith(".json")


def is_api(url: str) -> bool:
    """Return whether the URL is the API's or one of its searches: there is more to fetch."""
    return "/api/" in urlsplit(url).path and not is_single(url)
