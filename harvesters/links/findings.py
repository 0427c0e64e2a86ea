"""What a dataset's maintainer is told of a link: issues of ``rules.yaml``."""

from __future__ import annotations

from hanse_harvesters.issue import Issue
from hanse_harvesters.links.answer import Answer
from hanse_harvesters.links.record import LinkRecord
from hanse_harvesters.links.target import Declared


def findings(declared: Declared, record: LinkRecord | None) -> tuple[Issue, ...]:
    """Return what is wrong with a link, and what its file is unlike what the dataset declares.

    Rules: ``link-dead``, ``link-failing`` (absent, not yet on three days), ``link-unsure``,
    ``link-moved``, ``link-refused`` (not asked), ``link-empty``, ``link-html-instead``,
    ``link-format-differs``, ``link-media-type-differs``, ``link-size-differs``,
    ``link-packed``, ``link-service-error``.  A link whose host is given up has no finding of its
    own (``record.answer.asked`` is False): see :func:`host_finding`.
    """
    raise NotImplementedError


def host_finding(host: str, answer: Answer, links: int, days: int) -> Issue:
    """Return the one finding for a host that does not answer: ``link-host-dead``.

    ``answer``  of one of its links; ``links`` that lead there; ``days`` on which it failed.
    """
    raise NotImplementedError
