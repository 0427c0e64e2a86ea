"""Checks and previews of a portal in the background: requested, queued, answered, kept an hour.

A portal may be slow, and a web process has few threads: so pages only request them here, and
show the result of a worker process.
"""
