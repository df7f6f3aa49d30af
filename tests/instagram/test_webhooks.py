"""Meta's webhook: what is signed is written down once before it is answered, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from campaign import create_app
from campaign.config import Settings
from campaign.demo.graph_webhooks import mention, write_body
from campaign.demo.graph_webhooks import sign as sign_as_meta
from campaign.extensions import db
from campaign.instagram.models import EventStatus, WebhookEvent
from tests.clients import OwnContextClient
from tests.factories import make_settings

US, SECRET, WORD = "17841400000000001", "app-geheim", "unser-wort"
SENT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
WEBHOOK = {"user_id": US, "access_token": "t", "app_secret": SECRET, "webhook_verify_token": WORD}
HANDSHAKE = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": WORD}
ADDRESS = "/webhooks/instagram"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A configuration with a webhook."""
    return make_settings(tmp_path, database_url=database_url, instagram=WEBHOOK)


def body_of(*mentions: dict[str, Any], account: str = US) -> bytes:
    return write_body(mentions, account, SENT)


def send(client: FlaskClient, body: bytes, signature: str | None = None) -> tuple[int, bytes]:
    headers = {"X-Hub-Signature-256": sign_as_meta(body, SECRET) if signature is None else signature}
    answer = client.post(ADDRESS, data=body, headers=headers, content_type="application/json")
    return answer.status_code, answer.data


def kept() -> list[tuple[str, str]]:
    db.session.rollback()
    query = sa.select(WebhookEvent.media_id, WebhookEvent.comment_id).order_by(WebhookEvent.id)
    return [(media_id, comment_id) for media_id, comment_id in db.session.execute(query)]


def test_the_handshake_is_answered_with_nothing_but_the_challenge(client: FlaskClient) -> None:
    answer = client.get(ADDRESS, query_string=HANDSHAKE)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"1158201444", "text/plain")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("change", [{"hub.verify_token": "falsch"}, {"hub.mode": "x"}, {"hub.verify_token": "ö"}])
def test_a_handshake_without_our_word_is_refused(client: FlaskClient, change: dict[str, str]) -> None:
    answer = client.get(ADDRESS, query_string={**HANDSHAKE, **change})
    assert (answer.status_code, answer.data) == (403, b"")
    assert client.get(ADDRESS).status_code == 403


def test_a_mention_in_a_caption_and_one_in_a_comment_are_written_down(client: FlaskClient) -> None:
    assert (
        send(client, body_of(mention("17900000000000001"), mention("17900000000000001", "18000000000000002")))[0] == 200
    )
    assert kept() == [("17900000000000001", ""), ("17900000000000001", "18000000000000002")]
    event = db.session.scalars(sa.select(WebhookEvent)).first()
    assert event is not None
    assert (event.field, event.status, event.attempts, event.error) == ("mentions", EventStatus.WAITING, 0, None)
    assert event.next_attempt_at == event.received_at


def test_a_hundred_replays_write_nothing_more(client: FlaskClient) -> None:
    body = body_of(mention("17900000000000001"), mention("17900000000000002"))
    assert {send(client, body)[0] for _ in range(101)} == {200}
    assert kept() == [("17900000000000001", ""), ("17900000000000002", "")]


def test_a_mention_that_was_dealt_with_does_not_wait_again_when_it_is_told_again(client: FlaskClient) -> None:
    body = body_of(mention("17900000000000001"))
    send(client, body)
    db.session.execute(sa.update(WebhookEvent).values(status=EventStatus.DONE, attempts=1))
    db.session.commit()
    send(client, body)
    assert db.session.execute(sa.select(WebhookEvent.status, WebhookEvent.attempts)).all() == [(EventStatus.DONE, 1)]


def test_a_batch_of_a_thousand_is_written_whole(client: FlaskClient) -> None:
    mentions = [mention(str(17900000000000000 + number)) for number in range(1000)]
    assert send(client, body_of(*mentions)) == (200, b"")
    assert len(kept()) == 1000


