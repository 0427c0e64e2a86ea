"""CKAN's register of licences, filled from our vocabulary.

It provides ``isopen``, ``license_title`` and ``license_url`` of a dataset in the API, and the
result of ``license_list``.  An operator's own list (``licenses_group_url``) takes precedence.
"""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.common import CKANConfig
from ckan.model.license import License, LicenseRegister

from ckanext.hanse import language
from hanse_schemas.vocabulary import Concept, vocabulary

_OPEN = frozenset({"yes", "true", "1"})
_CONFORMANCE = {True: "approved", False: "not reviewed"}


class VocabularyLicense(License):
    """A licence of the vocabulary ``licences``; its title is in the reader's language."""

    def __init__(self, concept: Concept) -> None:
        reported = concept.attributes
        rating = _CONFORMANCE[reported.get("open", "").lower() in _OPEN]
        super().__init__(
            {
                "id": concept.iri,
                "url": reported.get("url") or concept.iri,
                "status": "active",
                "family": "",
                "maintainer": "",
                "od_conformance": rating,
                "osd_conformance": "not reviewed",
            }
        )
        self._concept = concept

    @property
    def title(self) -> str:
        return self._concept.label(language.of_page())

    def license_dictize(self) -> dict[str, Any]:
        shown: dict[str, Any] = {**super().license_dictize(), "title": self.title}
        return shown


class VocabularyRegister(LicenseRegister):
    """Licences by IRI and by every spelling the vocabulary knows."""

    def __init__(self) -> None:
        self._known = vocabulary("licences")
        self._by_iri = {concept.iri: VocabularyLicense(concept) for concept in self._known}
        self.licenses = list(self._by_iri.values())

    def __getitem__(self, key: str, default: Any = Exception) -> Any:
        concept = self._known.find(key)
        if concept is not None:
            return self._by_iri[concept.iri]
        if default is Exception:
            raise KeyError(f"License not found: {key}")
        return default


def install(config: CKANConfig) -> None:
    """Make CKAN use our register, unless the operator configured one."""
    if not config.get("licenses_group_url"):
        model.Package._license_register = VocabularyRegister()
