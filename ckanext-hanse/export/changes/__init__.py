"""The feed of changes, by which a mirror keeps up without walking the catalogue."""
