"""Output of ``hanse preview``: JSON lines for programs, and what both forms of it share."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod

from hanse_harvesters.bars import Bars
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.texts import CORE


class Printer(ABC):
    """Receives the records of a run one by one, then the run itself.

    On a terminal the progress is shown on stderr.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = CORE.texts(language)
        self.bars = Bars()
        self._bar = self.bars.add(self._texts.pgettext("preview", "Reading"))

    def record(self, record: Record) -> None:
        """Show one record."""
        self.bars.advance(self._bar)
        self._show(record)

    @abstractmethod
    def _show(self, record: Record) -> None: ...

    @abstractmethod
    def end(self, run: Run) -> None:
        """Show the results of the run."""


class Lines(Printer):
    """One JSON object per record, the summary last."""

    def _show(self, record: Record) -> None:
        print(json.dumps(record.as_json(self.language), ensure_ascii=False))

    def end(self, run: Run) -> None:
        """Print the summary on its own line, and issues of the source as a whole on stderr."""
        for found in run.issues:
            print(
                f"{found.message(self.language)}\n  → {found.remedy(self.language)}",
                file=sys.stderr,
            )
        print(json.dumps({"summary": run.summary(self.language)}, ensure_ascii=False), flush=True)
