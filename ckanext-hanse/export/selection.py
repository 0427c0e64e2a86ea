"""Which datasets are handed on: by organization, theme, licence, high-value data and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: In ``hvd``: high-value datasets of every category.
ANY = "*"


@dataclass(frozen=True, slots=True)
class Selection:
    """Public, active datasets that fulfil every condition; one without values selects all.

    ``organizations``  ids or names.
    ``themes``, ``licences``  IRIs.
    ``hvd``            codes of main categories of high-value data, or :data:`ANY`.
    ``since``          changed at that time or later; with a time zone.
    ``withheld``       also those that are not to be delivered to other catalogues.
    """

    organizations: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    hvd: tuple[str, ...] = ()
    since: datetime | None = None
    withheld: bool = False


#: Everything that is handed on.
ALL = Selection()
