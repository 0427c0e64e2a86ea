"""Visitors of the site under test: each with an address and cookies of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ckan import model


@dataclass
class Visitor:
    """Somebody's browser: keeps cookies, follows no redirect.

    ``headers`` go with every request, as a proxy would add them.
    """

    site: Any
    address: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)
    client: Any = None

    def __post_init__(self) -> None:
        self.client = self.site.test_client()

    def sign_in(self, user: dict[str, Any]) -> None:
        """Begin a session of this user, without the form."""
        self.client = self.site.test_client(user=model.User.get(user["id"]))

    def get(self, path: str, **more: Any) -> Any:
        """The answer to a GET."""
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        """The answer to a POST."""
        return self.ask("POST", path, **more)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer to any request."""
        more["headers"] = {**self.headers, **more.get("headers", {})}
        return self.client.open(
            path,
            method=method,
            base_url="http://localhost",  # where the client keeps a session's cookie
            follow_redirects=False,
            environ_overrides={"REMOTE_ADDR": self.address},
            **more,
        )

    def log_in(self, name: str, password: str, **more: str) -> Any:
        """The answer to the form of signing in."""
        return self.post("/user/login", data={"login": name, "password": password, **more})
