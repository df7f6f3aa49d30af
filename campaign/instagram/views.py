"""The address that Meta's webhook calls: the handshake, and deliveries, written down before they are answered."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from pydantic import SecretStr

from campaign.access import public
from campaign.clock import utc_now
from campaign.errors import N_, NotFound
from campaign.extensions import settings
from campaign.instagram.mentions import keep_mentions
from campaign.instagram.webhooks import answer_challenge, is_signed, read_mentions

bp = Blueprint("instagram", __name__)
log = structlog.get_logger()


@bp.get("/webhooks/instagram")
@public
def handshake() -> ResponseReturnValue:
    """Answer Meta's handshake with its challenge, when it knows our word."""
    word = _configured(settings().instagram.webhook_verify_token)
    challenge = answer_challenge(request.args, word)
    return Response(challenge or "", 403 if challenge is None else 200, mimetype="text/plain")


@bp.post("/webhooks/instagram")
@public
def delivery() -> ResponseReturnValue:
    """Write the mentions of a signed delivery down; without a database Meta sends them again later."""
    config = settings().instagram
    secret, body = _configured(config.app_secret), request.get_data(cache=False)
    if not is_signed(body, request.headers.get("X-Hub-Signature-256", ""), secret):
        return Response("", 403, mimetype="text/plain")
    try:
        keep_mentions(read_mentions(body, config.user_id or ""), utc_now())
    except sa.exc.SQLAlchemyError as error:
        log.warning("a delivery of the webhook could not be written down", error=type(error).__name__)
        return Response("", 503, mimetype="text/plain")
    return Response("", 200, mimetype="text/plain")


def _configured(value: SecretStr | None) -> str:
    """Return a secret; raises NotFound without one: whoever has no webhook has no such page."""
    if value is None or not value.get_secret_value():
        raise NotFound(N_("Diese Seite gibt es nicht. Vielleicht ist die Adresse falsch geschrieben."))
    return value.get_secret_value()
