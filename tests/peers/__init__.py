"""Real software of others as portals: ``make test-peers``."""
