"""``ckan.ini`` and ``test.ini`` of an instance."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest

from hanse_config import site
from hanse_config.services.errors import ServiceError
from hanse_config.services.instance import Instance, Ports


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    ports = Ports(
        web=20100, postgresql=20101, redis=20102, solr=20103, assistants=20104, portals=20110
    )
    return Instance(tmp_path, tmp_path / "100 % data", ports, None)


def read(path: Path) -> configparser.SectionProxy:
    """As CKAN reads it."""
    parser = configparser.ConfigParser(defaults={"here": str(path.parent)})
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser["app:main"]


def test_the_site_and_the_tests_never_share_a_store(instance: Instance) -> None:
    written = site.write(instance)
    ckan, test = read(written.ckan), read(written.test)
    for key in (
        "sqlalchemy.url",
        "ckan.datastore.write_url",
        "ckan.datastore.read_url",
        "ckan.redis.url",
        "solr_url",
        "ckan.storage_path",
        "ckanext.xloader.jobs_db.uri",
        "ckan.site_id",
    ):
        assert ckan[key]
        assert ckan[key] != test[key]


def test_a_folder_name_survives_ckans_interpolation(instance: Instance) -> None:
    ckan = read(site.write(instance).ckan)
    assert ckan["ckan.storage_path"] == str(instance.data / "storage")
    assert Path(ckan["ckan.storage_path"]).is_dir()


def test_keys_are_kept_and_readable_by_the_owner_alone(instance: Instance) -> None:
    written = site.write(instance)
    before = written.ckan.read_bytes()
    assert site.write(instance) == written
    assert written.ckan.read_bytes() == before
    for path in (written.ckan, written.test, instance.data / "secrets.json"):
        assert path.stat().st_mode & 0o077 == 0
    main = read(written.ckan)
    keys = {main[key] for key in ("SECRET_KEY", "WTF_CSRF_SECRET_KEY", "sqlalchemy.url")}
    assert len(keys) == 3


def test_two_instances_have_different_keys(instance: Instance, tmp_path: Path) -> None:
    other = Instance(tmp_path, tmp_path / "other", instance.ports, None)
    first, second = read(site.write(instance).ckan), read(site.write(other).ckan)
    assert first["SECRET_KEY"] != second["SECRET_KEY"]


def test_what_a_site_wants_otherwise_is_kept_and_never_reaches_the_tests(
    instance: Instance,
) -> None:
    site.write(instance)
    (instance.data / "local.ini").write_text("[app:main]\nckan.site_title = Wismar\n", "utf-8")
    written = site.write(instance)
    assert read(written.ckan)["ckan.site_title"] == "Wismar"
    assert read(written.test)["ckan.site_title"] != "Wismar"


def test_a_damaged_local_file_is_named(instance: Instance) -> None:
    instance.data.mkdir()
    (instance.data / "local.ini").write_text("no section here\n", "utf-8")
    with pytest.raises(ServiceError, match=r"local\.ini"):
        site.write(instance)


def test_nobody_registers_and_nobody_but_a_sysadmin_makes_cities(instance: Instance) -> None:
    main = read(site.write(instance).ckan)
    for name in ("create_user_via_web", "user_create_organizations", "create_unowned_dataset"):
        assert main[f"ckan.auth.{name}"] == "false"
    assert main["WTF_CSRF_ENABLED"] == "true"
