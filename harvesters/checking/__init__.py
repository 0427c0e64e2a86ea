"""What is wrong with a catalogue, and how good it is: ``hanse check``, without a catalogue site.

``closure``    what a document states about a node, as a validator needs it.
``places``     which part of a dataset each of its nodes became.
``own``        the statements of an RDF source itself.
``causes``     issues of shapes beside those of reading: one cause is told once.
``official``   the figures of the official validator over the source's own RDF.
``check``      a walk over a source: every dataset with its issues and its score.
``tally``      counts, groups and the worst datasets of a walk, in little memory.
``groups``, ``dimensions``, ``report``   what all reports show.
``lines``, ``overview``, ``page``   a report as JSON lines, on a terminal, as an HTML page.
"""
