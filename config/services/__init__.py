"""PostgreSQL, Redis and Solr of one instance: installed, started, watched, stopped.

Run as ``python3 -m hanse_config.services start|stop|status|install``.  Only the
standard library is used, so that any Python 3.10 runs it before anything else
of the project is installed.
"""
