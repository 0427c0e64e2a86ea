"""The child process that parses foreign bytes; :mod:`hanse_harvesters.sandbox.document` starts it.

It reads a document from standard input, a file, and writes JSON lines to
standard output.  It imports nothing of the project outside this folder, so
that it starts quickly and has little to give away.
"""
