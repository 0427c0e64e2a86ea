"""Spreadsheets: a city's list of datasets, and what is common to all files with rows.

``notes``      why a file is not a table, and notes about one.
``text_file``  rows of a CSV file: encoding, separator, quoting.
``package``    what a file is by its content; the zip directory, judged before it is unpacked.
``cells``      the values of a spreadsheet as text.
``parse``      the parser of the connector ``table``: a file → sheets and rows.
``columns``    the columns of ``schemas/mappings/table.yaml``, and how headers are recognised.
``places``     places of cells as people name them.
``sheet_parts`` the sheets of an .xlsx as XML.
``flaws``      cells of an .xlsx that have no value to read.
``links``      what cells link to where they show something else.
``meant``      what a cell means where its value is something else.
``sheet``      a sheet's header, its columns, and its rows by column.
``datasets``   rows → datasets with their files.
``listing``    all sheets and datasets of a list, or why it is none.
``mapping``    a dataset of the list → a dataset dict.
``layout``     our workbook: bands, headers, drop-downs, help.
``template``   the empty list.          ``template.write(target, language=…)``
``completed``  a list with every Kennung. ``completed.write(target, listing, language=…)``
``errors``     a list with its issues.  ``errors.write(target, checked, language=…)``
``checked``    a list, harvested up to *judge* without a catalogue: ``checked.check(…)``
"""
