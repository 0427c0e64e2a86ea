"""Find the catalogue of a portal whose address somebody typed.

:mod:`.search` asks a few places that the connectors name, :mod:`.examine` looks into what was
found and writes the entry for it; :mod:`.visit` keeps all requests polite and within limits.
"""
