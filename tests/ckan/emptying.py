"""An empty catalogue, in one statement: every test begins with one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import search

from ckanext.hanse.link_checks import jobs as link_jobs
from ckanext.hanse.scheduler import jobs
from ckanext.hanse.store import page_generation

#: Those that are filled, in an order in which no row is left behind by what it refers to.
#: (CKAN's own ``delete_all`` asks for each table by itself, whether it is there.)
_DELETE = """
DO $$ DECLARE name text; found boolean; BEGIN
  FOREACH name IN ARRAY ARRAY[{names}] LOOP
    IF to_regclass(name) IS NOT NULL THEN
      EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO found;
      IF found THEN EXECUTE format('DELETE FROM %s', name); END IF;
    END IF;
  END LOOP;
END $$
"""

#: How often the tables are emptied if a transaction of another process is in the way.
_TRIES = 5


def empty() -> None:
    """No datasets, organisations, users, sources; nothing in the index, no job in a queue."""
    model.Session.rollback()
    model.Session.remove()
    tables = reversed(model.meta.metadata.sorted_tables)
    names = [table.name for table in tables if table.name != "alembic_version"]
    quoted = ", ".join(f"""'"{name}"'""" for name in names)
    for tries_left in reversed(range(_TRIES)):
        try:
            model.Session.execute(sa.text(_DELETE.format(names=quoted)))
            model.Session.commit()
            break
        except sa.exc.OperationalError:  # a deadlock with what a test left at work
            model.Session.rollback()
            if not tries_left:
                raise
    model.Session.remove()
    page_generation.current.renew()  # the statement above names no table
    search.clear_all()
    for queue in (jobs.queue(), link_jobs.queue()):
        queue.empty()


@contextmanager
def one_commit() -> Iterator[None]:
    """Datasets made within are found once all are: one commit of the index, not one for each."""
    before = tk.config.get("ckan.search.solr_commit")
    tk.config["ckan.search.solr_commit"] = False
    try:
        yield
    finally:
        tk.config["ckan.search.solr_commit"] = before
    search.commit()
