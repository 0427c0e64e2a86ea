"""Legal pages, and security headers of all responses."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.presentation import groups, legal, maps

log = logging.getLogger(__name__)

hanse = Blueprint("hanse", __name__)

#: Nothing is loaded from other hosts.  Inline styles are allowed, as Bootstrap's scripts, htmx
#: and the table view set them; inline scripts are not.  JSON-LD in a script element is no script:
#: browsers do not run it and do not ask the policy (HTML, "prepare the script element", 8 to 19).
_POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
CONTENT_SECURITY_POLICY = "; ".join(_POLICY)
#: The page within a preview's frame: CKAN's table and text views use inline scripts.  They show
#: only a file's content, escaped by CKAN.
VIEW_POLICY = CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'", "script-src 'self' 'unsafe-inline'"
)
VIEWS = {"dataset_resource.view"}
#: Pages with a form that changes a dataset.
FORMS = {
    "dataset.edit",
    "dataset.resources",
    "dataset.delete",
    "dataset_resource.new",
    "dataset_resource.edit",
    "dataset_resource.delete",
}
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def with_pictures_of(source: str) -> str:
    """Return the policy of pages that may ask ``source`` for pictures: the operator's tiles."""
    return CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {source}")


@hanse.before_app_request
def whole_page_for_history() -> None:
    """Return the whole page when htmx restores history; CKAN would return only replaced parts."""
    if request.headers.get("HX-History-Restore-Request") == "true":
        request.environ.pop("HTTP_HX_REQUEST", None)


@hanse.before_app_request
def no_groups() -> None:
    """Return 404 for pages of groups, which the catalogue does not use."""
    if groups.is_page(request.endpoint, request.path):
        tk.abort(404)


@hanse.before_app_request
def say_read_only() -> tuple[str, int] | None:
    """Explain why a harvested dataset has no form, and where to correct it."""
    if request.method != "GET" or request.endpoint not in FORMS:
        return None
    name = str((request.view_args or {}).get("id", ""))
    if not tk.current_user.is_authenticated or tk.h.check_access("package_update", {"id": name}):
        return None
    origin = tk.h.hanse_origin(name)
    if not origin:
        return None
    dataset = tk.get_action("package_show")({}, {"id": name})
    return tk.render("hanse/read_only.html", {"pkg": dataset, "origin": origin}), 403


@hanse.after_app_request
def protect(response: Response) -> Response:
    """Add security headers, and Vary, as a URL has two responses, with and without htmx."""
    if request.endpoint in VIEWS:
        response.headers.setdefault("Content-Security-Policy", VIEW_POLICY)
    if source := maps.picture_source():
        response.headers.setdefault("Content-Security-Policy", with_pictures_of(source))
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.vary.add("HX-Request")
    return response


@hanse.route("/imprint")
def imprint() -> str | Response:
    """Show the imprint: the operator's text or the operator's own page."""
    return _legal("imprint", tk._("Imprint"))


@hanse.route("/privacy")
def privacy() -> str | Response:
    """Show the privacy statement."""
    return _legal("privacy", tk._("Privacy"))


@hanse.route("/accessibility")
def accessibility() -> str | Response:
    """Show the accessibility statement, with where to report a barrier."""
    return _legal("accessibility", tk._("Accessibility statement"))


def _legal(name: str, title: str) -> str | Response:
    lang = language.of_page()
    try:
        found = legal.page(name, lang)
    except legal.UnreadableText as fault:
        log.error("hanse.%s: %s", name, fault)
        found = legal.template(name, lang)
    if found.address:
        return tk.redirect_to(found.address)
    return tk.render("hanse/legal.html", {"title": title, "legal": found, "name": name})
