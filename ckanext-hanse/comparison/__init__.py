"""The cities compared by the model datasets of the Musterdatenkatalog.

``published``  the public datasets that are a model dataset, in one request to Solr.
``matrix``     model datasets by cities, narrowed by filters.
``coverage``   one city: what it has of them, what the others publish and it does not.
``side``       one model dataset over all cities, with the differences in words.
``meeting``    the list for the next meeting as a spreadsheet.
"""
