"""Faults are switched on from outside, hit what they name, and end."""

import json
import time
from datetime import timedelta

import pytest
import requests

from campaign.demo.faults import Faults
from campaign.demo.graph_api import RunningGraphApi
from campaign.demo.graph_errors import known_error
from tests.demo.caller import NOON, TAG_ID, TOKEN, USER, Caller, Clock

_NAIVE = {"kind": "down", "begin": "2026-06-20T12:00:00"}
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize("status", [500, 503])
def test_the_server_fails_as_often_as_wished(quiet: Caller, status: int) -> None:
    quiet.fault(kind=f"http_{status}", times=2)
    answers = [quiet.get(f"/{TAG_ID}").status_code for _ in range(3)]
    assert answers == [status, status, 200]


def test_a_fault_without_number_stays_until_it_is_removed(quiet: Caller) -> None:
    quiet.fault(kind="http_500", times=None)
    assert [quiet.get(f"/{TAG_ID}").status_code for _ in range(4)] == [500] * 4
    assert [fault["kind"] for fault in quiet.client.get("/_faults").get_json()["faults"]] == ["http_500"]
    assert quiet.client.delete("/_faults").status_code == 204
    assert quiet.get(f"/{TAG_ID}").status_code == 200
    assert quiet.client.get("/_faults").get_json() == {"faults": []}


def test_a_fault_hits_only_within_its_span_of_the_clock(quiet: Caller, clock: Clock) -> None:
    quiet.fault(kind="http_503", begin="2026-06-20T15:00:00+02:00", end="2026-06-20T13:30:00+00:00")
    seen = []
    for _ in range(8):
        seen.append(quiet.get(f"/{TAG_ID}").status_code)
        clock.forward(minutes=15)
    assert seen == [200] * 4 + [503] * 2 + [200] * 2


def test_a_span_may_be_open_and_its_hits_may_be_counted(quiet: Caller, clock: Clock) -> None:
    quiet.fault(kind="http_500", begin=(NOON + timedelta(hours=1)).isoformat(), times=1)
    quiet.fault(kind="http_503", end=(NOON + timedelta(hours=1)).isoformat())
    seen = []
    for _ in range(4):
        seen.append(quiet.get(f"/{TAG_ID}").status_code)
        clock.forward(minutes=30)
    assert seen == [503, 503, 500, 200]


def test_a_fault_of_a_season_reaches_the_picture_host_too(quiet: Caller, clock: Clock) -> None:
    quiet.post(seed=16)
    address = quiet.media()["data"][0]["media_url"]
    quiet.fault(kind="picture_not", form="text", begin=(NOON + timedelta(hours=1)).isoformat())
    assert quiet.client.get(address).data.startswith(b"\xff\xd8")
    clock.forward(hours=1)
    assert quiet.client.get(address).data == b"not a picture\n"


def test_a_fault_hits_only_the_place_it_names(quiet: Caller) -> None:
    quiet.post(seed=16)
    address = quiet.media()["data"][0]["media_url"]
    quiet.fault(kind="http_503", where="cdn", times=None)
    assert quiet.get(f"/v26.0/{TAG_ID}").status_code == 200
    assert quiet.client.get(address).status_code == 503
    quiet.client.delete("/_faults")
    quiet.fault(kind="http_500", where=f"/v26.0/{TAG_ID}/recent_media", times=None)
    assert quiet.client.get(address).status_code == 200
    assert quiet.get(f"/{TAG_ID}").status_code == 200
    assert quiet.get(f"/v25.0/{TAG_ID}/recent_media", user_id=USER).status_code == 500


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_of_html_comes_instead_of_json(quiet: Caller, status: int) -> None:
    quiet.fault(kind="html", status=status)
    answer = quiet.get(f"/{TAG_ID}")
    assert (answer.status_code, answer.content_type) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_json_breaks_off_in_the_middle(quiet: Caller) -> None:
    quiet.fault(kind="broken_json")
    answer = quiet.get(f"/{TAG_ID}", fields="id,name")
    assert (answer.status_code, answer.content_type) == (200, "application/json; charset=UTF-8")
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


@pytest.mark.parametrize(
    ("code", "status", "subcode"),
    [
        (2, 503, None),
        (4, 403, None),
        (10, 400, None),
        (17, 400, None),
        (18, 400, 2207034),
        (24, 400, 2207024),
        (100, 400, None),
        (190, 400, 463),
        (999, 400, None),
        (80002, 400, None),
    ],
)
def test_known_errors_have_their_usual_bodies(quiet: Caller, code: int, status: int, subcode: int | None) -> None:
    quiet.fault(kind="error", code=code)
    answer = quiet.get(f"/{TAG_ID}")
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], error.get("error_subcode")) == (status, code, subcode)
    assert error["message"] == known_error(code).message
    assert quiet.get(f"/{TAG_ID}").status_code == 200


@pytest.mark.parametrize(
    ("code", "subcode", "title"),
    [(4, 2207051, "Action is blocked"), (24, 2207045, "Media Not Found"), (100, 2207047, "Invalid URL")],
)
def test_a_subcode_brings_its_own_body(quiet: Caller, code: int, subcode: int, title: str) -> None:
    quiet.fault(kind="error", code=code, subcode=subcode)
    error = quiet.get(f"/{TAG_ID}").get_json()["error"]
    assert (error["code"], error["error_subcode"], error["error_user_title"]) == (code, subcode, title)


