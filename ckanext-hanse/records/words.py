"""What a problem says to people."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse.records.problem import Problem


def title(status: int) -> str:
    """Return what is wrong in general."""
    if status == 404:
        return str(tk._("There is no such record or page"))
    if status == 503:
        return str(tk._("The search does not answer at the moment"))
    return str(tk._("The request cannot be understood"))


def detail(problem: Problem) -> str:
    """Return parameter, value, what is wrong, and what would be right."""
    texts = {
        "parameter-unknown": tk._("There is no parameter {name} here. There are: {known}."),
        "parameter-twice": tk._("The parameter {name} may be given once, with commas."),
        "format": tk._("f={value}: there is {known}."),
        "limit": tk._("limit={value}: this is a whole number from 1 on."),
        "offset": tk._("offset={value}: this is a whole number from 0 to {known}."),
        "bbox-numbers": tk._(
            "bbox={value}: these are four numbers in degrees, west, south, east, north, separated "
            "by commas; six with heights."
        ),
        "bbox-range": tk._(
            "bbox={value}: longitudes are from -180 to 180, latitudes from -90 to 90."
        ),
        "bbox-south": tk._("bbox={value}: the second number, south, is above the fourth, north."),
        "datetime": tk._(
            "datetime={value}: this is a day (2024-05-31), a moment (2024-05-31T12:00:00Z), or two "
            "with a slash between them, one of which may be left open with two dots."
        ),
        "datetime-crossed": tk._("datetime={value}: it ends before it begins."),
        "flag": tk._("{name}={value}: this is true or false."),
        "year": tk._("{name}={value}: this is a year with four digits."),
        "choice": tk._("{name}={value}: there are {known}."),
        "sortby": tk._(
            "sortby={value}: records cannot be sorted by this. They can be by {known}; a minus "
            "before it turns the order around."
        ),
        "values-many": tk._("{name}: {known} values at most."),
        "q-long": tk._("q: {known} characters at most."),
        "search": tk._("This search cannot be understood."),
        "collection-unknown": tk._("There is no collection {value}. There is: {known}."),
        "record-unknown": tk._("There is no public record {value} in this collection."),
        "page-unknown": tk._("There is no such page. Begin at {known}."),
        "no-answer": tk._("Please try again in a few minutes."),
    }
    text = str(texts[problem.code])
    return text.format(name=problem.name, value=problem.value, known=problem.known)
