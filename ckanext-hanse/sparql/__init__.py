"""The store that answers queries (SPARQL): what is in it, when it is built, what it may cost."""
