"""A configuration that is missing or wrong: exit status 2, every key at once, nothing on stdout."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import run
from tests.processes import write_config


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """A configuration with nothing wrong, for tests to break; its database is not there."""
    return write_config(tmp_path, "")


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    result = run(tmp_path / "config.toml", "check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0] == (
        f"{tmp_path}/config.toml: not found. Copy config.example.toml to config.toml and fill it in."
    )


def test_every_wrong_key_is_named_at_once(right: Path) -> None:
    text = right.read_text(encoding="utf-8").replace("a-secret-of-the-tests-with-forty-characters", "short")
    text = text.replace('title = "', 'titel = "').replace("minimum_ballots = 2", 'minimum_ballots = "many"')
    right.write_text(text + '[mail]\nsmtp_url = "http://mail.example"\n[letters]\n', encoding="utf-8")
    result = run(right, "check", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    keys = sorted(line.partition(":")[0] for line in result.stderr.splitlines())
    assert keys == [
        "contest.titel",
        "contest.title",
        "letters",
        "mail.smtp_url",
        "results.minimum_ballots",
        "site.secret_key",
    ]
    assert "short" not in result.stderr.replace("shorter", "")


def test_the_file_may_be_named_by_a_variable(right: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_CONFIG", str(right))
    assert run(None, "entries", "list").stderr == "The database is not up to date. Run: campaign db upgrade\n"


def test_config_toml_of_the_folder_is_taken_without_a_word(right: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(right.parent)
    assert run(None, "entries", "list").stderr == "The database is not up to date. Run: campaign db upgrade\n"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("DATABASE_URL", "postgresql+psycopg://staff:geheim@db:many/x"),
        ("STORAGE_URL", "nowhere://bucket"),
        ("REDIS_URL", "nowhere://redis:geheim"),
    ],
)
def test_an_address_that_is_none_is_a_wrong_configuration(
    right: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(f"CAMPAIGN_SITE__{key}", value)
    result = run(right, "check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"site.{key.lower()}: no address that can be used.\n"


def test_a_wrong_word_on_the_command_line_is_told_by_usage(right: Path) -> None:
    for words in (["entry"], ["entries", "approve"], ["entries", "show", "0"], ["entries", "show", str(2**40)]):
        result = run(right, *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("Usage: ")
