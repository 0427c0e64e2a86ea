"""The one table: what the project knows of DCAT-AP.de 3.0.

``classes/*.yaml`` holds a file per class, ``vocabularies/*.tsv`` a file per
controlled vocabulary.  :mod:`hanse_schemas.table` and
:mod:`hanse_schemas.vocabulary` read them; :mod:`hanse_schemas.make` writes
what is made from them.  Nothing else in the project knows a field.
"""
