"""`campaign ingest` against the simulated Instagram over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.clock import utc_now
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from campaign.entries.models import Entry
from campaign.extensions import db
from tests.cli.conftest import Campaign, done
from tests.processes import write_config

POSTS = 3
FAULTS: list[dict[str, Any]] = [
    *({"kind": "error", "code": code} for code in (4, 17, 190, 18, 24)),
    {"kind": "html"},
    {"kind": "broken_json"},
]
KEYS = ["errors", "new", "requests", "run_id", "seen", "skipped", "status", "updated"]


@pytest.fixture
def graph() -> Iterator[RunningGraphApi]:
    """Instagram with a few posts of small pictures."""
    stream = PostStream(5, utc_now() - timedelta(minutes=1), 1e9, start_posts=POSTS)
    with running(stream, picture_width=200) as live:
        yield live


@pytest.fixture
def config(tmp_path: Path, database_url: str, graph: RunningGraphApi) -> Path:
    """A configuration that speaks to it."""
    host = graph.url.removeprefix("http://")
    access = {"user_id": USER_ID, "access_token": TOKEN, "api_base_url": graph.url, "media_hosts": [host]}
    return write_config(tmp_path, database_url, instagram=access)


def stored() -> int:
    """Return how many entries there are."""
    db.session.remove()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0


def test_a_pass_prints_what_it_did(campaign: Campaign) -> None:
    first = json.loads(done(campaign("ingest", "--source", "hashtag", "--json")))
    assert set(KEYS) <= set(first)
    assert (first["status"], first["seen"], first["new"], first["errors"]) == ("complete", POSTS, POSTS, [])
    second = json.loads(done(campaign("ingest", "--json")))
    assert (second["new"], second["updated"], second["run_id"]) == (0, 0, first["run_id"] + 1)
    assert done(campaign("ingest")).startswith(f"complete: {POSTS} seen, 0 new, 0 updated")
    assert stored() == POSTS


def test_a_pass_that_failed_says_why_and_the_next_one_completes(campaign: Campaign, graph: RunningGraphApi) -> None:
    done(campaign("ingest", "--json"))
    for fault in FAULTS:
        graph.faults.add(**fault, times=None)
        result = campaign("ingest", "--json", "--resume")
        document = json.loads(result.stdout)
        assert (fault, result.exit_code, document["status"]) == (fault, 1, "failed")
        (line,) = result.stderr.splitlines()
        assert [f"pass: {error['message']}" for error in document["errors"]] == [line]
        assert TOKEN not in result.output
        graph.faults.clear()
    assert json.loads(done(campaign("ingest", "--json", "--resume")))["status"] == "complete"
    assert stored() == POSTS


def test_after_a_limit_nothing_is_asked_until_somebody_resumes(campaign: Campaign, graph: RunningGraphApi) -> None:
    graph.faults.add(kind="error", code=4)
    assert campaign("ingest", "--json").exit_code == 1
    graph.api.log.clear()
    paused = campaign("ingest", "--json")
    assert (paused.exit_code, graph.api.log.listed()) == (1, [])
    assert done(campaign("ingest", "--resume")).startswith("Lifted: 1.\ncomplete: ")


def test_each_source_can_be_asked_alone_and_all_are_told_in_one_document(
    campaign: Campaign, config: Path, graph: RunningGraphApi
) -> None:
    set_mention = 'hashtag = "schoensterblick"\nmention = "schoensterblick"'
    text = config.read_text(encoding="utf-8").replace('hashtag = "schoensterblick"', set_mention)
    config.write_text(text, encoding="utf-8")
    alone = [json.loads(done(campaign("ingest", "--source", name, "--json"))) for name in ("tags", "mentions")]
    assert [(one["source"], one["new"], len(one["passes"])) for one in alone] == [("tags", 0, 1), ("mentions", 0, 1)]
    document = json.loads(done(campaign("ingest", "--json")))
    passes = document["passes"]
    assert [one["source"] for one in passes] == ["hashtag", "tags", "mentions"]
    assert document["run_id"] == passes[0]["run_id"]
    for name in ("seen", "new", "updated", "skipped", "requests"):
        assert document[name] == sum(one[name] for one in passes)
    assert (document["seen"], document["new"], document["errors"]) == (POSTS, POSTS, [])


def test_one_bad_item_costs_nothing_but_a_line(campaign: Campaign, graph: RunningGraphApi) -> None:
    graph.faults.add(kind="item_broken", form="no_id")
    result = campaign("ingest", "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["status"], document["skipped"]) == (0, "complete", 1)
    assert (len(document["errors"]), len(result.stderr.splitlines()), stored()) == (1, 1, POSTS - 1)


def test_without_a_token_nothing_is_asked(app: Flask, campaign: Campaign, config: Path, graph: RunningGraphApi) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace(f'access_token = "{TOKEN}"', ""), encoding="utf-8")
    result = campaign("ingest", "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (1, "failed")
    assert len(result.stderr.splitlines()) == 1
    assert graph.api.log.listed() == []


def test_only_sources_that_there_are_can_be_named(campaign: Campaign) -> None:
    assert campaign("ingest", "--source", "letters").exit_code == 2
