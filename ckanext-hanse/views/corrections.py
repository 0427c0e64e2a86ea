"""Pages on which editors correct a harvested dataset; every write is a POST."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.corrections import parse_value
from ckanext.hanse.corrections.apply import DETACHED, HIDDEN
from ckanext.hanse.corrections.overlay import Place
from ckanext.hanse.presentation import repair
from ckanext.hanse.views.harvest import only_known_people

corrections = Blueprint("hanse_corrections", __name__, url_prefix="/dataset/<id>")

corrections.before_request(only_known_people)

ViewResponse = str | Response | tuple[str, int]


@corrections.route("/corrections")
def page(id: str) -> ViewResponse:
    """Show a dataset's corrections, its issues, and the available actions."""
    return _page(id)


def _page(name: str, errors: dict[str, Any] | None = None) -> ViewResponse:
    pkg = _dataset(name)
    every = _act("hanse_correction_list", id=name, history=True)
    live = [item for item in every if not item["withdrawn"]]
    lang = language.of_page()
    apart = {item["field"]: item for item in live if item["field"] in (HIDDEN, DETACHED)}
    issues = [
        {**item, "place": repair.place_of(item, pkg)}
        for item in _act("hanse_dataset_issues", id=name)
    ]
    text = tk.render(
        "hanse/repair/page.html",
        {
            "pkg": pkg,
            "pkg_dict": pkg,
            "origin": tk.h.hanse_origin(pkg["id"]),
            "live": [item for item in live if item["field"] not in apart],
            "history": [item for item in every if item["withdrawn"]],
            "hidden": apart.get(HIDDEN),
            "detached": apart.get(DETACHED),
            "issues": issues,
            "fields": repair.groups("dataset", lang),
            "file_fields": repair.groups("distribution", lang),
            "errors": errors or {},
            "dataset_type": pkg["type"],
        },
    )
    return (text, 400) if errors else text


@corrections.route("/corrections/new", methods=["GET", "POST"])
def new(id: str) -> ViewResponse:
    """Show the form for one field.  ``field`` a path; or ``file`` and a field of files."""
    pkg = _dataset(id)
    _may("hanse_correction_create", id)
    asked = request.values.get("field", "")
    if request.values.get("file") and not asked.startswith("resources["):
        asked = f"resources[{request.values['file']}].{asked}"
    try:
        at = parse_value.place(pkg, asked)
    except tk.ValidationError as error:
        return _page(id, error.error_dict)
    if request.method == "POST":
        return _made(pkg, at)
    return _form(pkg, at, repair.to_form(at, parse_value.current(pkg, at)))


def _made(pkg: dict[str, Any], at: Place) -> ViewResponse:
    value = None if request.form.get("empty") else repair.from_form(at, request.form)
    data = repair.to_form(at, value)
    if not request.form.get("empty") and not (value.strip() if isinstance(value, str) else value):
        message = tk._("Enter a value, or tick “Leave this field empty”.")
        return _form(pkg, at, data, {at.path: [message]})
    try:
        _act(
            "hanse_correction_create",
            id=pkg["id"],
            field=at.path,
            value=value,
            reason=request.form.get("reason", ""),
        )
    except tk.ValidationError as error:
        return _form(pkg, at, data, error.error_dict)
    tk.h.flash_success(tk._("“{field}” is corrected.").format(field=parse_value.label(at.prop)))
    return _back(pkg["name"])


