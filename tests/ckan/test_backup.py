"""A backup brought back into an empty site is the same catalogue; nothing else is touched."""

from __future__ import annotations

import contextlib
import json
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import chaos
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner, Result
from emptying import empty
from walks import Listed, act, harvest, record, source
from werkzeug.datastructures import FileStorage

from ckanext.hanse.backup import secret_options
from ckanext.hanse.cli import hanse

CSV = "Straße;Bäume\nLange Straße;12\n".encode()


@pytest.fixture
def storage(tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty storage for this test."""
    folder = tmp_path / "storage"
    folder.mkdir()
    monkeypatch.setitem(tk.config, "ckan.storage_path", str(folder))
    return folder


@pytest.fixture
def uploaded(
    storage: Path, cities: dict[str, dict[str, Any]], officer: Callable[..., Any]
) -> Iterator[dict[str, Any]]:
    """A harvested catalogue, and a dataset made here with a file and a table; gives the file."""
    row = source(cities["rostock"]["id"])
    harvest(row, Listed(record("a", "Aal", "liste"), record("b", "Bäume", "liste")))
    dataset = factories.Dataset(name="selbst", owner_org=cities["rostock"]["id"])
    context = {"user": officer("rostock")["name"]}
    fields = {"package_id": dataset["id"], "name": "Bäume"}
    content = FileStorage(BytesIO(CSV), "baeume.csv")
    found = call_action("resource_create", context, **fields, upload=content)
    act(
        "datastore_create",
        resource_id=found["id"],
        force=True,
        fields=[{"id": "Straße", "type": "text"}, {"id": "Bäume", "type": "int"}],
        records=[{"Straße": "Lange Straße", "Bäume": 12}],
    )
    model.Session.commit()
    yield found
    with contextlib.suppress(tk.ObjectNotFound):
        act("datastore_delete", resource_id=found["id"], force=True)


def ckan(*words: object) -> Result:
    """``ckan hanse …`` in English."""
    return CliRunner().invoke(hanse, [*map(str, words), "--language", "en"])


def saved(folder: Path) -> Path:
    """A backup made below ``folder``."""
    done = ckan("backup", folder)
    assert done.exit_code == 0, done.output
    (made,) = folder.iterdir()
    return made


def emptied(storage: Path, resource: dict[str, Any]) -> None:
    """The site as it is when it was just set up."""
    act("datastore_delete", resource_id=resource["id"], force=True)
    empty()
    shutil.rmtree(storage)
    storage.mkdir()


def rows_of_tables() -> dict[str, int]:
    """How many rows each table of CKAN's database has."""
    model.Session.commit()
    names = sa.inspect(model.Session.connection()).get_table_names()
    found = {name: sa.text(f'SELECT count(*) FROM "{name}"') for name in names}
    return {name: model.Session.scalar(query) for name, query in found.items()}


def test_what_is_restored_equals_what_was_saved(
    uploaded: dict[str, Any], storage: Path, tmp_path: Path
) -> None:
    before, rows = chaos.catalogue_state(), rows_of_tables()
    made = saved(tmp_path / "backups")
    emptied(storage, uploaded)
    assert call_action("package_search")["count"] == 0

    done = ckan("restore", made)
    assert done.exit_code == 0, done.output
    assert "3 datasets" in done.output

    assert chaos.catalogue_state() == before
    assert rows_of_tables() == rows
    (file,) = (path for path in storage.rglob("*") if path.is_file())
    assert file.read_bytes() == CSV
    # By the account that may only read.
    table = call_action("datastore_search", resource_id=uploaded["id"])
    assert [(row["Straße"], row["Bäume"]) for row in table["records"]] == [("Lange Straße", 12)]
    assert call_action("package_search", q="Bäume")["count"] == 2
    act("datastore_upsert", resource_id=uploaded["id"], force=True, method="insert",
        records=[{"Straße": "Neue Straße", "Bäume": 1}])  # fmt: skip
    assert call_action("datastore_search", resource_id=uploaded["id"])["total"] == 2


def test_a_backup_is_for_its_owner_and_holds_no_secret(
    uploaded: dict[str, Any], tmp_path: Path
) -> None:
    made = saved(tmp_path / "backups")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o600}
    text = (made / "configuration.ini").read_text() + (made / "manifest.json").read_text()
    for option in ("SECRET_KEY", "api_token.jwt.encode.secret"):
        assert tk.config[option].removeprefix("string:") not in text
        assert option in text
    password = sa.make_url(tk.config["sqlalchemy.url"]).password
    assert password
    assert password not in text
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["counts"]["datasets"] == 3
    assert manifest["versions"]["ckan"].startswith("2.12")
    with tarfile.open(made / "files.tar.gz") as archive:
        assert len(archive.getnames()) == 1


