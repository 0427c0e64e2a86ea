"""Checks and previews of a portal in the background: asked for, in line, answered, kept an hour.

A portal may take its time, and a web process has few threads: so pages only ask here, and show
what a process of the worker's found.
"""
