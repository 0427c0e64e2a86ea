"""Uploaded tables on their way into the DataStore.

``notes``      what readers are told about a table, and why a file is none.
``text_file``  rows of a CSV file: encoding, separator, quotation.
``sheet``      rows of a spreadsheet, read by a child process with limits.
``numbers``    numbers as people write them.
``dates``      days and times as people write them.
``columns``    the type of a column, decided by all its values.
``headers``    where the table begins in a file, and what its columns are called.
``normalise``  a file of any of these kinds → one CSV file that PostgreSQL takes.
``store``      that file → a table of the DataStore, by COPY.
``report``     what was noted, kept for the page.
``job``        what xloader's worker does with all this.

All but the last three need no CKAN.
"""