def test_a_site_with_data_is_never_overwritten(uploaded: dict[str, Any], tmp_path: Path) -> None:
    made = saved(tmp_path / "backups")
    before = rows_of_tables()
    done = ckan("restore", made)
    assert done.exit_code == 1
    assert "not empty: 3 datasets" in done.output
    assert rows_of_tables() == before


def test_a_damaged_backup_changes_nothing(
    uploaded: dict[str, Any], storage: Path, tmp_path: Path
) -> None:
    made = saved(tmp_path / "backups")
    emptied(storage, uploaded)
    before = rows_of_tables()
    for name in ("ckan.dump", "files.tar.gz", "manifest.json"):
        content = (made / name).read_bytes()
        (made / name).write_bytes(content[: len(content) // 2])
        done = ckan("restore", made)
        (made / name).write_bytes(content)
        assert done.exit_code == 1
        assert name in done.output
    assert rows_of_tables() == before
    assert list(storage.iterdir()) == []


def test_a_restore_that_fails_can_be_tried_again(
    uploaded: dict[str, Any], storage: Path, tmp_path: Path
) -> None:
    """Somebody left a process running that holds a table."""
    before = chaos.catalogue_state()
    made = saved(tmp_path / "backups")
    emptied(storage, uploaded)
    engine = sa.create_engine(tk.config["sqlalchemy.url"])
    with engine.connect() as other:
        other.execute(sa.text("SELECT count(*) FROM package"))
        done = ckan("restore", made)
    engine.dispose()
    assert done.exit_code == 1
    assert "lock timeout" in done.output
    assert [path for path in storage.rglob("*") if path.is_file()] == []

    done = ckan("restore", made)
    assert done.exit_code == 0, done.output
    assert chaos.catalogue_state() == before


def test_a_backup_that_fails_leaves_nothing(
    uploaded: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "sqlalchemy.url", "postgresql://nobody:x@127.0.0.1:1/none")
    done = ckan("backup", tmp_path / "backups")
    assert done.exit_code == 1
    assert "pg_dump failed" in done.output
    assert list((tmp_path / "backups").iterdir()) == []
    (tmp_path / "file").touch()
    assert "cannot be written" in ckan("backup", tmp_path / "file" / "below").output
    assert meta.engine is not None


def test_files_and_database_that_disagree_are_told(
    uploaded: dict[str, Any], storage: Path, tmp_path: Path
) -> None:
    (file,) = (path for path in storage.rglob("*") if path.is_file())
    stray = storage / "resources" / "aaa" / "bbb" / "ccc"
    stray.parent.mkdir(parents=True)
    file.rename(stray)
    done = ckan("backup", tmp_path / "backups")
    assert "1 file that no dataset names" in done.output
    assert "resources/aaa/bbb/ccc" in done.output
    assert "1 resource without its uploaded file" in done.output
    assert uploaded["id"] in done.output


@pytest.mark.parametrize(
    ("option", "value", "shown"),
    [
        ("SECRET_KEY", "abc", "***"),
        ("smtp.password", "abc", "***"),
        ("ckanext.s3filestore.aws_secret_access_key", "abc", "***"),
        ("hanse.alerts.webhook", "https://chat.example.org/hooks/abc", "***"),
        ("sqlalchemy.url", "postgresql://ckan:abc@db/ckan", "postgresql://ckan:***@db/ckan"),
        ("ckan.redis.url", "redis://:abc@db:6379/0", "redis://:***@db:6379/0"),
        ("ckan.site_url", "https://daten.example.org", "https://daten.example.org"),
        ("smtp.password", "", ""),
        ("api_token.nbytes", "60", "60"),
    ],
)
def test_secrets_are_known_by_name_and_in_addresses(option: str, value: str, shown: str) -> None:
    assert secret_options.without(option, value) == shown


def test_a_secret_that_is_another_one_now_is_told_with_what_is_lost() -> None:
    kept = secret_options.marks({"SECRET_KEY": "alt", "smtp.password": "gleich", "x.token": "weg"})
    now = {"SECRET_KEY": "neu", "smtp.password": "gleich"}
    assert secret_options.others(kept, now) == ["SECRET_KEY", "x.token"]
