"""Issues by rule and field: the number, what is counted, and the words."""

from __future__ import annotations

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.quality.groups import IssueGroup, Unit, of_dataset


def test_the_same_thing_in_many_files_is_one_line() -> None:
    found = [
        issue("license-attribution-missing", f"resources[{n}].license_attribution_by_text")
        for n in range(22)
    ]
    ((group, items),) = of_dataset(found)
    assert group.words("de") == "22 Dateien ohne Namensnennung"
    assert group.words("en") == "22 files without attribution text"
    assert items == found


def test_a_general_rule_names_its_field_and_the_worst_come_first() -> None:
    found = [
        issue("recommended-missing", "theme", label_en="Theme", label_de="Kategorie"),
        issue("email-invalid", "contact[0].email", "x"),
        issue("mandatory-missing", "notes", label_en="Description", label_de="Beschreibung"),
    ]
    words = [group.words("de") for group, _ in of_dataset(found)]
    assert words == [
        "1 Stelle mit ungültiger E-Mail-Adresse: Kontakt: E-Mail",
        "1 Stelle ohne Pflichtangabe: Beschreibung",
        "1 Stelle ohne empfohlene Angabe: Themen",
    ]


def test_a_file_counts_once_whatever_is_wrong_in_it_twice() -> None:
    twice = [Issue("url-invalid", f"resources[0].documentation[{n}]", "x") for n in range(2)]
    other = Issue("url-invalid", "resources[10].documentation[0]", "x")
    ((group, _),) = of_dataset([*twice, other])
    assert (group.count, group.issues, group.field) == (2, 3, "resources[].documentation[]")


def test_one_and_thousands_in_both_languages() -> None:
    one = IssueGroup("license-missing", "resources[].license", 1, Unit.FILE, 1)
    many = IssueGroup("title-missing", "title", 12345, Unit.DATASET, 12345)
    assert one.words("de") == "1 Datei ohne Lizenz"
    assert many.words("de") == "12.345 Datensätze ohne Titel"
    assert many.words("en") == "12,345 datasets without a title"
