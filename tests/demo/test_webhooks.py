"""Webhooks as Meta sends them: bytes, signatures, batches, repeats, the handshake."""

import hashlib
import hmac
import json
from threading import Event
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from campaign.demo.graph_api import running
from campaign.demo.graph_webhooks import TEST_ID, mention, sign, verify, write_body
from campaign.demo.posts import PostStream
from tests.demo.caller import NOON, OUR_NAME, SECRET, TOKEN, USER, Caller, Clock


class Receiver:
    """Takes deliveries as our site would: keeps what is signed rightly, fails as often as wished."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("/webhooks/instagram")
        self.bodies: list[bytes] = []
        self.refused = 0
        self.failures = 0
        self.arrived = Event()
        server.expect_request("/webhooks/instagram", method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        if self.failures:
            self.failures -= 1
            return Response(status=500)
        body = request.get_data()
        right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if request.headers["X-Hub-Signature-256"] != right or request.content_type != "application/json":
            self.refused += 1
            return Response(status=403)
        self.bodies.append(body)
        self.arrived.set()
        return Response(status=200)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """All changes of all deliveries."""
        entries = [entry for body in self.bodies for entry in json.loads(body)["entry"]]
        return [change for entry in entries for change in entry["changes"]]


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


@pytest.fixture
def aimed(quiet: Caller, receiver: Receiver) -> Caller:
    """An API that sends to the receiver whenever it is told to."""
    quiet.api.webhooks.aim(receiver.url, SECRET)
    return quiet


def test_the_body_is_written_as_on_the_wire() -> None:
    body = write_body([mention("17918195224117851"), mention("17918195224117851", "17894227972186120")], USER, NOON)
    assert body == (
        b'{"object":"instagram","entry":[{"id":"17841400000000001","time":1781956800,"changes":['
        b'{"field":"mentions","value":{"media_id":"17918195224117851"}},'
        b'{"field":"mentions","value":{"media_id":"17918195224117851","comment_id":"17894227972186120"}}]}]}'
    )


def test_slashes_and_umlauts_are_escaped_so_that_only_the_raw_bytes_verify() -> None:
    body = write_body([{"field": "mentions", "value": {"media_id": "ä/1"}}], USER, NOON)
    assert rb'"\u00e4\/1"' in body
    again = json.dumps(json.loads(body)).encode()
    assert sign(again, SECRET) != sign(body, SECRET)


def test_a_caption_that_mentions_us_is_told_once(aimed: Caller, receiver: Receiver) -> None:
    made = aimed.post(caption=f"Hallo @{OUR_NAME}")
    aimed.post(caption="Ohne uns")
    assert [aimed.api.webhooks.send_due() for _ in range(3)] == [True] * 3
    assert receiver.changes == [{"field": "mentions", "value": {"media_id": made["media_id"]}}]


def test_a_comment_that_mentions_us_is_told_with_both_ids(aimed: Caller, receiver: Receiver) -> None:
    media_id = aimed.post(caption="Ohne uns")["media_id"]
    aimed.control("POST", "/_comments", media_id=media_id, text="Schön")
    comment = aimed.control("POST", "/_comments", media_id=media_id, text=f"@{OUR_NAME} ja")
    aimed.api.webhooks.send_due()
    assert receiver.changes == [
        {"field": "mentions", "value": {"media_id": media_id, "comment_id": comment["comment_id"]}}
    ]


def test_our_own_comments_are_not_told(aimed: Caller, receiver: Receiver) -> None:
    media_id = aimed.post(caption=f"Hallo @{OUR_NAME}")["media_id"]
    aimed.api.webhooks.send_due()
    aimed.send(f"/{USER}/mentions", media_id=media_id, message=f"Antworte mit @{OUR_NAME} ja")
    aimed.api.webhooks.send_due()
    assert receiver.changes == [mention(media_id)]


def test_old_and_private_mentions_are_not_told(quiet: Caller, receiver: Receiver) -> None:
    quiet.post(caption=f"Vorher @{OUR_NAME}")
    quiet.api.webhooks.aim(receiver.url, SECRET)
    quiet.post(caption=f"Privat @{OUR_NAME}", private=True)
    assert quiet.api.webhooks.send_due() is True
    assert receiver.bodies == []


def test_posts_of_a_stream_are_told_as_they_appear(clock: Clock, receiver: Receiver) -> None:
    stream = PostStream(3, NOON, 60.0, mention_share=1.0)
    with running(stream, token=TOKEN, user_id=USER, clock=clock, picture_width=160) as live:
        live.api.webhooks.aim(receiver.url, SECRET)
        clock.forward(minutes=3)
        live.api.webhooks.send_due()
    assert receiver.changes == [mention(post.media_id) for post in stream.visible(clock(), NOON)]
    assert len(receiver.changes) == 3


def test_a_failed_delivery_is_repeated_and_nothing_is_lost_or_doubled(aimed: Caller, receiver: Receiver) -> None:
    receiver.failures = 2
    ids = [aimed.post(caption=f"Nummer {number} @{OUR_NAME}")["media_id"] for number in range(2)]
    assert aimed.api.webhooks.send_due() is False
    ids.append(aimed.post(caption=f"Spät @{OUR_NAME}")["media_id"])
    assert [aimed.api.webhooks.send_due() for _ in range(3)] == [False, True, True]
    assert receiver.changes == [mention(media_id) for media_id in ids]
    statuses = [one["status"] for one in aimed.client.get("/_webhook").get_json()["deliveries"]]
    assert statuses == [500, 500, 200]


def test_a_receiver_that_is_not_there_counts_as_failed(quiet: Caller, httpserver: HTTPServer) -> None:
    address = httpserver.url_for("/gone")
    httpserver.stop()  # type: ignore[no-untyped-call]
    quiet.api.webhooks.aim(address, SECRET)
    quiet.post(caption=f"@{OUR_NAME}")
    assert quiet.api.webhooks.send_due() is False
    assert quiet.api.webhooks.deliveries[-1].status is None
    httpserver.start()  # type: ignore[no-untyped-call]


def test_repeats_end_after_36_hours(aimed: Caller, receiver: Receiver, clock: Clock) -> None:
    receiver.failures = 1
    aimed.post(caption=f"@{OUR_NAME}")
    aimed.api.webhooks.send_due()
    clock.forward(hours=36, seconds=1)
    assert aimed.api.webhooks.send_due() is True
    assert receiver.bodies == []


def test_a_thousand_changes_come_in_one_delivery(aimed: Caller, receiver: Receiver) -> None:
    wish = [{"media_id": str(number)} for number in range(1001)]
    sent = aimed.control("POST", "/_webhook", url=receiver.url, secret=SECRET, mentions=wish)
    assert [one["status"] for one in sent["deliveries"]] == [200, 200]
    assert [len(json.loads(body)["entry"][0]["changes"]) for body in receiver.bodies] == [1000, 1]
    assert [change["value"]["media_id"] for change in receiver.changes] == [str(number) for number in range(1001)]


def test_a_delivery_is_replayed_byte_for_byte(aimed: Caller, receiver: Receiver, clock: Clock) -> None:
    aimed.control("POST", "/_webhook", url=receiver.url, secret=SECRET, media_id="1", comment_id="2")
    clock.forward(hours=1)
    aimed.control("POST", "/_webhook", url=receiver.url, action="replay")
    assert len(receiver.bodies) == 2
    assert receiver.bodies[0] == receiver.bodies[1]


def test_there_is_nothing_to_replay_at_first(quiet: Caller, receiver: Receiver) -> None:
    answer = quiet.client.post("/_webhook", json={"url": receiver.url, "action": "replay"})
    assert answer.status_code == 400


def test_the_dashboards_test_names_nothing_that_exists(aimed: Caller, receiver: Receiver) -> None:
    aimed.control("POST", "/_webhook", url=receiver.url, secret=SECRET, action="test")
    (entry,) = json.loads(receiver.bodies[0])["entry"]
    assert (entry["id"], entry["changes"]) == ("0", [mention(TEST_ID, TEST_ID)])
    assert aimed.mentioned(TEST_ID, "id").status_code == 400


def test_a_delivery_can_be_signed_wrongly(aimed: Caller, receiver: Receiver) -> None:
    wish = {"url": receiver.url, "secret": SECRET, "media_id": "1"}
    sent = aimed.control("POST", "/_webhook", **wish, signature="sha256=00")
    assert (sent["deliveries"][0]["status"], receiver.refused) == (403, 1)
    aimed.control("POST", "/_webhook", **wish | {"secret": "another"})
    assert (receiver.refused, receiver.bodies) == (2, [])


def test_the_handshake_wants_its_challenge_back(quiet: Caller, httpserver: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        if request.args["hub.mode"] == "subscribe" and request.args["hub.verify_token"] == "pass ä&word":
            return Response(request.args["hub.challenge"])
        return Response(status=403)

    httpserver.expect_request("/hook", method="GET").respond_with_handler(answer)
    httpserver.expect_request("/other", method="GET").respond_with_data("something else")
    assert verify(httpserver.url_for("/hook"), "pass ä&word") is True
    assert verify(httpserver.url_for("/hook"), "wrong") is False
    assert verify(httpserver.url_for("/other"), "pass ä&word") is False
    wish = {"url": httpserver.url_for("/hook"), "action": "verify", "verify_token": "pass ä&word"}
    assert quiet.control("POST", "/_webhook", **wish) == {"verified": True}


def test_a_running_server_delivers_by_itself(receiver: Receiver) -> None:
    stream = PostStream(3, NOON, 1e9, start_posts=0)
    with running(stream, token=TOKEN, clock=Clock(), webhook=(receiver.url, SECRET)):
        made = stream.add({"caption": f"@{OUR_NAME}"}, NOON)
        assert receiver.arrived.wait(20)
    assert receiver.changes == [mention(made.media_id)]
