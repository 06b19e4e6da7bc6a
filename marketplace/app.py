"""create_app(): wires, and does nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import marketplace.administration.duties
import marketplace.desk.enterprise_cards
import marketplace.desk.person_traces
import marketplace.listing.closing
import marketplace.listing.processes
import marketplace.models
import marketplace.needs.person_traces
import marketplace.needs.running
import marketplace.notifications.account_messages
import marketplace.notifications.duties
import marketplace.notifications.organisation_messages  # noqa: F401 - listens to the floor below
from marketplace.accounts.guard import init_guard
from marketplace.accounts.invitation_views import invitation_pages
from marketplace.accounts.oidc import init_oidc, oidc_pages
from marketplace.accounts.organisation_officer_views import officer_pages
from marketplace.accounts.organisation_views import organisation_pages
from marketplace.accounts.security import init_security
from marketplace.accounts.shared import account_shared
from marketplace.accounts.views import account_pages
from marketplace.administration.pages import administration_pages
from marketplace.api import init_api
from marketplace.catalog.counts import init_counts
from marketplace.catalog.indexer import Indexes
from marketplace.catalog.industry_views import industry_pages
from marketplace.catalog.views import catalog_pages
from marketplace.config import Settings, load_settings, prepare_data_dir
from marketplace.console.views import console_pages
from marketplace.content.views import content_pages
from marketplace.core import logs, requests, web
from marketplace.core.database import db
from marketplace.core.limits import init_limits
from marketplace.desk.file_views import file_pages
from marketplace.desk.kept_views import kept_pages
from marketplace.desk.views import desk_pages
from marketplace.desk.visit_views import visit_pages
from marketplace.matching.tuning_views import tuning_pages
from marketplace.matching.views import matching_pages
from marketplace.needs.blueprints import NEED_PAGES
from marketplace.notifications.spool_views import spool_pages
from marketplace.notifications.views import notification_pages
from marketplace.taxonomy.operations import record_failure
from marketplace.taxonomy.registry import taxonomy
from marketplace.workspace.pages import workspace_pages

MIGRATIONS = Path(__file__).parent / "migrations"
STATIC = Path(__file__).parent / "static" / "build"


def create_app(settings: Settings | None = None, *, testing: bool = False) -> Flask:
    """The application. Raises `ConfigurationError` for a setting or folder that cannot be used."""
    settings = settings or load_settings()
    prepare_data_dir(settings)
    logs.configure(settings.log_level, settings.log_format)
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.session_secret(),
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        TESTING=testing,
    )
    app.extensions["settings"] = settings
    app.extensions["indexes"] = Indexes(settings)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    taxonomy().plugins.on_failure = record_failure
    logs.install(app)
    web.install(app, STATIC)
    requests.install(app)
    init_limits(app)
    init_counts(app)
    init_security(app)
    init_oidc(app)
    init_guard(app)
    init_api(app)
    for blueprint in (account_shared, account_pages, invitation_pages, oidc_pages,
                      organisation_pages, officer_pages, file_pages, kept_pages, visit_pages,
                      notification_pages, spool_pages, content_pages, administration_pages,
                      desk_pages, console_pages, industry_pages, matching_pages, tuning_pages,
                      *NEED_PAGES, catalog_pages,
                      workspace_pages):
        app.register_blueprint(blueprint)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies,
            x_host=settings.trusted_proxies)
    STATIC.mkdir(exist_ok=True)
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=STATIC, prefix="/static/", immutable_file_test=web.is_fingerprinted)
    return app
