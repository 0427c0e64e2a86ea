"""What another plugin puts into a block of CKAN's templates is seen on our pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan.tests import factories

#: Page → (template, block) that is shown on it.
BLOCKS = {
    "/": [
        ("header.html", "header_logo"),
        ("header.html", "header_dashboard"),
        ("footer.html", "footer_nav"),
        ("page.html", "flash_inner"),
        ("home/index.html", "promoted"),
        ("snippets/package_item.html", "heading_meta"),
    ],
    "/dataset/": [
        ("package/search.html", "breadcrumb_content"),
        ("package/search.html", "package_search_results_api"),
        ("package/snippets/search_results.html", "page_pagination"),
        ("snippets/facet_list.html", "facet_list_heading"),
    ],
    "/dataset/baeume": [
        ("package/base.html", "breadcrumb_content"),
        ("package/read.html", "package_tags"),
        ("scheming/package/read.html", "package_additional_info"),
    ],
    "/organization/": [("organization/index.html", "organizations_list")],
    "/organization/rostock": [("organization/read.html", "organization_facets")],
    "/about": [("home/about.html", "about")],
    "/gibt-es-nicht": [("error_document_template.html", "primary")],
    "/dataset/new": [
        ("package/new.html", "form"),
        ("package/base_form_page.html", "info_module"),
    ],
    "/dataset/edit/baeume": [
        ("scheming/package/snippets/package_form.html", "save_button_text"),
        ("scheming/form_snippets/organization.html", "package_metadata_fields_visibility"),
    ],
    "/user/login": [("user/logout_first.html", "form")],
}


@pytest.fixture
def plugin(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The templates of a plugin that stands before ours, saying the name of each block."""
    blocks: dict[str, list[str]] = {}
    for template, block in (pair for pairs in BLOCKS.values() for pair in pairs):
        blocks.setdefault(template, []).append(block)
    for template, names in blocks.items():
        (tmp_path / template).parent.mkdir(parents=True, exist_ok=True)
        filled = "".join(
            f"{{% block {name} %}}[{template} {name}]{{% endblock %}}" for name in names
        )
        (tmp_path / template).write_text("{% ckan_extends %}" + filled)
    environment = site.flask_app.jinja_env
    extends = environment.extensions["ckan.lib.jinja_extensions.CkanExtend"]
    for holder in (environment.loader, extends):
        monkeypatch.setattr(holder, "searchpath", [str(tmp_path), *holder.searchpath])
    environment.cache.clear()
    yield
    environment.cache.clear()


@pytest.mark.usefixtures("plugin")
def test_the_blocks_of_another_plugin_are_seen(
    ask: Callable[..., Any], officer: Callable[..., Any], cities: dict[str, Any]
) -> None:
    """On every kind of page; a block that is filled in vain is named."""
    factories.Dataset(name="baeume", owner_org=cities["rostock"]["id"])
    user = officer("rostock")
    unseen = []
    for path, pairs in BLOCKS.items():
        page = ask(user, path).text
        unseen += [(path, *pair) for pair in pairs if f"[{' '.join(pair)}]" not in page]
    assert unseen == []
