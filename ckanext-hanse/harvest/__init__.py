"""A run over one source: lease, walk, comparison, report, withdrawal."""
