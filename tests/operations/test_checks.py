"""`campaign check` says of Instagram what works, what does not, and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from campaign import create_app
from campaign.clock import utc_now
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.posts import PostStream
from campaign.extensions import db
from campaign.operations.checks import CheckResult, run_checks
from tests.factories import make_settings
from tests.processes import free_ports

SECRET = "the-secret-of-the-app"
NAMES = ["instagram", "instagram token", "instagram hashtags", "instagram version"]


@pytest.fixture
def graph() -> Iterator[RunningGraphApi]:
    """A simulated Instagram that knows its app's secret."""
    with running(PostStream(11, utc_now(), 1e9, start_posts=0), app_secret=SECRET, require_proof=True) as live:
        yield live


def checked(app: Flask, tmp_path: Path, graph: RunningGraphApi, **changes: Any) -> list[CheckResult]:
    """The lines about Instagram."""
    access = {"user_id": USER_ID, "access_token": TOKEN, "api_base_url": graph.url}
    app_of = {"app_id": graph.api.tokens.app_id, "app_secret": SECRET}
    url = app.config["CAMPAIGN"].site.database
    app.config["CAMPAIGN"] = make_settings(tmp_path, database_url=url, instagram={**access, **app_of, **changes})
    return [line for line in run_checks() if line.name.startswith("instagram")]


def states(lines: list[CheckResult]) -> list[str]:
    assert [line.name for line in lines] == NAMES
    assert not [line for line in lines if TOKEN in str(line) or SECRET in str(line)]
    return [line.state for line in lines]


def test_access_token_hashtags_and_version_have_a_line_each(app: Flask, tmp_path: Path, graph: RunningGraphApi) -> None:
    assert states(checked(app, tmp_path, graph)) == ["ok", "ok", "ok", "ok"]


def test_the_operator_hears_of_an_end_that_is_near_and_of_permissions_that_are_missing(
    app: Flask, tmp_path: Path, graph: RunningGraphApi
) -> None:
    soon = (utc_now() + timedelta(days=9)).isoformat()
    graph.api.tokens.set({"data_access_expires_at": soon}, utc_now())
    lines = checked(app, tmp_path, graph)
    assert (states(lines)[1], lines[1].remedy) == ("warning", "Log in anew before that day.")
    graph.api.tokens.set({"scopes": ["instagram_basic"]}, utc_now())
    lines = checked(app, tmp_path, graph)
    missing = "pages_read_engagement, instagram_manage_comments, pages_manage_metadata, pages_show_list"
    assert lines[1].message == f"permissions are missing: {missing}."


def test_a_dead_token_is_named_so_and_the_check_goes_on(app: Flask, tmp_path: Path, graph: RunningGraphApi) -> None:
    graph.api.tokens.set({"is_valid": False, "subcode": 460}, utc_now())
    for _ in range(2):
        # The second time nothing is asked for with the dead token any more.
        lines = checked(app, tmp_path, graph)
        assert states(lines) == ["failure", "failure", "failure", "ok"]
        assert lines[1].message == "the token is dead."
    assert "campaign ingest --resume" in lines[0].message


def test_where_the_app_is_not_configured_nobody_can_ask_when_the_token_ends(
    app: Flask, tmp_path: Path, graph: RunningGraphApi
) -> None:
    graph.api.habits = replace(graph.api.habits, require_proof=False)
    graph.api.tokens._require_proof = False
    lines = checked(app, tmp_path, graph, app_id="", app_secret="")
    assert (states(lines), lines[1].remedy) == (
        ["ok", "warning", "ok", "ok"],
        "Set instagram.app_id and instagram.app_secret.",
    )


def test_a_version_that_has_ended_is_named(app: Flask, tmp_path: Path, graph: RunningGraphApi) -> None:
    lines = checked(app, tmp_path, graph, api_version="v19.0")
    assert lines[-1].state == "warning"
    assert lines[-1].remedy == "Set instagram.api_version to v26.0 and read Meta's changelog."


def test_without_an_account_one_line_says_what_to_set(app: Flask, tmp_path: Path, graph: RunningGraphApi) -> None:
    (line,) = checked(app, tmp_path, graph, access_token="\n")
    assert (line.state, "Set both under [instagram]" in line.message) == ("failure", True)


def test_a_public_address_without_a_trusted_proxy_is_a_warning(app: Flask, tmp_path: Path) -> None:
    site = {"base_url": "https://blick.example", "database_url": app.config["CAMPAIGN"].site.database}
    organiser = {"address": "Straße 1, 99084 Erfurt", "email": "post@blick.example", "represented_by": "Ada"}
    for proxies, state in ((0, "warning"), (1, "ok")):
        section = {**site, "data_dir": str(tmp_path), "trusted_proxies": proxies}
        app.config["CAMPAIGN"] = make_settings(tmp_path, site=section, organiser=organiser)
        assert run_checks()[0].state == state


def test_several_web_processes_without_a_common_store_of_counts_are_a_failure(app: Flask) -> None:
    (line,) = [line for line in run_checks() if line.name == "limits"]
    alone = "each web process counts tries and limits alone, so that they hold for none of them together."
    expected = {
        "sqlite": ("ok", "counted by the one web process", ""),
        "postgresql": ("failure", alone, "Set site.redis_url."),
    }
    assert (line.state, line.message, line.remedy) == expected[db.engine.dialect.name]


def test_a_store_of_counts_that_does_not_answer_is_a_failure(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, site={"redis_url": f"redis://127.0.0.1:{free_ports()}/0"}))
    with app.app_context():
        (line,) = [line for line in run_checks() if line.name == "limits"]
        db.session.remove()
        db.engine.dispose()
    assert (line.state, line.message.partition(":")[0]) == ("failure", "the store of counts does not answer")
