"""What a run over one source is: lease, walk, compare, report, withdrawal."""
