"""Der schönste Blick der Stadt: the photo contest between the towns of Thuringia."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_babel import get_locale
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

# The web site does not use these models itself, the migrations need to know them.
import campaign.instagram.models
import campaign.operations.models
import campaign.reports.models
import campaign.uploads.models  # noqa: F401
from campaign.access import enforce
from campaign.config import Settings
from campaign.contests.views import bp as contests_bp
from campaign.entries.picture_views import bp as pictures_bp
from campaign.entries.views import bp as entries_bp
from campaign.extensions import babel, compress, csrf, db, limiter, migrate, prepare_engine
from campaign.instagram.views import bp as instagram_bp
from campaign.ledger.views import bp as ledger_bp
from campaign.moderation.views import bp as moderation_bp
from campaign.moderation.whereabouts_views import bp as whereabouts_bp
from campaign.operations.audit_views import bp as audit_log_bp
from campaign.operations.dashboard_views import bp as dashboard_bp
from campaign.operations.intake_views import bp as intake_bp
from campaign.operations.views import bp as operations_bp
from campaign.paths import MIGRATIONS, STATIC, TEMPLATES, TRANSLATIONS
from campaign.pictures.storage import storage
from campaign.reports.staff_views import bp as reports_staff_bp
from campaign.reports.views import bp as reports_bp
from campaign.results.api_views import bp as api_bp
from campaign.results.staff_views import bp as results_staff_bp
from campaign.results.views import bp as results_bp
from campaign.rights.views import bp as rights_bp
from campaign.staff.login import init_security
from campaign.staff.views import bp as staff_bp
from campaign.towns.views import bp as towns_bp
from campaign.uploads.views import bp as uploads_bp
from campaign.voting.views import bp as voting_bp
from campaign.voting.work_views import bp as work_bp
from campaign.web import init_web, locale

BLUEPRINTS = (
    contests_bp,
    towns_bp,
    entries_bp,
    pictures_bp,
    uploads_bp,
    voting_bp,
    ledger_bp,
    work_bp,
    results_bp,
    moderation_bp,
    whereabouts_bp,
    reports_bp,
    reports_staff_bp,
    rights_bp,
    results_staff_bp,
    api_bp,
    instagram_bp,
    intake_bp,
    staff_bp,
    audit_log_bp,
    dashboard_bp,
    operations_bp,
)


_REDIS_LIMITS = ("socket_connect_timeout", "socket_timeout")


def create_app(settings: Settings) -> Flask:
    """Return the web application for a configuration; opens no connection."""
    app = Flask("campaign", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.from_mapping(_flask_config(settings))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if settings.site.trusted_proxies:
        hops = settings.site.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    babel.init_app(app, locale_selector=locale)
    for extension in (csrf, limiter, compress, storage):
        extension.init_app(app)
    with app.app_context():
        prepare_engine(app)
    app.before_request(enforce)
    init_web(app)
    init_security(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.add_template_global(get_locale, "get_locale")
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    secure = settings.site.base_url.startswith("https://")
    engine: dict[str, object] = {"pool_pre_ping": True, "hide_parameters": True}  # what was typed is in no log
    if settings.site.database.startswith("postgresql"):
        engine |= {"pool_size": 10, "max_overflow": 2, "pool_recycle": 1800}
        # A host that does not answer must not hold a command or a page for minutes.
        engine["connect_args"] = {"connect_timeout": 10}
    return {
        "CAMPAIGN": settings,
        "SECRET_KEY": settings.site.secret_key.get_secret_value(),
        "SQLALCHEMY_DATABASE_URI": settings.site.database,
        "SQLALCHEMY_ENGINE_OPTIONS": engine,
        "BABEL_DEFAULT_LOCALE": "de",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Berlin",
        "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 100_000,
        "MAX_FORM_PARTS": 100,
        "SESSION_COOKIE_NAME": "__Host-staff" if secure else "staff",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_STORAGE_URI": settings.site.redis_url or "memory://",
        # A server that does not answer must not hold up a log-in.
        "RATELIMIT_STORAGE_OPTIONS": dict.fromkeys(_REDIS_LIMITS, 1) if settings.site.redis_url else {},
        "RATELIMIT_HEADERS_ENABLED": True,
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"],
        "TEMPLATES_AUTO_RELOAD": False,
    }
