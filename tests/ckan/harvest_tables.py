"""The tables of ckanext-harvest 1.6.3, as its migrations leave them in PostgreSQL."""

MAKE = """
CREATE TABLE harvest_source (
    id text NOT NULL PRIMARY KEY, url text NOT NULL, title text, description text, config text,
    created timestamp without time zone, type text NOT NULL, active boolean, user_id text,
    publisher_id text, frequency text, next_run timestamp without time zone
);
CREATE TABLE harvest_job (
    id text NOT NULL PRIMARY KEY, created timestamp without time zone,
    gather_started timestamp without time zone, gather_finished timestamp without time zone,
    finished timestamp without time zone,
    source_id text REFERENCES harvest_source (id) ON DELETE CASCADE, status text NOT NULL
);
CREATE TABLE harvest_object (
    id text NOT NULL PRIMARY KEY, guid text, current boolean,
    gathered timestamp without time zone, fetch_started timestamp without time zone, content text,
    fetch_finished timestamp without time zone, import_started timestamp without time zone,
    import_finished timestamp without time zone, state text,
    metadata_modified_date timestamp without time zone, retry_times integer,
    harvest_job_id text REFERENCES harvest_job (id) ON DELETE CASCADE,
    harvest_source_id text REFERENCES harvest_source (id) ON DELETE CASCADE,
    package_id text REFERENCES package (id) ON DELETE CASCADE DEFERRABLE, report_status text
);
CREATE INDEX guid_idx ON harvest_object USING btree (guid);
CREATE INDEX package_id_idx ON harvest_object USING btree (package_id);
"""
DROP = "DROP TABLE IF EXISTS harvest_object, harvest_job, harvest_source"
