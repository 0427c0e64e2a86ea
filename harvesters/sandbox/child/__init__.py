"""The child process that parses documents; :mod:`hanse_harvesters.sandbox.document` starts it.

It reads a document from standard input, a file, and writes JSON lines to a pipe.
It imports nothing of the project outside this folder but the limits it sets itself, so
that it starts quickly and holds little that could leak; and a connector's own parser, if
it is started for one.
"""
