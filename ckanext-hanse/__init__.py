"""The CKAN side of the joint catalogue."""
