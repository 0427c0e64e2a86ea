"""The table: all the project's knowledge about DCAT-AP.de 3.0.

``classes/*.yaml`` has a file per class, ``vocabularies/*.tsv`` a file per
controlled vocabulary.  :mod:`hanse_schemas.table` and
:mod:`hanse_schemas.vocabulary` read them; :mod:`hanse_schemas.make` writes
the files generated from them.  No other part of the project defines a field.
"""
