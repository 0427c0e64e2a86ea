"""Builds Solr queries.

There are two kinds of query, distinguished by the text before a colon:

* *words*, typed by people.  Searched with edismax in our fields.  Nothing in them
  is an error: ``Rostock:Straßen``, ``C++`` and a lone ``"`` are words too.
* *fields*, sent by programs (``owner_org:"…"``, ``res_format:CSV Baum``).
    Passed to CKAN unchanged: Solr's own syntax, with AND between words.
"""

from __future__ import annotations

import re
from typing import Any

from hanse_harvesters.german.letters import compose, fold

FIELD_BOOSTS = {
    "title_x": 12,
    "title_de": 10,
    "title_en": 8,
    "title_parts": 8,
    "tags_x": 6,
    "tags_de": 5,
    "tags_parts": 3.5,
    "syn_de": 2,
    "syn_en": 2,
    "res_de": 1.5,
    "org_x": 1,
    "ids_x": 1,
    "text": 1,
    "text_en": 1,
    "text_parts": 0.5,
}
"""A word as written ranks above its other forms, those above a part of a compound, a title
above a tag, a tag above text; ``title_parts`` above tags, or "Denkmal" buries "Baudenkmale"."""

QUERY_FIELDS = " ".join(f"{name}^{boost:g}" for name, boost in FIELD_BOOSTS.items())
TIE = "0.1"
SUBJECT = 1.5
MOST_WORDS = 40
"""Searched in each of the fields; Solr refuses a query of more than 1,024 clauses."""
MOST_SUBJECTS = 5
"""Words of a query whose datasets are ranked first; each costs Solr three look-ups a hit."""

_FIELDS = """
author author_email capacity creator_user_id dataset_type entity_type extras_* groups hanse_* id
identifier index_id license license_id maintainer maintainer_email metadata_created
metadata_modified name name_ngram notes organization owner_org permission_labels private
res_description res_extras_* res_format res_name res_type res_url site_id state tags text title
title_ngram title_string type uri url urls version vocab_*
"""
FIELDS = _FIELDS.split()
"""Fields that a query may name before a colon; ``uf`` in solrconfig.xml adds ``subject``."""

_SMALL_WORDS = """
aller als am an auf aus bei beim bis das dem den der des die ein eine einem einen einer eines es für
gibt ich im in ist mit nach oder sind so und unter vom von vor was welche wer wie wo zu zum zur über
also bekomme bekommt bin brauche braucht bringe da dass diese dieser dieses dort durch eigentlich
etwas finde finden findet gab geht habe haben hat hier ihr ihre kann können könnte liegt man mein
meine meinem meinen meiner mich mir möchte muss nicht noch nur sein seine sich sie soll sollte
suche um uns unser unsere viel viele wann war warum welchem welchen welcher welches werden
wieviel wieviele will wir wird wohin würde
bitte darf dürfen geben gehe gehen gehört gerade gäbe hatte heißen heißt heute jetzt kommen kommt
lassen macht machen meisten sagen steht stehen wurde wurden
a about and are at by for from how is of on or the to what where which with
an any as be can could did do does find get has have i it its many me much my our that there these
this was we were when who why will you your
gdzie hvor i på w we
"""
SMALL_WORDS = frozenset(_SMALL_WORDS.split())

