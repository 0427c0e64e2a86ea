"""How changed records become datasets: the two writers, and the search index."""
