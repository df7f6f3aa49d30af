"""The simulated Instagram as a server of its own: several callers, a log without tokens, a process that ends."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from campaign.demo.graph_api import RunningGraphApi, main
from campaign.demo.graph_webhooks import sign
from tests.demo.caller import TAG_ID, TOKEN, USER


def test_the_log_tells_what_was_asked_and_never_the_token(server: RunningGraphApi) -> None:
    address = f"{server.url}/v26.0/{TAG_ID}"
    requests.get(address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=5)
    requests.get(address, params={"access_token": TOKEN, "fields": "name"}, timeout=5)
    requests.get(address, timeout=5)
    log = requests.get(f"{server.url}/_log", timeout=5)
    assert TOKEN not in log.text
    seen = {"method": "GET", "path": f"/v26.0/{TAG_ID}"}
    assert log.json()["requests"] == [
        seen | {"query": {}, "token_by": "header"},
        seen | {"query": {"fields": "name"}, "token_by": "query"},
        seen | {"query": {}, "token_by": None},
    ]
    assert requests.delete(f"{server.url}/_log", timeout=5).status_code == 204
    assert requests.get(f"{server.url}/_log", timeout=5).json() == {"requests": []}


def test_requests_that_a_fault_swallows_are_logged(server: RunningGraphApi) -> None:
    server.faults.add(kind="down")
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/{TAG_ID}", timeout=5)
    assert [entry["path"] for entry in server.api.log.listed()] == [f"/{TAG_ID}"]


def test_many_callers_get_the_same_picture_drawn_once(server: RunningGraphApi) -> None:
    requests.post(f"{server.url}/_posts", json={"seed": 16}, timeout=5)
    query = {"user_id": USER, "fields": "media_url", "access_token": TOKEN}
    (item,) = requests.get(f"{server.url}/{TAG_ID}/recent_media", params=query, timeout=5).json()["data"]
    assert item["media_url"].startswith(f"{server.url}/cdn/v/")
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda _: requests.get(item["media_url"], timeout=20).content, range(4)))
    assert len(set(files)) == 1
    assert server.api.host.drawn == 1


def test_a_stopped_server_answers_no_more(server: RunningGraphApi) -> None:
    server.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=2)
    server.stop()


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "campaign.demo.graph_api", "--port", "0", "--seed", "4", "--token", TOKEN]
    options = ["--user-id", USER, "--every", "1000", "--start-posts", "5", "--picture-width", "200"]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)}
    ) as running:
        yield running
        running.kill()


def test_the_process_says_where_it_listens_and_ends_when_told(process: subprocess.Popen[str], tmp_path: Path) -> None:
    assert process.stdout is not None
    line = re.fullmatch(r"listening on (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
    assert line is not None
    query = {"user_id": USER, "access_token": TOKEN}
    answer = requests.get(f"{line[1]}/v26.0/{TAG_ID}/recent_media", params=query, timeout=5).json()
    assert len(answer["data"]) == 5
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_process_tells_its_receiver_of_each_mention(httpserver: HTTPServer, tmp_path: Path) -> None:
    told: list[bytes] = []
    arrived = Event()

    def take(request: Request) -> Response:
        told.append(request.get_data())
        assert request.headers["X-Hub-Signature-256"] == sign(told[-1], "the-secret")
        arrived.set()
        return Response()

    httpserver.expect_request("/hook").respond_with_handler(take)
    command = [sys.executable, "-m", "campaign.demo.graph_api", "--every", "0.5", "--start-posts", "0", "--no-pictures"]
    options = ["--mention-share", "1", "--webhook-url", httpserver.url_for("/hook"), "--webhook-secret", "the-secret"]
    with subprocess.Popen([*command, *options], env={**os.environ, "TMPDIR": str(tmp_path)}) as running:
        assert arrived.wait(60)
        running.kill()
    assert json.loads(told[0])["entry"][0]["changes"][0]["field"] == "mentions"


def test_a_receiver_needs_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--webhook-url", "http://127.0.0.1:1/hook"])
    assert "--webhook-secret" in capsys.readouterr().err
