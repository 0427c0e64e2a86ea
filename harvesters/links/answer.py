"""What one check of a link brought."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from hanse_harvesters.messages import messages


class Outcome(enum.Enum):
    """How one check ended.

    ``OK``       a 2xx, also after temporary redirects.
    ``MOVED``    a 2xx after permanent redirects (301, 308): another address should be entered.
    ``UNSURE``   nothing follows from it: 401, 403, 429, 5xx, no connection, TLS, a login page.
    ``ABSENT``   404, 410 or no such host; a link is dead only after three on three days.
    ``REFUSED``  not asked: robots.txt, another scheme, a private address.
    """

    OK = "ok"
    MOVED = "moved"
    UNSURE = "unsure"
    ABSENT = "absent"
    REFUSED = "refused"


class LinkState(enum.Enum):
    """What a reader is shown of a link; ``PENDING`` until its first check."""

    PENDING = "pending"
    OK = "ok"
    MOVED = "moved"
    UNSURE = "unsure"
    DEAD = "dead"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Learned:
    """What headers and the first 4 kB tell of a document; "" or None for what they do not.

    ``format``         EU file-type code (``CSV``, ``WMS_SRVC``), of the content if packed.
    ``packing``        ``ZIP``, ``GZIP`` … around it.
    ``sure``           False if the format is read from the look of a text (CSV, TXT).
    ``detail``         ``login``, ``challenge``, ``exception``, ``error`` (a message in place of
                       the data), the root of an XML document, or "".
    ``media_type``     as the server declares it, in lower case, without parameters.
    ``charset``        by a byte order mark, the document's own word, or its bytes; "" for ASCII.
    ``served_charset`` as the server declares it.
    ``delimiter``      of a CSV.
    ``size``           of the file in bytes; None if the server does not say.
    ``last_modified``  ISO 8601 with zone.
    """

    format: str = ""
    packing: str = ""
    sure: bool = True
    detail: str = ""
    media_type: str = ""
    charset: str = ""
    served_charset: str = ""
    delimiter: str = ""
    size: int | None = None
    last_modified: str = ""
    etag: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, for :meth:`from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Learned:
        """Restore it; keys of another version are left."""
        return cls(**{name: stored[name] for name in cls.__slots__ if name in stored})


@dataclass(frozen=True, slots=True)
class Answer:
    """One check of one link.

    ``url``       the link, as it is declared.
    ``at``        when, with zone.
    ``status``    of the last response, 0 if there was none.
    ``final_url`` where the document is, after all redirects; "" if that is ``url``.
    ``moved_to``  where the permanent redirects at the beginning lead; "" if there are none.
    ``reason``    id in ``messages.yaml``, "" for a plain 2xx; ``params`` its values.
    ``learned``   of a 2xx; None for anything else.
    ``seconds``   of all requests; ``after`` asked for by ``Retry-After``.
    ``asked``     False if the host was given up and this is concluded from its other links.
    """

    url: str
    at: datetime
    outcome: Outcome
    status: int = 0
    final_url: str = ""
    moved_to: str = ""
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    learned: Learned | None = None
    seconds: float = 0.0
    after: float | None = None
    asked: bool = True

    def why(self, language: str = "en") -> str:
        """Return what happened, in the reader's language; "" for a plain 2xx."""
        return messages()[self.reason].what(language, self.params) if self.reason else ""

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, for :meth:`from_json`."""
        own = {name: getattr(self, name) for name in self.__slots__}
        return {
            **own,
            "at": self.at.isoformat(),
            "outcome": self.outcome.value,
            "params": dict(self.params),
            "learned": self.learned.as_json() if self.learned else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Answer:
        """Restore an answer."""
        own = {name: stored[name] for name in cls.__slots__ if name in stored}
        learned = stored.get("learned")
        own |= {
            "at": datetime.fromisoformat(stored["at"]),
            "outcome": Outcome(stored["outcome"]),
            "learned": Learned.from_json(learned) if learned else None,
        }
        return cls(**own)
