"""Map records of ISO 19139 to datasets of our schema, by ``schemas/mappings/iso19139.yaml``.

``read`` maps one record with the services coupled to it, ``facts`` states what the walk over a
catalogue must know of it, ``identity`` and ``identifiers`` only who it is, and
``plain`` is the form in which identifiers are compared, ``called`` what the data are called.
"""

from hanse_harvesters.mapping.iso19139.facts import (
    RecordFacts,
    called,
    facts,
    identifiers,
    identity,
    plain,
)
from hanse_harvesters.mapping.iso19139.reader import read

__all__ = ["RecordFacts", "called", "facts", "identifiers", "identity", "plain", "read"]
