"""The plugin: which CKAN interfaces the extension answers, and where.

Blankets pick up ``config_declaration.yaml``, ``logic/``, ``helpers.py``, ``cli.py`` and
``views/``; what needs a word of code stands here.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultTranslation
from ckanext.xloader.interfaces import IXloader
from flask import Flask

from ckanext.hanse import (
    deletions,
    facets,
    language,
    licence_register,
    local_datasets,
    provenance,
    search,
    security,
    uploads,
)
from ckanext.hanse.logic import actions, auths
from ckanext.hanse.migration import locate
from ckanext.hanse.page_cache import invalidation, layers, public
from ckanext.hanse.presentation import submit_once
from ckanext.hanse.presentation.new_file import NewFile
from ckanext.hanse.store.action_writer import BIND
from ckanext.hanse.tables import job as tables
from ckanext.hanse.views import feeds
from ckanext.hanse.views.health import Shortcut
from hanse_schemas.language import set_default


@tk.blanket.config_declarations
@tk.blanket.actions(actions)
@tk.blanket.auth_functions(auths)
@tk.blanket.validators
@tk.blanket.helpers
@tk.blanket.cli
@tk.blanket.blueprints
class HansePlugin(p.SingletonPlugin, DefaultTranslation):
    """The joint catalogue of the cities, as one CKAN plugin."""

    p.implements(p.IConfigurer)
    p.implements(p.ITranslation)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IUploader, inherit=True)
    p.implements(p.IMiddleware, inherit=True)
    p.implements(p.IAuthenticator, inherit=True)
    p.implements(IXloader, inherit=True)

    # IConfigurer

    def update_config(self, config: CKANConfig) -> None:
        """Register templates, static files and webassets."""
        set_default(str(config.get("ckan.locale_default") or ""))
        locate.teach_ckan()
        tables.teach_xloader()
        security.secure_cookies(config)
        invalidation.watch()
        licence_register.install(config)
        tk.add_template_directory(config, "templates")
        tk.add_public_directory(config, "public")
        tk.add_resource("assets", "hanse")

    # IFacets

    def dataset_facets(self, facets_dict: dict[str, Any], package_type: str) -> dict[str, Any]:
        """City, theme, format, licence, year."""
        return facets.dataset_facets(facets_dict)

    def organization_facets(
        self, facets_dict: dict[str, Any], organization_type: str, package_type: str | None
    ) -> dict[str, Any]:
        """The same facets on a city's page, without the city."""
        return facets.organization_facets(facets_dict)

    # IPackageController

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Add the search fields."""
        return search.before_dataset_index(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Ask our request handler and fields."""
        public.search_asked()
        return search.before_dataset_search(search_params)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """A page whose search fails is none to be kept."""
        public.search_answered()
        return search_results

    def after_dataset_create(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Keep our state of the dataset in the transaction that makes it."""
        bind = context.get(BIND, local_datasets.saved)
        bind(pkg_dict["id"])

    def after_dataset_update(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Keep our state of the dataset in the transaction that changes it."""
        self.after_dataset_create(context, pkg_dict)
        if BIND not in context:
            deletions.saved(context, pkg_dict["id"])

    def after_dataset_delete(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Keep who deletes it and what it was, for the way back."""
        deletions.deleting(context, pkg_dict["id"])

    # IUploader

    def get_uploader(self, upload_to: str, old_filename: str | None) -> None:
        """CKAN's own for images."""

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> None:
        """CKAN's own for files, once the type of the file is allowed."""
        uploads.check(data_dict)

    # IMiddleware

    def make_middleware(self, app: Flask, config: CKANConfig) -> Flask:
        """Check requests, make downloads harmless, answer monitoring and visitors early."""
        language.install(app)
        security.install(app)
        app.after_request(uploads.protect)
        feeds.install(app)
        layers.install(app)
        views = app.view_functions
        views["dataset.new"] = submit_once.once(views["dataset.new"], submit_once.newest_dataset)
        new_file = NewFile.as_view("new")
        for name in ("dataset_resource.new", "resource.new"):
            if name in views:
                views[name] = submit_once.once(new_file, submit_once.newest_file)
        app.wsgi_app = Shortcut(app.wsgi_app)  # type: ignore[method-assign]
        return app

    # IAuthenticator

    def identify_user(self, user_id: str | None = None) -> Any:
        """Who a session is of, as long as its password has not changed."""
        return security.sessions.user(user_id) if user_id else None

    def authenticate(self, identity: dict[str, Any]) -> None:
        """CKAN's own, which takes as long for an account that does not exist."""
        security.login.as_long_as_for_others(identity)

    # IXloader

    def can_upload(self, resource_id: str) -> bool:
        """Only files uploaded here go into the DataStore: links are not fetched by this site."""
        return provenance.is_own_upload(resource_id)
