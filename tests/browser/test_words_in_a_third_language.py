"""A third language: with its catalogues alone, every text of ours is said in it, everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import untranslated
from driving import Site
from profiles import by_night
from pseudo_language import LANGUAGE, make

HERE = Path(__file__).parent


@by_night  # every page once more
def test_no_text_of_ours_is_outside_the_catalogues(site: Site, tmp_path: Path) -> None:
    """On every page and for everybody, by the commands, in mails and in reports."""
    for domain, folder in untranslated.FOLDERS.items():
        make(folder / f"{domain}.pot", tmp_path)
    done = subprocess.run(
        [sys.executable, str(HERE / "third_language.py"), str(site.ini), json.dumps(site.names)],
        env={**os.environ, "HANSE_I18N": str(tmp_path), "PYTHONPATH": str(HERE.parent)},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert not found["wrong"], json.dumps(found["wrong"], ensure_ascii=False, indent=1)
    assert found["seen"] > 120


def test_a_text_outside_of_them_is_seen() -> None:
    page = f"""
      <html lang="{LANGUAGE}"><title>⟦Corrections⟧</title>
      <p lang="de">Berichtigungen</p><script>"Corrections"</script>
      <h1>Corrections <b>⟦Corrections⟧</b></h1><a title="Berichtigungen">⟦Look at <i>x</i>⟧</a>
      <p>⟦1 field⟧ 1 Feld, Corrections of Rostock</p>
    """
    said = untranslated.of_page(page)
    assert said == ["Corrections", "1 Feld, Corrections of Rostock", "Berichtigungen"]
    assert set(untranslated.ours(said)) == {"Corrections", "Berichtigungen"}
