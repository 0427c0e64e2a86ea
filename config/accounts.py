"""Logins of the demo: a sysadmin; for each city an administrator and a data officer (editor).

The data officer edits the city's datasets and corrects harvested ones; the administrator
also manages its sources and its members.

Run it where CKAN is installed: ``python -m hanse_config.accounts CITY…``.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from hanse_config.services import secret
from hanse_config.services.instance import Instance, current


@dataclass(frozen=True)
class Login:
    """A user with the initial password; ``city`` and ``role`` are "" for the sysadmin.

    ``role``  CKAN's role: ``editor`` or ``admin``.
    """

    name: str
    password: str
    city: str = ""
    role: str = ""

    @property
    def who(self) -> str:
        """The user's role, as shown in the list of logins."""
        words = {"editor": "data officer of", "admin": "administrator of"}
        return f"{words[self.role]} {self.city}" if self.city else "sysadmin"

    @property
    def fullname(self) -> str:
        """The name shown on pages."""
        words = {"editor": "Datenpflege", "admin": "Verwaltung"}
        return f"{words[self.role]} {self.city.capitalize()}" if self.city else "Administration"


def logins(instance: Instance, cities: Sequence[str]) -> list[Login]:
    """Return the demo's logins; passwords are created once and stored with the other secrets."""

    def password(name: str) -> str:
        return secret.get(instance.data, f"login_{name}")[:16]

    found = [Login("admin", password("admin"))]
    for city in cities:
        found.append(Login(f"{city}-verwaltung", password(f"{city}-verwaltung"), city, "admin"))
        found.append(Login(f"{city}-daten", password(city), city, "editor"))
    return found


def ensure(instance: Instance, wanted: Sequence[Login]) -> None:
    """Create missing users and assign their roles; leave all others unchanged."""
    from ckan.cli import CKANConfigLoader
    from ckan.config.middleware import make_app

    app = make_app(CKANConfigLoader(str(instance.data / "ckan.ini")).get_config())
    with app._wsgi_app.app_context():
        for login in wanted:
            _ensure(login)


def _ensure(login: Login) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model

    context = {
        "ignore_auth": True,
        "user": tk.get_action("get_site_user")({"ignore_auth": True})["name"],
    }
    if model.User.get(login.name) is None:
        details = {
            "name": login.name,
            "password": login.password,
            "email": f"{login.name}@hanse.example",
            "fullname": login.fullname,
        }
        tk.get_action("user_create")(dict(context), details)
    if login.city:
        member = {"id": login.city, "username": login.name, "role": login.role}
        tk.get_action("organization_member_create")(dict(context), member)
    else:
        model.User.get(login.name).sysadmin = True
        model.repo.commit_and_remove()


def main(cities: Sequence[str]) -> int:
    """Create the logins of the given cities."""
    instance = current()
    ensure(instance, logins(instance, cities))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
