"""Pages of a catalogue service, asked for in the way that it understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hanse_harvesters.errors import StopRun
from hanse_harvesters.http import Answer, BadStatus
from hanse_harvesters.sources import csw_answers as answers
from hanse_harvesters.sources.ahead import Ahead
from hanse_harvesters.sources.csw_dialects import Dialects
from hanse_harvesters.sources.csw_options import Options
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.page_walk import PageWalk

_XML = "application/xml; charset=utf-8"


class Pages:
    """Asks for pages by position; prefetches one.  Use ``with``.

    ``types``         the only types of records that are asked for; () for those of the options.
    ``operating_on``  identifiers of data sets, one of which a service must operate on; then
                      nothing else of the options is asked for.
    """

    def __init__(
        self, get: Callable[[str], Answer], client: Fetches, dialects: Dialects, options: Options
    ) -> None:
        self.types: tuple[str, ...] = ()
        self.operating_on: tuple[str, ...] = ()
        self.dialects = dialects
        self._get, self._client, self._options = get, client, options
        self._ahead = Ahead(self._sent)
        self._refusal: StopRun | None = None

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._ahead.close()

    def ask(self, walk: PageWalk) -> Answer:
        """Return the page at which a walk stands."""
        return self._ahead.get(f"{walk.start} {walk.rows}")

    def begin(self, start: int, rows: int) -> None:
        """Fetch a page in the background."""
        self._ahead.begin(f"{start} {rows}")

    def _sent(self, page: str) -> Answer:
        start, rows = (int(number) for number in page.split())
        dialect = self.dialects.current
        constraint = dialect.constraint(self._options, self.types, self.operating_on)
        with explaining():
            if dialect.method == "GET":
                return self._get(dialect.address(constraint, start + 1, rows))
            document = dialect.document(constraint, start + 1, rows)
            return self._client.submit(dialect.url, document, _XML)

    def otherwise(self, walk: PageWalk, error: StopRun) -> bool:
        """Find other words after the first page failed; return False to ask for less instead.

        Raises the first refusal if there is nothing left to try.
        """
        self._refusal = self._refusal or error
        if walk.rows == walk.usual:
            if answers.is_elsewhere(error) and self.dialects.other_way():
                return True
            if answers.is_refusal(error) and self.dialects.other_words():
                return True
            self.dialects.back()
        if walk.rows == 1 or not answers.may_be_size(error):
            raise self._refusal
        return False


@contextmanager
def explaining() -> Iterator[None]:
    """Add the text of an exception report to a refusal."""
    try:
        yield
    except BadStatus as error:
        raise answers.explained(error) from error
