"""`campaign tally`, `campaign results` and `campaign export`."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import time_machine

from campaign.clock import utc_now
from campaign.extensions import db
from tests.cli.conftest import Campaign, done, refusal
from tests.factories import ERFURT, WEIMAR, make_entry
from tests.results.ballots import cast

TOWN = ["ags", "ballots", "entries", "missing_to_minimum", "name", "picks", "rank", "score", "size_class"]


@pytest.fixture
def voted(campaign: Campaign) -> tuple[int, int]:
    """Two entries: Erfurt with two ballots, Weimar with one."""
    erfurt, weimar = make_entry(town=ERFURT, picture=True).number, make_entry(town=WEIMAR, picture=True).number
    cast(erfurt, weimar)
    cast(erfurt)
    return erfurt, weimar


def bend() -> None:
    """Change a counter behind the program's back."""
    db.session.execute(sa.text("UPDATE entry_tally SET picks = picks + 1"))
    db.session.commit()


def document(stdout: str) -> dict[str, Any]:
    """Return the one JSON document of an output."""
    return dict(json.loads(stdout))


def test_the_tally_prints_the_standings_document(campaign: Campaign, voted: tuple[int, int]) -> None:
    found = document(done(campaign("tally", "--json")))
    assert {"as_of", "hidden", "towns"} <= set(found)
    assert [sorted(row) for row in found["towns"]] == [TOWN, TOWN]
    figures = [(row["name"], row["rank"], row["picks"], row["ballots"]) for row in found["towns"]]
    assert figures == [("Erfurt", 1, 2, 2), ("Weimar", None, 1, 1)]


def test_a_recount_that_agrees_says_so(campaign: Campaign, voted: tuple[int, int]) -> None:
    found = document(done(campaign("tally", "--recount", "--json")))
    assert found["recount_equal"] is True
    assert "recount_equal" not in document(done(campaign("tally", "--json")))


def test_a_recount_that_differs_fails_and_still_prints_one_document(campaign: Campaign, voted: tuple[int, int]) -> None:
    bend()
    result = campaign("tally", "--recount", "--json")
    assert (result.exit_code, document(result.stdout)["recount_equal"]) == (1, False)
    assert len(result.stderr.splitlines()) == 1


def test_the_tally_without_json_has_a_line_for_each_town(campaign: Campaign, voted: tuple[int, int]) -> None:
    lines = [line.split("\t") for line in done(campaign("tally", "--recount")).splitlines()]
    assert [(line[0], line[2], line[3]) for line in lines] == [("1", "Erfurt", "2 picks"), ("-", "Weimar", "1 picks")]


def test_results_are_published_after_the_vote_and_once(campaign: Campaign, voted: tuple[int, int]) -> None:
    assert refusal(campaign("results", "show", "--json"))
    assert refusal(campaign("results", "publish"))
    with time_machine.travel(utc_now() + timedelta(days=9), tick=False):
        done(campaign("results", "publish"))
        assert refusal(campaign("results", "publish"))
    shown = document(done(campaign("results", "show", "--json")))
    assert [award["name"] for award in shown["awards"] if award["kind"] == "town"] == ["Erfurt"]
    assert len(done(campaign("results", "show")).splitlines()) == len(shown["awards"])


def test_counters_that_differ_are_never_published(campaign: Campaign, voted: tuple[int, int]) -> None:
    bend()
    with time_machine.travel(utc_now() + timedelta(days=9), tick=False):
        assert refusal(campaign("results", "publish"))
        assert refusal(campaign("results", "show", "--json"))


@pytest.mark.parametrize("what", ["standings", "winners", "entries"])
def test_an_export_on_stdout_is_the_file_and_nothing_else(
    campaign: Campaign, voted: tuple[int, int], tmp_path: Path, what: str
) -> None:
    with time_machine.travel(utc_now() + timedelta(days=9), tick=False):
        done(campaign("results", "publish"))
        for form in ("csv", "json", "xlsx"):
            path = tmp_path / f"file.{form}"
            result = campaign("export", what, "--format", form, "--output", path)
            assert (result.exit_code, result.stdout) == (0, "")
            printed = campaign("export", what, "--format", form, "--output", "-")
            assert (printed.exit_code, printed.stderr) == (0, "")
            assert printed.stdout_bytes == path.read_bytes()
            assert _rows(form, printed.stdout_bytes) > 0


def _rows(form: str, data: bytes) -> int:
    if form == "csv":
        assert data.startswith(b"\xef\xbb\xbf")
        return len(list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))) - 1
    if form == "json":
        return len(json.loads(data))
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return int(sheet.max_row) - 1 if sheet is not None else 0


def test_a_file_that_cannot_be_written_costs_one_line(
    campaign: Campaign, voted: tuple[int, int], tmp_path: Path
) -> None:
    for path in (tmp_path, tmp_path / "no" / "folder.csv", Path("/dev/full")):
        line = refusal(campaign("export", "standings", "--format", "csv", "--output", path))
        assert line.startswith(f"{path} cannot be written (")


def test_winners_are_exported_only_when_they_are_published(campaign: Campaign, voted: tuple[int, int]) -> None:
    assert refusal(campaign("export", "winners", "--format", "csv", "--output", "-"))


def test_only_what_there_is_can_be_exported(campaign: Campaign) -> None:
    for words in (["letters", "--format", "csv"], ["entries", "--format", "pdf"]):
        assert campaign("export", *words, "--output", "-").exit_code == 2
