"""Turtle's strings counted in one look: what is handed on unseen could have been looked at."""

from __future__ import annotations

from collections.abc import Iterable
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.sandbox.child import statements


def _text(pieces: Iterable[str | bytes]) -> str:
    return "".join(piece if isinstance(piece, str) else piece.decode() for piece in pieces)


_LINES = st.lists(
    st.sampled_from(
        [
            "<a> a <b> .",
            '<a> <p> "x" .',
            '<a> <p> "don\'t" ;',
            '<a> <p> "x\\"y" .',
            '<a> <p> "x\\\\" .',
            "<a> <p> 'x' .",
            "<a> <p> '''x",
            "y''' .",
            '<a> <p> """x',
            'y""" .',
            '<a> <p> "" .',
            '<a> <p> "x .',
            '<a> <p> x" .',
            '# it\'s a "note" .',
            "# a note .",
            "",
            "<a#b> a <c> .",
        ]
    ),
    max_size=12,
)


@given(_LINES, st.integers(1, 60))
def test_the_quick_look_at_turtle_finds_what_the_close_one_finds(lines: list[str], size: int):
    """Text that is handed on unseen is the text a close look would have handed on."""
    text = "\n".join([*lines, "<z> a <b> ."]) + "\n"
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    quick: list[str] = []
    close: list[str] = []
    found = _text(statements.whole_statements(chunks, quick))
    with mock.patch.object(statements, "_plain", return_value=0):
        expected = _text(statements.whole_statements(chunks, close))
    assert (found, quick) == (expected, close)
