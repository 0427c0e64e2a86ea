"""Write the files generated from the table: CKAN's schemas, SHACL shapes, the field documentation.

``python -m hanse_schemas.make`` writes the files, ``--check`` reports which are
outdated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from hanse_schemas import fields_document, scheming, shapes

ROOT = Path(__file__).resolve().parent.parent
_HEAD = "# Made from schemas/classes by `python -m hanse_schemas.make`; do not edit.\n"


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, lists indented under their key."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _yaml(schema: Mapping[str, Any]) -> str:
    return _HEAD + yaml.dump(schema, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


#: Path below the checkout → function that returns its content.
MADE: Mapping[str, Callable[[], str]] = {
    "schemas/dcat_ap_de.yaml": lambda: _yaml(scheming.dataset_schema()),
    "schemas/organization.yaml": lambda: _yaml(scheming.organization_schema()),
    "schemas/shapes.ttl": shapes.document,
    "docs/fields.md": fields_document.document,
}


def stale(root: Path = ROOT) -> list[str]:
    """Return the generated files that do not match the table."""
    return [path for path, text in MADE.items() if _read(root / path) != text()]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or with ``--check`` return 1 if one is outdated."""
    parser = argparse.ArgumentParser(prog="python -m hanse_schemas.make", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what is not fresh")
    options = parser.parse_args(arguments)
    paths = stale()
    for path in paths:
        if options.check:
            print(f"{path} is not fresh: run python -m hanse_schemas.make", file=sys.stderr)
        else:
            (ROOT / path).parent.mkdir(exist_ok=True)
            (ROOT / path).write_text(MADE[path](), encoding="utf-8")
            print(f"wrote {path}")
    return 1 if options.check and paths else 0


if __name__ == "__main__":
    sys.exit(main())
