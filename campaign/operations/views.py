"""Addresses for machines that watch over the site."""

from __future__ import annotations

import ipaddress

import sqlalchemy as sa
from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from campaign.access import public
from campaign.clock import utc_now
from campaign.contests.services import current_contest
from campaign.extensions import settings
from campaign.operations.metrics import render_metrics
from campaign.operations.upgrade import pending_migrations

bp = Blueprint("operations", __name__)
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Say whether database and migrations are fine."""
    try:
        pending = pending_migrations()
    except sa.exc.SQLAlchemyError:
        return {"status": "failure", "reason": "the database does not answer"}, 503
    if pending:
        return {"status": "failure", "reason": "migrations are pending"}, 503
    return {"status": "ok"}


@bp.get("/metrics")
@public
def metrics() -> ResponseReturnValue:
    """Give the figures to a Prometheus of a listed network; for all others there is no such page."""
    if _comes_from_anywhere() or not _is_listed(request.remote_addr):
        abort(404)
    return Response(render_metrics(current_contest(), settings(), utc_now()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _comes_from_anywhere() -> bool:
    """Return whether a proxy that nobody told us of may have passed the request on: the address is the proxy's then."""
    site = settings().site
    behind_one = site.base_url.startswith("https://") or any(name in request.headers for name in FORWARDED)
    return behind_one and not site.trusted_proxies


def _is_listed(remote_address: str | None) -> bool:
    try:
        address = ipaddress.ip_address((remote_address or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ipaddress.ip_network(network) for network in settings().site.metrics_networks)
