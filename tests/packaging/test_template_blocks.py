"""A template of CKAN that we override keeps every block that another plugin may fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import ckan
import ckanext.scheming
import pytest
from ckan.lib.jinja_extensions import get_jinja_env_options
from jinja2 import Environment, nodes

import ckanext.hanse

OURS = Path(ckanext.hanse.__file__).parent / "templates"
#: In the order in which a site looks: what we override comes after us.
CORE = (
    Path(ckanext.scheming.__file__).parent / "templates",
    Path(ckan.__file__).parents[1] / "ckanext" / "datatablesview" / "templates",
    Path(ckan.__file__).parent / "templates",
)
#: What a template extends by a variable.
BY_VARIABLE = {"resource_form_snippet": "scheming/package/snippets/resource_form.html"}


@dataclass
class Chain:
    """A template and those it extends: the blocks of each, the child's first.

    ``base``  the last of them, which is rendered
    """

    blocks: list[dict[str, nodes.Block]]
    base: nodes.Template

    def shown(self) -> set[str]:
        """The blocks that are rendered: not those within what a child has replaced."""
        seen: set[tuple[str, int]] = set()
        todo = list(_calls(self.base, "", 0))
        while todo:
            name, lowest = todo.pop()
            levels = range(lowest, len(self.blocks))
            level = next((at for at in levels if name in self.blocks[at]), None)
            if level is not None and (name, level) not in seen:
                seen.add((name, level))
                todo += _calls(self.blocks[level][name], name, level)
        return {name for name, _level in seen}


def _calls(node: nodes.Node, name: str, level: int) -> Iterator[tuple[str, int]]:
    """The blocks that block ``name`` of template ``level`` renders, each with the first template
    that may have it: those within it, ``self.other()``, and its parent's by ``super()``."""
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Block):
            yield child.name, 0
            continue
        if isinstance(child, nodes.Getattr) and getattr(child.node, "name", "") == "self":
            yield child.attr, 0
        elif isinstance(child, nodes.Name) and child.name == "super":
            yield name, level + 1
        yield from _calls(child, name, level)


def _chain(name: str, *folders: Path) -> Chain:
    """Read a template as a site with these folders would."""
    paths = {"computed_template_paths": [str(folder) for folder in folders]}
    with patch("ckan.lib.jinja_extensions.config", paths):
        environment = Environment(**get_jinja_env_options())
    blocks = []
    while True:
        source, file, _fresh = environment.loader.get_source(environment, name)
        template = environment._parse(source, name, file)
        blocks.append({block.name: block for block in template.find_all(nodes.Block)})
        parent = next(template.find_all(nodes.Extends), None)
        if parent is None:
            return Chain(blocks, template)
        name = getattr(parent.template, "value", "") or BY_VARIABLE[parent.template.name]


def _overridden() -> list[tuple[str, int]]:
    """Each template of ours that replaces another's: its name, and whose by its place in CORE."""
    names = sorted(str(file.relative_to(OURS)) for file in OURS.rglob("*.html"))
    return [(name, at) for name in names for at, core in enumerate(CORE) if (core / name).exists()]


def test_templates_are_overridden() -> None:
    """The comparison below has something to compare."""
    assert ("header.html", len(CORE) - 1) in _overridden()


@pytest.mark.parametrize(("name", "whose"), _overridden())
def test_every_block_of_the_core_is_kept(name: str, whose: int) -> None:
    """Of the file as it is installed: an upgrade that brings a new block fails here."""
    core = _chain(name, *CORE[whose:], *CORE[:whose])
    ours = _chain(name, OURS, *CORE)
    asked = set(core.blocks[0])
    gone = asked.difference(*ours.blocks)
    assert gone == set(), f"{name} lacks blocks of {CORE[whose] / name}"
    hidden = (asked & core.shown()) - ours.shown()
    assert hidden == set(), f"{name} has blocks of {CORE[whose] / name} where they never show"
