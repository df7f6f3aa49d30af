"""The log-in of the staff by password: Flask-Security, set up so that public pages know nothing of sessions.

What comes after the password, and passkeys in its place, stand in `log_in_views`.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask_login import current_user
from flask_security import Security, SQLAlchemyUserDatastore

from campaign.extensions import db
from campaign.staff.models import Role, Staff
from campaign.staff.password_rules import PASSWORD_LENGTH
from campaign.staff.presence import init_presence, remember_device
from campaign.staff.throttle import leave_place, slow_down

# Where the password leads; it leads on from there.
AFTER_PASSWORD = "/anmelden/zweiter-schritt"  # noqa: S105 - an address
# The demo's hosts and the tests' need no mail server.
ADDRESS_RULES = {"check_deliverability": False, "test_environment": True}

datastore = SQLAlchemyUserDatastore(db, Staff, Role)
security = Security()

_FAILED = (
    "E-Mail-Adresse und Passwort passen nicht zusammen. Prüf beides und versuch es noch einmal.",
    "error",
)
# The library's German catalogue is registered for de_DE, our pages are "de": the sentences stand here.
_MESSAGES = {
    "GENERIC_AUTHN_FAILED": _FAILED,
    "DISABLED_ACCOUNT": _FAILED,
    "EMAIL_NOT_PROVIDED": ("Gib deine E-Mail-Adresse ein.", "error"),
    "INVALID_EMAIL_ADDRESS": ("Das ist keine E-Mail-Adresse. Prüf bitte die Schreibweise.", "error"),
    "INVALID_REDIRECT": ("Diese Adresse führt zu einer anderen Website. Ruf die Anmeldung ohne sie auf.", "error"),
    "PASSWORD_NOT_PROVIDED": ("Gib dein Passwort ein.", "error"),
}


def init_security(app: Flask) -> None:
    """Set up the log-in of the staff at /anmelden and its end at POST /abmelden."""
    app.config.update({f"SECURITY_MSG_{name}": message for name, message in _MESSAGES.items()})
    app.config.update(
        SECURITY_LOGIN_URL="/anmelden",
        SECURITY_LOGOUT_URL="/abmelden",
        SECURITY_POST_LOGIN_VIEW=AFTER_PASSWORD,
        SECURITY_POST_LOGOUT_VIEW="/anmelden",
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the method
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_LENGTH_MIN=PASSWORD_LENGTH,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_FRESHNESS=timedelta(minutes=-1),
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_STATIC_FOLDER=None,
        SECURITY_EMAIL_VALIDATOR_ARGS=dict(ADDRESS_RULES),
    )
    security.init_app(app, datastore)
    security.want_json(lambda _request: False)
    app.before_request(slow_down)
    app.teardown_request(leave_place)
    init_presence(app, security.login_manager)
    app.after_request(remember_device)
    _leave_public_pages_alone(app)


def _leave_public_pages_alone(app: Flask) -> None:
    """Let nothing touch the session unless a page asks who is there.

    Flask-Principal, Flask-Login's context processor and its remember-me cookie read the session on every
    request, which marks public answers with `Vary: Cookie` and costs a query for whoever is logged in.
    """
    manager = security.login_manager
    security.principal.identity_loaders.clear()
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
    processors = app.template_context_processors[None]
    processors[:] = [one for one in processors if one.__name__ != "_user_context_processor"]
    app.add_template_global(current_user, "current_user")
