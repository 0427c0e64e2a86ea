"""Rules for who is notified of a run, and on which occasions; sends nothing itself."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from hanse_harvesters.errors import AddressRefused, ConfigError, recast
from hanse_harvesters.http import address
from hanse_harvesters.settings import dataclass_config

FAILED, HELD, ISSUES, ALWAYS, LINKS = "failed", "held", "issues", "always", "links"
#: What a message may be about.  Of those of a run the first that applies is used.
OCCASIONS = (FAILED, HELD, ISSUES, ALWAYS, LINKS)
MAIL, WEBHOOK = "mail", "webhook"

_MAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\".]+")
_MOST_TARGETS = 20


@dataclass(frozen=True, slots=True)
class AlertRules:
    """The recipients (``mail`` addresses, ``webhook`` URLs) and ``on`` which occasions.

    ``failed``  the run ended early, or could not see everything the source has.
    ``held``    so many records are missing at the portal that a person must approve the run.
    ``issues``  more than ``more_than`` issues that the last complete run did not have.
    ``always``  every run.
    ``links``   links of the city lead nowhere since the last message; at most one a day.
    """

    mail: tuple[str, ...] = ()
    webhook: tuple[str, ...] = ()
    on: tuple[str, ...] = (FAILED, HELD)
    more_than: int = 0

    def targets(self) -> list[tuple[str, str]]:
        """Return the (channel, address) pair of every recipient, without duplicates."""
        both = [(MAIL, target) for target in self.mail]
        return list(dict.fromkeys([*both, *((WEBHOOK, target) for target in self.webhook)]))

    def as_json(self) -> dict[str, Any]:
        """Return the rules as a dict that :func:`rules` accepts."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}


def rules(
    raw: Any,
    *,
    default: AlertRules | None = None,
    allowed_private: frozenset[str] = frozenset(),
    where: dataclass_config.Where | None = None,
) -> AlertRules:
    """Return the rules in a mapping; keys that are absent take the value of ``default``.

    An empty list means no recipients.  Raises ConfigError, with its place, for an unknown key
    or occasion, an invalid mail address, and a URL that may not be requested.
    """
    place = where or (lambda key: f"alerts.{key}".rstrip("."))
    found = dataclass_config.build(AlertRules, raw, place)
    _check(found, place, allowed_private)
    if default is None:
        return found
    named = {item.name for item in fields(AlertRules)} & set(raw)
    return replace(default, **{name: getattr(found, name) for name in named})


def _check(
    found: AlertRules, place: dataclass_config.Where, allowed_private: frozenset[str]
) -> None:
    for occasion in found.on:
        if occasion not in OCCASIONS:
            raise ConfigError(
                "alert-occasion", where=place("on"), value=occasion, known=list(OCCASIONS)
            )
    for target in found.mail:
        if not _MAIL.fullmatch(target) or len(target) > 254:
            raise ConfigError("alert-mail", where=place(MAIL), value=target[:300])
    for target in found.webhook:
        try:
            address.refuse_literal(target, allowed_private, where=place(WEBHOOK))
        except AddressRefused as error:
            raise recast(error, ConfigError) from error
    for channel in (MAIL, WEBHOOK):
        if len(getattr(found, channel)) > _MOST_TARGETS:
            raise ConfigError("alert-targets", where=place(channel), most=_MOST_TARGETS)
    if found.more_than < 0:
        raise ConfigError("alert-number", where=place("more_than"), value=found.more_than)


def occasion(wanted: AlertRules, *, status: str, complete: bool, new_issues: int | None) -> str:
    """Return the occasion on which a run is reported, "" if it is not reported.

    ``status`` of the run (``success``, ``partial``, ``held``, ``failed``);
    ``new_issues`` is None if there is no earlier run to compare with.
    """
    found = {
        FAILED: status in {"failed", "partial"},
        HELD: status == "held",
        ISSUES: complete and new_issues is not None and new_issues > wanted.more_than,
        ALWAYS: True,
    }
    return next((name for name, applies in found.items() if applies and name in wanted.on), "")


def new_issues(now: Mapping[str, int], before: Mapping[str, int]) -> int:
    """Return the number of new issues, summed by rule; resolved issues do not offset new ones."""
    return sum(max(0, number - before.get(rule, 0)) for rule, number in now.items())


def signature(secret: str, body: bytes) -> str:
    """Return ``sha256=…`` (HMAC, RFC 2104), which proves to a receiver that we sent ``body``."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
