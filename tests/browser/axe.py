"""Deque's axe on the page that the browser shows: WCAG 2.2 A and AA, and best practices."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from selenium.webdriver import Chrome

#: The engine alone is wanted of this package, not its driver for another tool.
_ENGINE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {runOnly: arguments[0], resultTypes: ['violations'], preload: false})
  .then(found => done(found.violations), error => done([{id: String(error), nodes: []}]));
"""
#: What axe has no rule for, or not any more: an id that stands twice.
_TWICE = """
const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
return ids.filter((id, place) => id && ids.indexOf(id) !== place);
"""
#: What is enough of an element to find it by.
_EXCERPT = 200


def install(driver: Chrome) -> None:
    """Have the engine in every page from now on, instead of sending it to each."""
    source = {"source": _ENGINE}
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)


def violations(driver: Chrome) -> list[str]:
    """``rule: element`` for all that axe finds wrong; empty when all is well."""
    if not driver.execute_script("return typeof axe === 'object'"):
        driver.execute_script(_ENGINE)
    found: list[dict[str, Any]] = driver.execute_async_script(_RUN, list(TAGS))
    told = [
        f"{rule['id']}: {node['html'][:_EXCERPT]} {_detail(node)}"
        for rule in found
        for node in rule["nodes"] or [{"html": rule.get("help", "")}]
    ]
    return told + [f"id twice: {id}" for id in driver.execute_script(_TWICE)]


def _detail(node: dict[str, Any]) -> str:
    checks = [check for kind in ("any", "all", "none") for check in node.get(kind, [])]
    return json.dumps([check["message"] for check in checks], ensure_ascii=False)[:_EXCERPT]