_FIELD = "|".join(re.escape(name).replace(r"\*", r"\w+") for name in FIELDS)
_NAMES_A_FIELD = re.compile(rf"""(?<![\w\\/."])(?:{_FIELD}):(?=[\w"(\[{{*+\\-])""")
_LOOSE_OPERATOR = re.compile(
    r"^(?:AND|OR)\b|\b(?:AND|OR|NOT)(?:\s+(?:AND|OR)\b|\s*\)|$)|\^(?![\d.])"
)
_JOINS_NOTHING = re.compile(r"^\s*(?:(?:AND|OR)\s+)+|(?:\s+(?:AND|OR|NOT))+\s*$")
_EVERYTHING = re.compile(r"\s*\*:\*\s*")
_SYNTAX = re.compile(r'"|(?<!\S)[-+(]|\b(?:AND|OR|NOT)\b')
_EITHER = re.compile(r"\sOR\s(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
_BLANK = re.compile(r"(?<!\\)[:/]")
_LONE_SIGN = re.compile(r"(?<!\S)[-+!|&/*?~^\\]+(?!\S)")
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_QUESTION_MARK = re.compile(r"\?+(?!\S)")
_WILDCARD = re.compile(r"[*?~^\\](?=\S)|(?<=\w)[*~^]")
WORD = re.compile(r"[^\W_]+")


def names_fields(query: str) -> bool:
    """Return whether ``query`` is in Solr's syntax: a known field, or everything.

    >>> names_fields('owner_org:"b7"'), names_fields("Rostock:Straßen"), names_fields("*:*")
    (True, False, True)
    """
    return bool(_EVERYTHING.fullmatch(query) or _NAMES_A_FIELD.search(query)) and _complete(query)


def _complete(query: str) -> bool:
    """Return whether quotes and brackets are balanced and operators have operands."""
    bare = re.sub(r'\\.|"(?:\\.|[^"\\])*"', "", query)
    # A range may begin inclusive and end exclusive: [a TO b}.
    opening, closing = re.findall(r"[\[{]", bare), re.findall(r"[\]}]", bare)
    paired = bare.count("(") == bare.count(")") and len(opening) == len(closing)
    return '"' not in bare and paired and not _LOOSE_OPERATOR.search(bare.strip())


def plain_words(query: str) -> str:
    """Return ``query`` without characters that Solr would misinterpret in typed text.

    A colon and a slash become blanks.  A lone dash, plus … is removed ("Stadtplan -
    Rostock"); so is a question mark at the end of a word, which would be a wildcard, and so are
    stop words: of "Bäume in Lübeck" two words must match, and "in" matches nearly
    everything.  A word with a hyphen is quoted, so that "Baum-Kataster" matches "Baumkataster" too.
    Quotes, minus, ``*`` at a word and AND, OR, NOT keep their meaning; an operator without
    operands has none ("Bäume OR").  Of a longer text the first :data:`MOST_WORDS`.
    """
    query = _BLANK.sub(" ", _JOINS_NOTHING.sub("", query))
    words = _LONE_SIGN.sub(" ", _QUESTION_MARK.sub("", query)).split()
    if not _SYNTAX.search(query):
        words = [word for word in words if word.lower() not in SMALL_WORDS] or words
        words = [f'"{word}"' if _HYPHENATED.fullmatch(word) else word for word in words]
    return " ".join(words[:MOST_WORDS])


def only_words(query: str) -> list[str]:
    """Return the words of ``query`` without stop words; none if it has syntax.

    >>> only_words("Bäume in Lübeck?"), only_words('"Alter Hafen"'), only_words("Baum*")
    (['Bäume', 'Lübeck'], [], [])
    """
    query = _JOINS_NOTHING.sub("", compose(query))
    signs = _SYNTAX.search(query) or _WILDCARD.search(query) or query.lstrip().startswith("{!")
    if signs or names_fields(query):
        return []
    words: list[str] = WORD.findall(query)
    return [word for word in words if word.lower() not in SMALL_WORDS] or words


def _subject(word: str) -> str:
    """Return the boost for datasets whose title and keywords both have ``word`` as written.

    A search for "Haushalt" should find "Haushaltsplan" with the keyword "Haushalt", not the few
    datasets of "Haushalte", a rarer and different word.
    """
    term = fold(word)
    title = f"min(sum(termfreq(title_x,'{term}'),termfreq(title_parts,'{term}')),1)"
    return f"sum(1,product({SUBJECT:g},min(termfreq(tags_x,'{term}'),1),{title}))"


def before_dataset_search(search_params: dict[str, Any]) -> dict[str, Any]:
    """Search our fields, unless the caller sets Solr parameters or names fields in ``q``.

    Changes ``q`` and sets ``defType``, ``qf``, ``tie``, ``boost``; filters are not changed, so
    that CKAN's restrictions for the user still apply.
    """
    query = search_params.get("q")
    if not isinstance(query, str) or not query.strip() or query.lstrip().startswith("{!"):
        return search_params
    search_params["q"] = query = compose(query)
    if search_params.get("defType") or search_params.get("qf") or names_fields(query):
        return search_params
    if words := only_words(query)[:MOST_SUBJECTS]:
        factors = ",".join(map(_subject, words))
        search_params.setdefault("boost", f"product({factors},1)")
    search_params["q"] = plain_words(query)
    search_params["defType"] = "edismax"
    search_params["qf"] = QUERY_FIELDS
    search_params.setdefault("tie", TIE)
    if _EITHER.search(search_params["q"]):  # CKAN wants both of two words, joined by OR too
        search_params.setdefault("mm", "0")
    return search_params
