"""SPARQL 1.1 over a store of the whole catalogue: read only, each query in a process with limits.

``answering.ask`` runs a query, ``folder.StoreFolder`` builds a store and swaps it for the last one.
"""