def test_an_error_can_be_shaped(quiet: Caller) -> None:
    quiet.fault(kind="error", code=190, subcode=460, status=401, message="Anders", headers={"X-App-Usage": "{}"})
    answer = quiet.get(f"/{TAG_ID}")
    error = answer.get_json()["error"]
    assert (answer.status_code, error["error_subcode"], error["message"]) == (401, 460, "Anders")
    assert answer.headers["X-App-Usage"] == "{}"


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("no_id", {"media_type": "IMAGE"}),
        ("null", None),
        (
            "types",
            {
                "id": {"oops": 1},
                "caption": 7,
                "media_type": ["IMAGE"],
                "media_url": False,
                "timestamp": "gestern",
            },
        ),
    ],
)
def test_one_item_of_a_page_is_malformed(quiet: Caller, form: str, first: object) -> None:
    for _ in range(3):
        quiet.post()
    quiet.fault(kind="item_broken", form=form)
    broken, *rest = quiet.media(fields="media_type")["data"]
    assert broken == first
    assert [sorted(item) for item in rest] == [["id", "media_type"]] * 2


def test_an_item_of_which_only_id_and_address_can_be_read(quiet: Caller) -> None:
    quiet.post()
    (good,) = quiet.media()["data"]
    quiet.fault(kind="item_broken", form="fields")
    (broken,) = quiet.media()["data"]
    assert broken == {
        "id": good["id"],
        "permalink": good["permalink"],
        "caption": 7,
        "media_type": ["IMAGE"],
        "media_url": False,
        "timestamp": "gestern",
    }


def test_items_come_twice(quiet: Caller) -> None:
    quiet.post()
    quiet.fault(kind="duplicate_items")
    ids = [item["id"] for item in quiet.media()["data"]]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_paging_never_ends(graph: Caller) -> None:
    graph.fault(kind="repeat_pages", times=None)
    first = graph.media(limit="50", fields="id")
    second = graph.media(limit="50", fields="id", after=first["paging"]["cursors"]["after"])
    assert second["data"] == first["data"]
    assert second["paging"]["cursors"] == first["paging"]["cursors"]


@pytest.mark.parametrize(
    "wish", [{"kind": "nonsense"}, {"kind": "error"}, {"kind": "down", "colour": "red"}, ["down"], _NAIVE]
)
def test_a_wrong_wish_is_refused(quiet: Caller, wish: object) -> None:
    assert quiet.client.post("/_faults", json=wish).status_code == 400
    assert Faults().listed() == []


@pytest.mark.parametrize(
    "wish", [{"media_type": "STORY"}, {"timestamp": "2026-01-01T00:00:00"}, {"seed": "x"}, {"likes": 3}]
)
def test_a_wrong_post_is_refused(quiet: Caller, wish: dict[str, object]) -> None:
    assert quiet.client.post("/_posts", json=wish).status_code == 400
    assert quiet.media()["data"] == []


def test_a_post_is_added_with_everything_wished(quiet: Caller) -> None:
    wish = {"caption": "Hallo #weimar", "media_id": "17811111111111111", "timestamp": "2026-06-20T11:30:00+00:00"}
    made = quiet.post(**wish)
    (item,) = quiet.media(fields="caption,timestamp")["data"]
    assert item == {"id": made["media_id"], "caption": wish["caption"], "timestamp": "2026-06-20T11:30:00+0000"}
    assert made["media_id"] == wish["media_id"]
    assert made["timestamp"] == NOON.replace(hour=11, minute=30).strftime("%Y-%m-%dT%H:%M:%S+0000")


@pytest.mark.parametrize("path", ["/_faults", "/_log"])
def test_only_the_machine_itself_steers(quiet: Caller, path: str) -> None:
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert quiet.client.get(path, environ_base=far).status_code == 403
    assert quiet.client.get(path, environ_base={"REMOTE_ADDR": "::1"}).status_code == 200


def test_a_connection_is_closed_without_an_answer(server: RunningGraphApi) -> None:
    server.faults.add(kind="down")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/{TAG_ID}", headers=BEARER, timeout=5)
    assert requests.get(f"{server.url}/{TAG_ID}", headers=BEARER, timeout=5).json() == {"id": TAG_ID}


def test_bytes_drip_one_by_one(server: RunningGraphApi) -> None:
    server.faults.add(kind="slow", pause=0.02)
    began = time.monotonic()
    answer = requests.get(f"{server.url}/{TAG_ID}", headers=BEARER, timeout=5)
    assert answer.json() == {"id": TAG_ID}
    assert time.monotonic() - began > len(answer.content) * 0.02 * 0.9


def test_a_drip_of_one_byte_a_second_does_not_keep_the_server_from_stopping(server: RunningGraphApi) -> None:
    server.faults.add(kind="slow")
    with requests.get(f"{server.url}/{TAG_ID}", headers=BEARER, timeout=5, stream=True) as answer:
        assert answer.raw.read(1) == b"{"
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 1
