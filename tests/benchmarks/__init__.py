"""``make benchmark``: our harvest beside its peers and beside the floor; see BENCHMARKS.md."""
