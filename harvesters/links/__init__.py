"""Whether the links of a catalogue still lead anywhere: asked politely, judged with patience.

``target``    the links of a dataset and what it declares about each.
``check``     one check of one link: an :class:`Answer`, with what the first 4 kB tell.
``record``    what is known of a link over time: :func:`advance`, :func:`counts`.
``findings``  what a dataset's maintainer is told: issues of ``rules.yaml``.
``round``     a night's work: many links, many hosts, one request per host at a time.
"""

from hanse_harvesters.links.answer import Answer, Learned, LinkState, Outcome
from hanse_harvesters.links.check import check
from hanse_harvesters.links.findings import findings, host_finding, is_silent
from hanse_harvesters.links.plan import Limits, Night, Supply
from hanse_harvesters.links.record import LinkRecord, advance, counts
from hanse_harvesters.links.round import Round
from hanse_harvesters.links.target import Declared, Kind, Target, host_of, key_of, of_dataset

__all__ = [
    "Answer",
    "Declared",
    "Kind",
    "Learned",
    "Limits",
    "LinkRecord",
    "LinkState",
    "Night",
    "Outcome",
    "Round",
    "Supply",
    "Target",
    "advance",
    "check",
    "counts",
    "findings",
    "host_finding",
    "host_of",
    "is_silent",
    "key_of",
    "of_dataset",
]
