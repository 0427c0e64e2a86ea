"""The plugin: which CKAN interfaces the extension implements, and where.

Blankets register ``config_declaration.yaml``, ``logic/``, ``helpers/``, ``cli/`` and
``views/``; this module has what needs code.
"""

from __future__ import annotations

import os
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
    weight,
)
from ckanext.hanse.logic import actions, auths
from ckanext.hanse.migration import locate
from ckanext.hanse.page_cache import invalidation, layers, public
from ckanext.hanse.presentation import submit_once
from ckanext.hanse.presentation.new_file import NewFile
from ckanext.hanse.security import cors
from ckanext.hanse.sources import push
from ckanext.hanse.store.action_writer import BIND
from ckanext.hanse.tables import job as tables
from ckanext.hanse.views import feeds, streaming
from ckanext.hanse.views.health import Shortcut
from hanse_harvesters.quality.shapes.folder import VARIABLE as SHAPES
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
    p.implements(p.IApiToken, inherit=True)
    p.implements(IXloader, inherit=True)

    # IConfigurer

    def update_config(self, config: CKANConfig) -> None:
        """Register templates, static files and webassets."""
        set_default(str(config.get("ckan.locale_default") or ""))
        if folder := str(config.get("hanse.shapes.folder") or ""):
            os.environ[SHAPES] = folder  # inherited by the workers that judge
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
        """Return the facets: city, theme, format, licence, year."""
        return facets.dataset_facets(facets_dict)

    def organization_facets(
        self, facets_dict: dict[str, Any], organization_type: str, package_type: str | None
    ) -> dict[str, Any]:
        """Return the same facets for a city's page, without the city."""
        return facets.organization_facets(facets_dict)

    # IPackageController

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        """Add our search fields."""
        return search.before_dataset_index(pkg_dict)

    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        """Use our request handler and fields."""
        public.search_asked()
        return search.before_dataset_search(search.with_area(search_params))

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        """Mark the search as answered; a page whose search failed is not cached."""
        public.search_answered()
        return search_results

    def after_dataset_create(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Store our state of the dataset in the transaction that creates it."""
        bind = context.get(BIND, local_datasets.saved)
        bind(pkg_dict["id"])

    def after_dataset_update(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Store our state of the dataset in the transaction that changes it."""
        self.after_dataset_create(context, pkg_dict)
        if BIND not in context:
            deletions.saved(context, pkg_dict["id"])

    def after_dataset_delete(self, context: dict[str, Any], pkg_dict: dict[str, Any]) -> None:
        """Store who deletes it and its state before, so that it can be restored."""
        deletions.deleting(context, pkg_dict["id"])

    # IUploader

    def get_uploader(self, upload_to: str, old_filename: str | None) -> None:
        """Leave images to CKAN's own uploader."""

    def get_resource_uploader(self, data_dict: dict[str, Any]) -> None:
        """Leave files to CKAN's own uploader, once their type has been checked."""
        uploads.check(data_dict)

    # IMiddleware

    def make_middleware(self, app: Flask, config: CKANConfig) -> Flask:
        """Install request checks, download protection, health endpoints and the page cache."""
        language.install(app)
        security.install(app)
        app.after_request(uploads.protect)
        feeds.install(app)
        cors.install(app)
        streaming.install(app)
        layers.install(app)
        views = app.view_functions
        views["dataset.new"] = submit_once.once(views["dataset.new"], submit_once.newest_dataset)
        new_file = NewFile.as_view("new")
        for name in ("dataset_resource.new", "resource.new"):
            if name in views:
                views[name] = submit_once.once(new_file, submit_once.newest_file)
        app.wsgi_app = Shortcut(app.wsgi_app)  # type: ignore[method-assign]
        weight.install(app)
        return app

    # IAuthenticator

    def identify_user(self, user_id: str | None = None) -> Any:
        """Return the user of a session, if the password has not changed since."""
        return security.sessions.user(user_id) if user_id else None

    def authenticate(self, identity: dict[str, Any]) -> None:
        """Leave it to CKAN, but take as long for an account that does not exist."""
        security.login.as_long_as_for_others(identity)

    # IApiToken

    def decode_api_token(self, encoded: str, **kwargs: Any) -> dict[str, Any] | None:
        """Tell a source's token apart: it is no account's, so CKAN need not try to read it."""
        return {"hanse_push": True} if encoded.startswith(push.PREFIX) else None

    # IXloader

    def can_upload(self, resource_id: str) -> bool:
        """Load only files uploaded here into the DataStore: this site does not fetch links."""
        return provenance.is_own_upload(resource_id)
