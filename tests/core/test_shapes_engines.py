"""Both engines say the same: pyshacl is the oracle of ``shacl``."""

from __future__ import annotations

from collections import Counter

import pytest
from shapes_cases import CASES, COMPLETE

from hanse_harvesters.quality.fragment import fragment
from hanse_harvesters.quality.shapes.chunk import Chunk
from hanse_harvesters.quality.shapes.engine import EngineError, compiled
from hanse_harvesters.quality.shapes.stack import own


def _multiset(findings):
    return Counter((f.focus, f.path, f.component, f.severity, f.shape) for f in findings)


def test_our_shapes_give_the_same_results_with_both_engines():
    text = Chunk([fragment({**COMPLETE, "uri": f"https://stadt.example/{n}", **case.change})
                  for n, case in enumerate(CASES)]).text  # fmt: skip
    fast, slow = (compiled(own().text, name).validate(text) for name in ("shacl", "pyshacl"))
    assert _multiset(fast) == _multiset(slow)
    assert len(fast) > len(CASES)


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_unreadable_data_is_an_error_of_ours(name):
    with pytest.raises(EngineError):
        compiled(own().text, name).validate("<https://stadt.example/ <p> .\n")


@pytest.mark.parametrize("name", ["shacl", "pyshacl"])
def test_blank_nodes_keep_their_names(name):
    label = "_:x1"
    kind = "<http://www.w3.org/2006/vcard/ns#Kind>"
    typed = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    comment = "<http://www.w3.org/2000/01/rdf-schema#comment>"
    text = (
        f'_:x0 {comment} "a > _:x9 . says \\"> _:x8 .\\"" .\n_:x7 {comment} _:x6 .\n'
        f"{label} {typed} {kind} .\n"
    )
    (found,) = compiled(own().text, name).validate(text)
    assert found.focus == label
