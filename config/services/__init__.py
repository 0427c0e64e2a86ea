"""PostgreSQL, Redis and Solr of one instance: installed, started, checked, stopped.

Run as ``python3 -m hanse_config.services start|stop|status|install``.  Only the
standard library is used, so that any Python 3.10 can run it before the rest
of the project is installed.
"""
