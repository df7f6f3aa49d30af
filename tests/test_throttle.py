"""Public forms count per network, also while the store of counts is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from campaign import create_app
from campaign.access import PUBLIC, rule_of
from campaign.contests.services import sync_contest
from campaign.extensions import db
from campaign.moderation.whereabouts_views import LOOKS
from campaign.operations.upgrade import upgrade_database
from tests.clients import OwnContextClient
from tests.factories import make_settings
from tests.processes import free_ports
from tests.staff.people import token_of


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application whose store of counts is away."""
    settings = make_settings(tmp_path, site={"redis_url": f"redis://127.0.0.1:{free_ports()}/0"})
    app = create_app(settings)
    app.test_client_class = OwnContextClient
    with app.app_context():
        upgrade_database()
        sync_contest(settings)
        yield app
        db.session.remove()
        db.engine.dispose()


def path_of(rule: Rule) -> str:
    """An address of a route whose places hold something."""
    numbers = {name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)}
    filled = {name: 1 if name in numbers else "x" * 22 for name in rule.arguments}
    built = rule.build({**filled, **dict.fromkeys(rule.arguments & {"lang"}, "en"), **(rule.defaults or {})})
    assert built is not None
    return built[1]


def forms(app: Flask) -> list[str]:
    """The addresses of all forms that are open to everybody."""
    rules = (rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ()))
    return sorted({path_of(rule) for rule in rules if rule_of(app, rule.endpoint) == PUBLIC})


def test_every_public_form_answers_while_the_store_of_counts_is_away(app: Flask) -> None:
    failed, paths = [], forms(app)
    for path in paths:
        page = app.test_client()
        token = token_of(page.get("/anmelden").text)
        form = {"csrf_token": token, "email": "anna@example.org", "beitrag": "C9999999999"}
        if page.post(path, data=form).status_code >= 500:
            failed.append(path)
    assert failed == []
    assert {"/abstimmen", "/mitmachen", "/melden", "/wo-ist-mein-bild", "/rechte/xxxxxxxxxxxxxxxxxxxxxx"} < set(paths)


def test_what_one_network_may_do_is_counted_here_while_the_store_of_counts_is_away(client: FlaskClient) -> None:
    client.environ_base["REMOTE_ADDR"] = "198.51.100.44"
    looks = [client.post("/wo-ist-mein-bild", data={"beitrag": "C9999999999"}) for _ in range(LOOKS.amount + 1)]
    assert [look.status_code for look in looks] == [200] * LOOKS.amount + [429]
