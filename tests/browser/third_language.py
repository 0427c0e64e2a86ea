"""Says what of ours the filled site does not say in a third language.

``python third_language.py INI NAMES``, a process of its own, with ``$HANSE_I18N``; NAMES as
``fill.py`` gave them.  The last line it prints is JSON: ``{"seen": how many answers there were,
"wrong": {where: {what is said: the text of the catalogue that it is}}}``.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pages
import untranslated
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from pseudo_language import LANGUAGE, mark

#: Who asks for which pages.
ROLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "visitor": ("", (*pages.VISITOR, *pages.REFUSALS)),
    "editor": ("rostock-daten", pages.EDITOR),
    "administrator": ("wismar-verwaltung", pages.ADMINISTRATOR),
    "sysadmin": ("betrieb", pages.SYSADMIN),
}
REPORTS = (
    "/harvest/source/nachbau-wismar/issues.csv",
    "/harvest/source/nachbau-wismar/issues.json",
    "/harvest/source/nachbau-wismar/corrections.csv",
    "/harvest/source/nachbau-wismar/corrections.json",
)
COMMANDS = (
    ("source", "list"),
    ("source", "show", "nachbau-wismar"),
    ("source", "show", "no-such-source"),
    ("source", "sync"),
    ("source", "remove", "nachbau-stralsund"),
    ("harvest",),
    ("harvest", "nachbau-wismar", "--dry-run", "--limit", "3"),
    ("tick",),
    ("doctor",),
    ("duplicates", "list"),
    ("duplicates", "list", "--of", "suggested"),
    ("alert", "test", "nachbau-wismar"),
    ("restore", "/"),
)
#: What looks like a text of ours and is none → what it is.
NO_TEXT = {
    "deleted the": "of CKAN's stream of activities",
    "Tag": "a column of the table",
    "Token": "of CKAN's page of its own tokens",
    "page": "a key of the list of issues",
    "warning": "the same",
    "paused:": "a key of a source",
    "level: city": "a key of a source and its value",
    "Error:": "click's",
    "About:": "CKAN's",
    "Spielplatz": "a keyword of a dataset",
    ": Baum –": "what was searched for",
    "OGC API": "a name",
    "dataset": "a type of records",
    "publisher": "a role in a record",
    "Adressen": "a keyword of a dataset",
    "(Adressen)": "a keyword of a dataset",
    "Table": "CKAN's name of a view",
    "Tabelle": "the title of a view",
    "None": "a field without a value",
}
OCCASIONS = ("failed", "held", "issues", "always", "test")


def main(ini: str, names: Mapping[str, str]) -> None:
    """Ask for everything, and judge it."""
    os.environ["COLUMNS"] = "1000"  # what rich breaks is not the same text any more
    config = CKANConfigLoader(ini).get_config()
    config["ckan.locales_offered"] = f"de en {LANGUAGE}"
    app = make_app(config)
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined]
        _label()
        tokens = {account: _token(account) for account, _ in ROLES.values() if account}
    asked = app._wsgi_app.test_client(use_cookies=False)  # type: ignore[attr-defined]
    answers = dict(
        (
            *_pages(asked, tokens, names),
            *_reports(asked, tokens),
            *_commands(),
            *_mails(app, names),
        )
    )
    ours = untranslated.ours({item for said in answers.values() for item in said} - NO_TEXT.keys())
    wrong = {
        where: found
        for where, said in answers.items()
        if (found := {item: ours[item] for item in said if item in ours})
    }
    print(json.dumps({"seen": len(answers), "wrong": wrong}))


def _label() -> None:
    """Give the table, its forms and the vocabularies labels, as who adds a language does."""
    import ckan.plugins.toolkit as tk

    from hanse_schemas import table, vocabulary

    _add(tk.h.scheming_dataset_schemas())
    _add(tk.h.scheming_organization_schemas())
    for cls in table.classes().values():
        for entity in (cls, *cls.properties):
            _add([entity.label, entity.help])
    plain = vocabulary.Concept.label

    def label(self: Any, language: str) -> str:
        found = plain(self, "en" if language == LANGUAGE else language)
        return mark(found) if language == LANGUAGE else found

    vocabulary.Concept.label = label  # type: ignore[method-assign]


def _add(found: Any) -> None:
    if isinstance(found, dict) and {"de", "en"} <= found.keys():
        found[LANGUAGE] = mark(found["en"])
    elif isinstance(found, dict | list | tuple):
        for item in found.values() if isinstance(found, dict) else found:
            _add(item)


def _token(account: str) -> str:
    import ckan.plugins.toolkit as tk

    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    made = tk.get_action("api_token_create")(
        {"ignore_auth": True, "user": site}, {"user": account, "name": "pseudo"}
    )
    return str(made["token"])


def _pages(
    asked: Any, tokens: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    for role, (account, paths) in ROLES.items():
        headers = {"Accept": "text/html"}  # at an address for programs too
        headers |= {"Authorization": tokens[account]} if account else {}
        for template in paths:
            path = f"/{LANGUAGE}{template.format(**names)}"
            answer = asked.get(path, headers=headers, follow_redirects=False)
            wanted = pages.REFUSALS.get(template, 200) if role == "visitor" else 200
            if answer.status_code != wanted:
                sys.exit(f"{role} {path}: {answer.status_code}")
            yield f"{role} {template}", untranslated.of_page(answer.text)


def _reports(asked: Any, tokens: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    headers = {"Authorization": tokens["wismar-verwaltung"]}
    for path in REPORTS:
        answer = asked.get(f"/{LANGUAGE}{path}", headers=headers)
        text = answer.text.lstrip("\ufeff")
        if path.endswith("json"):
            said = [str(value) for row in json.loads(text) for value in row.values()]
        else:
            said = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        yield path, [piece for item in said for piece in untranslated.outside([item])]


def _commands() -> Iterator[tuple[str, list[str]]]:
    from click.testing import CliRunner

    from ckanext.hanse.cli import hanse

    for words in COMMANDS:
        done = CliRunner().invoke(hanse, [*words, "--language", LANGUAGE])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        yield (
            "ckan hanse " + " ".join(words),
            list(untranslated.outside(done.output.splitlines(True))),
        )


def _mails(app: Any, names: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    from ckan import model

    from ckanext.hanse.model import HarvestRun, HarvestSource
    from ckanext.hanse.notifications import text

    with app._wsgi_app.test_request_context():
        source = model.Session.query(HarvestSource).filter_by(name="nachbau-wismar").one()
        run = model.Session.get(HarvestRun, int(names["run-wismar"]))
        for occasion in OCCASIONS:
            told = text.AlertMessage(occasion, source, run, {"title-missing": 2})
            mail = [text.subject(told, LANGUAGE), text.body(told, LANGUAGE)]
            mail.append(text.payload(told, LANGUAGE)["text"])
            yield (
                f"mail {occasion}",
                [part for item in mail for part in untranslated.outside([item])],
            )


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
