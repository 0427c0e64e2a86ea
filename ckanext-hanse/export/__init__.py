"""Export of the catalogue as RDF: pages of datasets, and single datasets."""