def _form(
    pkg: dict[str, Any], at: Place, data: dict[str, Any], errors: dict[str, Any] | None = None
) -> ViewResponse:
    field = repair.field_of(at)
    errors = dict(errors or {})
    if at.path in errors:
        errors[field["field_name"]] = errors.pop(at.path)
    standing = next(
        (item for item in _act("hanse_correction_list", id=pkg["id"]) if item["field"] == at.path),
        None,
    )
    files = {item["id"]: item.get("name") or item.get("url") for item in pkg["resources"]}
    text = tk.render(
        "hanse/repair/new.html",
        {
            "pkg": pkg,
            "pkg_dict": pkg,
            "at": at,
            "label": parse_value.label(at.prop),
            "file": files.get(at.resource, ""),
            "field": field,
            "data": data,
            "errors": errors,
            "reason": request.form.get("reason", ""),
            "empty": bool(request.form.get("empty")),
            "standing": standing,
            "current": parse_value.current(pkg, at),
            "dataset_type": pkg["type"],
        },
    )
    return (text, 400) if errors else text


@corrections.route("/corrections/<int:number>/withdraw", methods=["POST"])
def withdraw(id: str, number: int) -> ViewResponse:
    """Withdraw a correction, so that the source's value applies again."""
    try:
        gone = _act("hanse_correction_withdraw", id=number)
    except tk.ValidationError as error:
        return _page(id, error.error_dict)
    tk.h.flash_success(
        tk._("The correction of “{field}” is withdrawn.").format(field=gone["label"])
    )
    return _back(id)


@corrections.route("/corrections/hide", methods=["POST"])
def hide(id: str) -> ViewResponse:
    """Hide the dataset from the public."""
    try:
        _act("hanse_dataset_hide", id=id, reason=request.form.get("reason", ""))
    except tk.ValidationError as error:
        return _page(id, error.error_dict)
    tk.h.flash_success(tk._("The dataset is hidden: only members of your city see it."))
    return _back(id)


@corrections.route("/corrections/show", methods=["POST"])
def show(id: str) -> ViewResponse:
    """Show the dataset to the public again."""
    try:
        _act("hanse_dataset_show_again", id=id)
    except tk.ValidationError as error:
        return _page(id, error.error_dict)
    tk.h.flash_success(tk._("Everybody sees the dataset again."))
    return _back(id)


@corrections.route("/detach", methods=["GET", "POST"])
def detach(id: str) -> ViewResponse:
    """Explain what detaching means, and ask for confirmation."""
    return _turn(
        id, "detach", "hanse_dataset_detach", tk._("The dataset is kept here from now on.")
    )


@corrections.route("/reattach", methods=["GET", "POST"])
def reattach(id: str) -> ViewResponse:
    """Explain what reattaching means, and ask for confirmation."""
    done = tk._("The dataset follows its portal again, from the next harvest on.")
    return _turn(id, "reattach", "hanse_dataset_reattach", done)


def _turn(name: str, template: str, action: str, done: str) -> ViewResponse:
    pkg = _dataset(name)
    _may(action, name)
    errors: dict[str, Any] = {}
    if request.method == "POST":
        given = {key: request.form.get(key, "") for key in ("reason", "confirm")}
        try:
            _act(action, id=name, **{key: text for key, text in given.items() if text})
        except tk.ValidationError as error:
            errors = error.error_dict
        else:
            tk.h.flash_success(done)
            return _back(pkg["name"])
    origin = tk.h.hanse_origin(pkg["id"])
    shown = {
        "pkg": pkg,
        "pkg_dict": pkg,
        "origin": origin,
        "errors": errors,
        "reason": request.form.get("reason", ""),
        "dataset_type": pkg["type"],
    }
    text = tk.render(f"hanse/repair/{template}.html", shown)
    return (text, 400) if errors else text


def _back(name: str) -> Response:
    return tk.redirect_to("hanse_corrections.page", id=name)


def _dataset(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _act("package_show", id=name)
    return found


def _may(action: str, name: str) -> None:
    try:
        tk.check_access(action, {}, {"id": name})
    except tk.NotAuthorized as error:
        tk.abort(403, str(error))


def _act(action: str, **data: Any) -> Any:
    """Return an action's result for the current user; abort the request if not authorized."""
    try:
        return tk.get_action(action)({}, data)
    except tk.NotAuthorized as error:
        return tk.abort(403, str(error))
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error))
