"""Loads uploaded tables into the DataStore.

``sheet``      rows of a spreadsheet, read by a child process with limits.
``numbers``    numbers in common notations.
``dates``      dates and times in common notations.
``columns``    the type of a column, determined by all its values.
``headers``    where the table begins in a file, and the names of its columns.
``normalise``  a file of any of these formats → one CSV file for PostgreSQL.
``store``      that file → a table of the DataStore, by COPY.
``report``     the notes, stored for the page.
``job``        the job of xloader's worker that uses all of these.

All but the last three do not depend on CKAN.  What lists of datasets are read by as well stands in
:mod:`hanse_harvesters.tables`: rows of a CSV file, and why a file is not a table.
"""
