"""The roles and databases of CKAN and its DataStore, for the site and for the tests.

The names follow CKAN's documentation: one role that owns and writes, and one
that only reads the DataStore.  What the reader may see is set by CKAN itself
(``ckan datastore set-permissions``).
"""

from pathlib import Path

from hanse_config.services import secret

OWNER = "ckan"
READER = "datastore_read"
TESTS = ("ckan_test", "datastore_test")
DATABASES = ("ckan", "datastore", *TESTS)


def statements(data: Path) -> str:
    """A psql script that makes what is missing and changes nothing else."""
    script = [_role(role, secret.get(data, role)) for role in (OWNER, READER)]
    return "\n".join([*script, *map(_database, DATABASES), *map(_hasty, TESTS)])


def _role(name: str, password: str) -> str:
    # The password is set each time, so that the secrets file is what counts.
    return f"""
SELECT 'CREATE ROLE {name}'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') \\gexec
ALTER ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}';
"""


def _database(name: str) -> str:
    return f"""
SELECT 'CREATE DATABASE {name} OWNER {OWNER} ENCODING ''UTF8'' TEMPLATE template0'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{name}') \\gexec
"""


def _hasty(name: str) -> str:
    """What a crash may take from the tests' databases is worth no wait at every commit."""
    return f"ALTER DATABASE {name} SET synchronous_commit = off;\n"
