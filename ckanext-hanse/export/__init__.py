"""The catalogue handed on as RDF: pages of datasets, and one dataset."""
