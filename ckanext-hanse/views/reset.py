"""Requesting a link to reset a password, in place of CKAN's view: same response for every name."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.lib import captcha
from flask import Blueprint, Response, current_app, request

from ckanext.hanse import settings
from ckanext.hanse.security import client, counting, refusal
from ckanext.hanse.security import reset as links

hanse_reset = Blueprint("hanse_reset", __name__)


@hanse_reset.route("/user/reset", methods=["POST"])
def request_reset() -> Response:
    """Have the link sent, if there is such an account; the form is CKAN's."""
    try:
        tk.check_access("request_reset", {"user": tk.current_user.name})
    except tk.NotAuthorized:
        tk.abort(403, tk._("You may not reset passwords here."))
    name = request.form.get("user", "").strip()
    if not name:
        tk.h.flash_error(tk._("Please enter your user name or e-mail address."))
        return tk.redirect_to("user.request_reset")
    try:
        captcha.check_recaptcha(request)
    except captcha.CaptchaError:
        tk.h.flash_error(tk._("The captcha was not solved. Please try again."))
        return tk.redirect_to("user.request_reset")
    if wait := _too_many():
        return refusal.too_many_attempts(wait)
    links.send(current_app._get_current_object(), name, tk.h.lang())  # type: ignore[attr-defined]
    tk.h.flash_success(
        tk._(
            "If there is such an account, a link to reset its password is on its way by e-mail. "
            "If none arrives within a few minutes, ask whoever runs this site."
        )
    )
    return tk.redirect_to(tk.config["ckan.user_reset_landing_page"])


def _too_many() -> int:
    address = client.address()
    if address is None or client.is_exempt(address):
        return 0
    return counting.hit(settings.limits("reset"), "reset", client.network(address))
