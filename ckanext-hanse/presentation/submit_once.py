"""Makes a repeated submission of a form act only once.

Pressing a button twice, going back and pressing again, or reloading sends the same
values and files to the same URL.  The response to the first, if a redirect, is repeated.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.redis import connect_to_redis
from flask import Response, make_response, redirect, request

from ckanext.hanse.security import refusal

#: Query parameter that distinguishes forms with the same URL.
TOKEN = "form"
#: Seconds for which a form with a token, and one without, is recognised.
_LONG, _SHORT = 12 * 3600, 60
#: Seconds allowed for the first, and for the second to wait for it, which occupies a thread.
_WORK, _PATIENCE = 300, 5
_CHUNK = 1 << 20
View = Callable[..., Any]


def once(view: View, made: Callable[..., str]) -> View:
    """Wrap the ``view`` of a form; ``made`` returns the id of the newest object, "" for none."""

    @wraps(view)
    def guarded(**values: Any) -> Any:
        if request.method != "POST":
            return view(**values)
        redis, key = connect_to_redis(), _key()
        if not redis.set(key, b"", nx=True, ex=_WORK):
            earlier = _awaited(redis, key)
            if earlier is None:
                return _still_at_work()
            if earlier:
                return redirect(earlier)
            redis.set(key, b"", ex=_WORK)
        before, keeps = made(**values), False
        try:
            answer: Response = make_response(view(**values))
            after = made(**values)
            keeps = answer.status_code in (302, 303) and bool(after) and after != before
            if keeps:
                kept = json.dumps({"to": answer.location, "made": after})
                redis.set(key, kept, ex=_LONG if request.args.get(TOKEN) else _SHORT)
        finally:
            if not keeps:
                redis.delete(key)
        return answer

    return guarded


def newest_dataset(**_: Any) -> str:
    """Return the id of the dataset named in the form."""
    found = model.Package.get(request.form.get("name", "").strip())
    return str(found.id) if found else ""


def newest_file(id: str, **_: Any) -> str:
    """Return the id of the last file of the dataset."""
    package = model.Package.get(id)
    return str(package.resources[-1].id) if package and package.resources else ""


def _still_at_work() -> Response:
    reported = tk._(
        "What you sent is still being saved. Wait a little before you send it again, or look "
        "whether it is there already."
    )
    return refusal.too_many(_PATIENCE, tk._("A moment, please"), reported)


def _awaited(redis: Any, key: str) -> str | None:
    """Return where the first one redirected; "" if it created nothing, or that is deleted.

    None: it is not done yet.
    """
    end = time.monotonic() + _PATIENCE
    while (reported := redis.get(key)) == b"" and time.monotonic() < end:
        time.sleep(0.2)
    if not reported:
        return None if reported == b"" else ""
    kept = json.loads(reported)
    model.Session.rollback()  # the first one committed after this transaction began
    for kind in (model.Package, model.Resource):
        found = model.Session.get(kind, kept["made"])
        if found is not None and found.state != "deleted":
            return str(kept["to"])
    return ""


def _key() -> str:
    """Return a key of user, URL and values; without the CSRF token, which differs each time."""
    forgery = str(tk.config.get("WTF_CSRF_FIELD_NAME") or "_csrf_token")
    digest = hashlib.sha256(f"{tk.current_user.name}\n{request.full_path}".encode())
    for name, text in sorted(request.form.items(multi=True)):
        if name != forgery:
            digest.update(json.dumps([name, text]).encode())
    for name, file in sorted(request.files.items(multi=True)):
        digest.update(json.dumps([name, file.filename]).encode())
        while chunk := file.stream.read(_CHUNK):
            digest.update(chunk)
        file.stream.seek(0)
    return f"ckan:{tk.config['ckan.site_id']}:hanse:form:{digest.hexdigest()}"
