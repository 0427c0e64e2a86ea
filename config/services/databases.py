"""The roles and databases of CKAN and its DataStore, for the site and for the tests.

The names follow CKAN's documentation: one role that owns and writes, and one
that only reads the DataStore.  CKAN itself grants the reader's rights
(``ckan datastore set-permissions``).
"""

from pathlib import Path

from hanse_config.services import secret

OWNER = "ckan"
READER = "datastore_read"
TESTS = ("ckan_test", "datastore_test")
DATABASES = ("ckan", "datastore", *TESTS)


def statements(data: Path) -> str:
    """Return a psql script that creates what is missing and changes nothing else."""
    script = [_role(role, secret.get(data, role)) for role in (OWNER, READER)]
    return "\n".join([*script, *map(_database, DATABASES), *map(_hasty, TESTS)])


def _role(name: str, password: str) -> str:
    # The password is set each time, so that it always matches the secrets file.
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
    """Disable synchronous commits in a tests' database, whose data may be lost in a crash."""
    return f"ALTER DATABASE {name} SET synchronous_commit = off;\n"
