"""See :mod:`ckanext.hanse.catalogue`."""
