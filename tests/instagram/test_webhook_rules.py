"""Deliveries of Meta's webhook are read as they are, and nothing in them is trusted."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.instagram.webhooks import MOST_MENTIONS, Mention, answer_challenge, is_signed, read_mentions

RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))
needs_recordings = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded payloads are not on this machine")
US = "17841405726653026"
HANDSHAKE = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "wort"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
ids = st.from_regex(r"1[0-9]{16}", fullmatch=True) | anything
values = st.fixed_dictionaries({}, optional={"media_id": ids, "comment_id": ids}) | anything
changes = st.fixed_dictionaries({}, optional={"field": st.just("mentions") | anything, "value": values}) | anything
entries = st.fixed_dictionaries({}, optional={"id": st.just(US) | ids, "changes": st.lists(changes) | anything})
documents = st.fixed_dictionaries(
    {}, optional={"object": st.just("instagram") | anything, "entry": st.lists(entries | anything) | anything}
)


def delivery(*values: Any, account: Any = US, field: str = "mentions", kind: str = "instagram") -> bytes:
    listed = [{"field": field, "value": value} for value in values]
    return json.dumps({"object": kind, "entry": [{"id": account, "time": 1520622968, "changes": listed}]}).encode()


def recorded(number: int) -> bytes:
    path = RECORDED / "observed" / "webhook_mentions.json"
    return json.dumps(json.loads(path.read_text())[number]["body"]).encode()


@needs_recordings
def test_the_documented_deliveries_are_read() -> None:
    assert read_mentions(recorded(1), US) == [Mention("17918195224117851")]
    assert read_mentions(recorded(2), US) == [Mention("17918195224117851", "17894227972186120")]


@needs_recordings
def test_the_dashboards_test_holds_no_mention() -> None:
    assert read_mentions(recorded(0), US) == []


def test_one_mention_told_twice_is_one() -> None:
    told = {"media_id": "1", "comment_id": "2"}
    assert read_mentions(delivery(told, told, {"media_id": "1"}), US) == [Mention("1", "2"), Mention("1")]


def test_several_accounts_in_one_delivery_are_told_apart() -> None:
    both = [json.loads(delivery({"media_id": number}, account=account))["entry"][0] for number, account in
            (("1", "17841400000000009"), ("2", US))]  # fmt: skip
    assert read_mentions(json.dumps({"object": "instagram", "entry": both}).encode(), US) == [Mention("2")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b"9" * 10_000,
        delivery({"media_id": "1"}, kind="page"),
        delivery({"media_id": "1"}, field="comments"),
        delivery({"media_id": "1"}, account="0"),
        delivery({"media_id": "1"}, account=int(US)),
        delivery({"media_id": ""}),
        delivery({"media_id": "1 OR 1=1"}),
        delivery({"media_id": "١٢"}),
        delivery({"media_id": "1" * 41}),
        delivery({"media_id": 17918195224117851}),
        delivery({"media_id": "1", "comment_id": "x"}),
        delivery({"comment_id": "1"}),
        delivery(None, [], "1"),
    ],
)
def test_whatever_has_another_shape_is_left_out(body: bytes) -> None:
    assert read_mentions(body, US) == []


def test_a_delivery_of_a_thousand_is_read_whole_and_an_endless_one_is_cut() -> None:
    thousand = [{"media_id": str(number)} for number in range(1, 1001)]
    assert len(read_mentions(delivery(*thousand), US)) == 1000
    endless = [{"media_id": str(number)} for number in range(1, MOST_MENTIONS + 500)]
    assert len(read_mentions(delivery(*endless), US)) == MOST_MENTIONS


@given(documents | anything)
def test_no_document_crashes_the_reader_and_ids_are_always_digits(document: object) -> None:
    for mention in read_mentions(json.dumps(document).encode(), US):
        assert mention.media_id.isdigit()
        assert mention.media_id.isascii()
        assert mention.comment_id == "" or (mention.comment_id.isdigit() and mention.comment_id.isascii())
        assert max(len(mention.media_id), len(mention.comment_id)) <= 40


@given(st.binary())
def test_no_bytes_crash_the_reader(body: bytes) -> None:
    read_mentions(body, US)


def sign(body: bytes, secret: str = "geheim") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@given(st.binary(), st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_only_the_signature_of_these_bytes_fits(body: bytes, signature: str) -> None:
    assert is_signed(body, signature, "geheim") is (signature == sign(body))
    assert is_signed(body, sign(body), "geheim")
    assert not is_signed(body + b" ", sign(body), "geheim")
    assert not is_signed(body, sign(body, "anders"), "geheim")


def test_the_same_document_written_anew_does_not_fit_its_signature() -> None:
    wire = rb'{"object":"instagram","entry":[],"note":"a\/b \u00e4"}'
    assert is_signed(wire, sign(wire), "geheim")
    assert not is_signed(json.dumps(json.loads(wire)).encode(), sign(wire), "geheim")


def test_the_handshake_is_answered_with_the_challenge() -> None:
    assert answer_challenge(HANDSHAKE, "wort") == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "anderes"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "wört\ud800"},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": ""},
    ],
)
def test_a_handshake_without_our_word_is_not_answered(change: dict[str, str]) -> None:
    assert answer_challenge({**HANDSHAKE, **change}, "wort") is None
    assert answer_challenge({}, "wort") is None
