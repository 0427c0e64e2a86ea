"""What a record is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Dataset = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A dataset as it is handed on, and what only the catalogue knows of it.

    ``dataset``  in the shape of the schema, with our identifiers (CatalogEntry.dataset).
    ``package``  as ``package_show`` returns it: names the identifiers that it came with.
    ``subject``  its IRI.  ``page``  address of its page here.
    ``title``, ``description``  in the reader's language.
    """

    dataset: Dataset
    package: Dataset
    subject: str
    page: str
    title: str
    description: str

    @property
    def id(self) -> str:
        return str(self.package["id"])