def test_the_dashboards_test_and_deliveries_for_others_write_nothing(client: FlaskClient) -> None:
    for account in ("0", "17841400000000009"):
        assert send(client, body_of(mention("17900000000000001", "17900000000000001"), account=account))[0] == 200
    assert kept() == []


def truncated(body: bytes) -> tuple[bytes, str]:
    return body[:-1], sign_as_meta(body, SECRET)


FORGERIES = {
    "no signature": lambda body: (body, ""),
    "no method": lambda body: (body, sign_as_meta(body, SECRET).removeprefix("sha256=")),
    "another method": lambda body: (body, sign_as_meta(body, SECRET).replace("sha256", "sha1")),
    "another secret": lambda body: (body, sign_as_meta(body, "geraten")),
    "an empty secret": lambda body: (body, sign_as_meta(body, "")),
    "upper case": lambda body: (body, sign_as_meta(body, SECRET).upper()),
    "cut off": truncated,
    "written anew": lambda body: (json.dumps(json.loads(body)).encode(), sign_as_meta(body, SECRET)),
    "not ASCII": lambda body: (body, "sha256=ä\xff"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_not_signed_by_meta_writes_nothing(client: FlaskClient, forgery: str) -> None:
    body, signature = FORGERIES[forgery](body_of(mention("17900000000000001")))
    assert send(client, body, signature) == (403, b"")
    assert kept() == []


def test_a_delivery_without_the_header_is_refused(client: FlaskClient) -> None:
    body = body_of(mention("17900000000000001"))
    assert client.post(ADDRESS, data=body, content_type="application/json").status_code == 403
    assert client.post(ADDRESS, data={"hub.verify_token": WORD}).status_code == 403
    assert kept() == []


def test_a_body_without_measure_is_refused(client: FlaskClient) -> None:
    assert send(client, b" " * 2_000_000)[0] == 413
    assert kept() == []


def test_signed_nonsense_is_taken_so_that_it_does_not_come_again(client: FlaskClient) -> None:
    for body in (b"", b"{", b"null", b"[[]]", b"\xff\x00", b'{"object":"instagram","entry":{"id":[]}}'):
        assert send(client, body) == (200, b"")
    assert kept() == []


@examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(body=st.binary(max_size=300) | st.just(body_of(mention("17900000000000001"))), signature=st.text(max_size=80))
def test_no_bytes_without_their_signature_write_or_crash(client: FlaskClient, body: bytes, signature: str) -> None:
    header = signature.encode().decode("latin-1").translate({10: None, 13: None})
    assert send(client, body, header)[0] == 403
    assert kept() == []


@pytest.fixture
def unconfigured(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application without a webhook."""
    app = create_app(make_settings(tmp_path, database_url=database_url))
    app.test_client_class = OwnContextClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_without_a_secret_there_is_no_webhook(unconfigured: Flask) -> None:
    client = unconfigured.test_client()
    body = body_of(mention("17900000000000001"))
    assert client.get(ADDRESS, query_string={**HANDSHAKE, "hub.verify_token": ""}).status_code == 404
    for signature in ("", sign_as_meta(body, ""), sign_as_meta(body, "None")):
        assert send(client, body, signature)[0] == 404
    assert kept() == []


def test_without_a_database_meta_is_asked_to_come_again(tmp_path: Path) -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    client = create_app(make_settings(tmp_path, database_url=nowhere, instagram=WEBHOOK)).test_client()
    body = body_of(mention("17900000000000001"))
    assert send(client, body) == (503, b"")
    assert send(client, body, "sha256=falsch")[0] == 403
    assert client.get(ADDRESS, query_string=HANDSHAKE).status_code == 200


def test_the_webhook_has_one_address_and_answers_in_no_other_language(client: FlaskClient) -> None:
    assert client.get(f"/en{ADDRESS}", query_string=HANDSHAKE).status_code == 404
