"""The configuration: complete example, all errors at once, secrets kept."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from campaign.config import SECTIONS, ConfigError, load_settings
from campaign.paths import EXAMPLE_CONFIG

MINIMAL = """
[site]
secret_key = "0123456789abcdef0123456789abcdef"
[contest]
slug = "x"
title = "t"
hashtag = "#SchoensterBlick"
collect_from = 2026-03-01T00:00:00
collect_until = 2026-06-30T00:00:00
vote_from = 2026-05-01T00:00:00
vote_until = 2026-06-30T00:00:00
publish_at = 2026-07-07T18:00:00
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    return caught.value.problems


def test_the_example_holds_every_key_with_its_line_of_help() -> None:
    section, found = "", []
    lines = EXAMPLE_CONFIG.read_text(encoding="utf-8").splitlines()
    for help_line, line in pairwise(lines):
        if re.fullmatch(r"\[\w+\]", line):
            section = line.strip("[]")
        elif key := re.match(r"(?:# )?(\w+) =", line):
            found.append((section, key[1], help_line.removeprefix("# ")))
    assert found == [
        (name, key, field.description) for name, model in SECTIONS.items() for key, field in model.model_fields.items()
    ]


def test_the_example_lacks_nothing_but_the_secret(tmp_path: Path) -> None:
    text = EXAMPLE_CONFIG.read_text(encoding="utf-8")
    assert [line.partition(":")[0] for line in _problems(_write(tmp_path, text))] == ["site.secret_key"]
    tomllib.loads(text)


def test_local_times_become_utc_and_the_hashtag_its_plain_form(tmp_path: Path) -> None:
    contest = load_settings(_write(tmp_path, MINIMAL)).contest
    assert contest.collect_from == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert contest.vote_from == datetime(2026, 4, 30, 22, tzinfo=UTC)
    assert contest.hashtag == "schoensterblick"


def test_a_hashtag_with_sharp_s_stays_the_one_that_people_write(tmp_path: Path) -> None:
    text = MINIMAL.replace("#SchoensterBlick", "#SchönsteStraße")
    assert load_settings(_write(tmp_path, text)).contest.hashtag == "schönstestraße"


def test_the_data_folder_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    site = load_settings(_write(tmp_path, MINIMAL)).site
    assert site.data_dir == tmp_path / "var"
    assert site.database == f"sqlite:///{tmp_path / 'var' / 'campaign.sqlite3'}"


def test_all_errors_come_at_once_with_what_the_key_is_for(tmp_path: Path) -> None:
    text = MINIMAL.replace("0123456789abcdef0123456789abcdef", "secret-secret").replace('slug = "x"', "colour = 1")
    problems = _problems(_write(tmp_path, text + "[results]\nsize_classes = [20, 10]\n[bogus]\nx = 1\n"))
    assert [line.partition(":")[0] for line in problems] == [
        "site.secret_key",
        "contest.slug",
        "contest.colour",
        "results.size_classes",
        "bogus",
    ]
    assert problems[1] == "contest.slug: is required. short name of the edition: a-z, 0-9, -."
    assert "secret-secret" not in "".join(problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("vote_until = 2026-06-30", "vote_until = 2026-04-30", "contest.vote_from must lie before contest.vote_until"),
        ("publish_at = 2026-07-07", "publish_at = 2026-06-07", "contest.publish_at must not lie before the end"),
        ("[contest]", '[mail]\nsmtp_url = "smtp://mail.example:x"\n[contest]', "mail.smtp_url: has a port"),
        ("[contest]", '[mail]\nsender = "Ohne Adresse"\n[contest]', "mail.sender: must hold a mail address"),
        ('hashtag = "#Sch', 'hashtag = "zwei wörter', "must be one hashtag"),
    ],
)
def test_a_contradiction_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    (problem,) = _problems(_write(tmp_path, MINIMAL.replace(old, new)))
    assert said in problem


def test_a_missing_file_and_broken_toml_are_named(tmp_path: Path) -> None:
    assert _problems(tmp_path / "none.toml")[0].startswith(f"{tmp_path / 'none.toml'}: not found.")
    assert _problems(_write(tmp_path, "[site"))[0].startswith(f"{tmp_path / 'config.toml'}: is not valid TOML")


def test_a_variable_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAMPAIGN_CONTEST__TITLE", "Aus der Umgebung")
    monkeypatch.setenv("CAMPAIGN_INSTAGRAM__MEDIA_HOSTS", '["127.0.0.1:9"]')
    settings = load_settings(_write(tmp_path, MINIMAL))
    assert settings.contest.title == "Aus der Umgebung"
    assert settings.instagram.media_hosts == ["127.0.0.1:9"]


def test_a_secret_that_was_left_empty_is_none_and_one_from_a_file_loses_its_lines_end(tmp_path: Path) -> None:
    access = '[instagram]\nuser_id = ""\naccess_token = " "\napp_secret = "abc\\n"\n'
    instagram = load_settings(_write(tmp_path, MINIMAL + access)).instagram
    assert (instagram.user_id, instagram.access_token) == (None, None)
    assert instagram.app_secret is not None
    assert instagram.app_secret.get_secret_value() == "abc"


def test_a_variable_that_names_no_section_or_no_list_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_TITLE", "x")
    assert [line.partition(":")[0] for line in _problems(_write(tmp_path, MINIMAL))] == ["CAMPAIGN_TITLE"]
    monkeypatch.delenv("CAMPAIGN_TITLE")
    monkeypatch.setenv("CAMPAIGN_INSTAGRAM__MEDIA_HOSTS", "127.0.0.1:9")
    assert [line.partition(":")[0] for line in _problems(_write(tmp_path, MINIMAL))] == ["environment"]


def test_no_secret_shows_when_the_settings_are_printed(tmp_path: Path) -> None:
    assert "0123456789abcdef" not in repr(load_settings(_write(tmp_path, MINIMAL)))
