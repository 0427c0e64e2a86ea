"""Cut the icons that the pages use out of CKAN's Font Awesome, as a small font and its CSS.

Run with ``fonttools`` and ``brotli`` installed beside CKAN and its plugins::

    python tools/make_icons.py SITE_PACKAGES

It writes ``ckanext-hanse/assets/css/icons.css`` and two fonts, with a hash of their content in
their names, in ``ckanext-hanse/public/hanse/fonts``.  An icon is wanted if a template, script or
module of ours, of CKAN or of a plugin below names it.  A page that shows another one loads Font
Awesome whole (``ckanext.hanse.weight.page``), so a forgotten icon costs time and is not missing.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found,unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found,unused-ignore]

HERE = Path(__file__).resolve().parent.parent / "ckanext-hanse"
FONTS = HERE / "public/hanse/fonts"
VENDOR = "ckan/public/base/vendor/fontawesome-free"
PLUGINS = ("activity", "datastore", "xloader", "scheming", "datatablesview", "text_view")
#: Weight → the file of the whole font.
STYLES = {900: "fa-solid-900", 400: "fa-regular-400"}
_ICON = re.compile(r'^((?:\.fa-[\w-]+,?\s*)+)\{\s*--fa: "\\([0-9a-f]+)"; \}', re.MULTILINE)
_NAMED = re.compile(r"\bfa-([a-z0-9-]+)|['\"]([a-z0-9-]+)['\"]")
_FACE = re.compile(r"@font-face \{[^}]*\}\s*")
_RULE = re.compile(r"[^{}]+\{(?:[^{}]|\{[^{}]*\})*\}")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def main() -> None:
    """Read the arguments and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("packages", type=Path, help="the folder that ckan and ckanext are in")
    packages = parser.parse_args().packages
    css = (packages / VENDOR / "css" / "all.css").read_text(encoding="utf-8")
    places = {
        name: code
        for names, code in _ICON.findall(css)
        for name in re.findall(r"\.fa-([\w-]+)", names)
    }
    wanted = {name: places[name] for name in sorted(_named(packages) & places.keys())}
    for old in FONTS.glob("icons-*.woff2"):
        old.unlink()
    faces = [
        _face(packages / VENDOR / "webfonts" / f"{file}.ttf", weight, set(wanted.values()))
        for weight, file in STYLES.items()
    ]
    (HERE / "assets/css/icons.css").write_text(_sheet(css, faces, wanted), encoding="utf-8")


def _named(packages: Path) -> set[str]:
    """Every word that may be the name of an icon."""
    found = (pair for file in _files(packages) for pair in _NAMED.findall(_text(file)))
    return {name for pair in found for name in pair}


def _files(packages: Path) -> Iterator[Path]:
    folders = [HERE / name for name in ("templates", "presentation", "helpers", "assets/js")]
    folders += [packages / "ckan/templates", packages / "ckan/public/base/javascript"]
    folders += [packages / "ckanext" / name for name in PLUGINS]
    for folder in folders:
        for ending in ("html", "js", "py"):
            yield from sorted(folder.rglob(f"*.{ending}"))


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _face(whole: Path, weight: int, codes: set[str]) -> str:
    """Write the font of the icons at these code points; return its rule."""
    options = subset.Options(flavor="woff2", layout_features=[], notdef_outline=True)
    font = TTFont(whole)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=[int(code, 16) for code in codes])
    cut.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    digest = hashlib.sha256(out.getvalue()).hexdigest()[:8]
    name = f"icons-{weight}-{digest}.woff2"
    (FONTS / name).write_bytes(out.getvalue())
    return (
        f'@font-face {{ font-family: "Font Awesome 6 Free"; font-weight: {weight}; '
        f'font-display: block; src: url("../../hanse/fonts/{name}") format("woff2"); }}\n'
    )


def _sheet(css: str, faces: list[str], wanted: dict[str, str]) -> str:
    """The rules that are for no single icon, those of the wanted ones, and the fonts."""
    frame = css[: css.index("Font Awesome 5 Brands")]
    frame = _COMMENT.sub("", _FACE.sub("", _ICON.sub("", frame).rpartition("@font-face")[0]))
    rules = [rule for rule in _RULE.findall(frame) if "--fa:" not in rule]
    head = (
        "/* Of Font Awesome Free 6 (https://fontawesome.com; icons CC BY 4.0, fonts SIL OFL 1.1,\n"
        "   code MIT) what the pages use; written by tools/make_icons.py. */\n"
    )
    plain = "\n".join(" ".join(rule.split()) for rule in rules)
    icons = "\n".join(f'.fa-{name} {{ --fa: "\\{code}"; }}' for name, code in wanted.items())
    return f"{head}{''.join(faces)}{plain}\n{icons}\n"


if __name__ == "__main__":
    main()
