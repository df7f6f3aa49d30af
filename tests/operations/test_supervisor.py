"""Parts that die, parts that do not end, signals: the supervisor with small programs in place of the real ones."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from campaign.operations import supervisor
from campaign.operations.supervisor import Supervisor
from tests.processes import eventually

Shell = Callable[[str], list[str]]


@pytest.fixture(autouse=True)
def _own_signals() -> Iterator[None]:
    """The supervisor takes the signals of this process; they are given back."""
    known = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in known.items():
        signal.signal(number, handler)


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """A file that the parts write into."""
    path = tmp_path / "diary"
    path.touch()
    return path


@pytest.fixture
def shell(diary: Path) -> Shell:
    """A part made of a line of shell, which sees the diary as $D."""
    return lambda line: ["sh", "-c", f"D={diary}; {line}"]


def lines(diary: Path) -> list[str]:
    return diary.read_text(encoding="utf-8").splitlines()


def when(condition: Callable[[], object], act: Callable[[], object]) -> None:
    """Act from another thread as soon as a condition holds."""

    def run() -> None:
        eventually(condition)
        act()

    threading.Thread(target=run, daemon=True).start()


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_a_part_that_dies_is_started_again(diary: Path, shell: Shell) -> None:
    dying = "echo started >> $D; [ $(wc -l < $D) -ge 3 ] || exit 1; exec sleep 60"
    part = Supervisor({"web": shell(dying)})
    when(lambda: len(lines(diary)) == 3, part.stop)
    assert part.run() == 0
    assert lines(diary) == ["started"] * 3


def test_a_part_killed_from_outside_is_started_again(diary: Path, shell: Shell) -> None:
    part = Supervisor({"web": shell("echo $$ >> $D; exec sleep 60")})
    when(lambda: len(lines(diary)) == 1, lambda: os.kill(int(lines(diary)[0]), signal.SIGKILL))
    when(lambda: len(lines(diary)) == 2, part.stop)
    assert part.run() == 0


@pytest.mark.parametrize("end", ["exit 3", "kill -9 $$", "exit 0"])
def test_after_five_deaths_in_a_minute_it_gives_up_and_ends_the_other_part(
    diary: Path, shell: Shell, tmp_path: Path, end: str
) -> None:
    other = tmp_path / "other"
    parts = {"web": shell(f"echo started >> $D; {end}"), "scheduler": shell(f"echo $$ > {other}; exec sleep 60")}
    assert Supervisor(parts).run() == 1
    assert lines(diary) == ["started"] * 5
    with pytest.raises(ProcessLookupError):
        os.kill(int(other.read_text(encoding="utf-8")), 0)


def test_deaths_far_apart_are_forgiven(diary: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "WITHIN_SECONDS", 0.0)
    part = Supervisor({"web": shell("echo started >> $D; exit 1")})
    when(lambda: len(lines(diary)) == 7, part.stop)
    assert part.run() == 0


def test_a_part_that_finds_its_configuration_wrong_is_not_tried_again(diary: Path, shell: Shell) -> None:
    assert Supervisor({"web": shell("echo started >> $D; exit 2")}).run() == 2
    assert lines(diary) == ["started"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_part_in_good_order(diary: Path, shell: Shell, number: signal.Signals) -> None:
    patient = (
        "trap 'echo $P ended >> $D; exit 0' TERM; trap '' INT; echo $P started >> $D; while :; do sleep 0.05; done"
    )
    parts = {name: shell(f"P={name}; {patient}") for name in ("web", "scheduler")}
    when(lambda: len(lines(diary)) == 2, lambda: os.kill(os.getpid(), number))
    assert Supervisor(parts).run() == 0
    assert sorted(lines(diary)) == ["scheduler ended", "scheduler started", "web ended", "web started"]


def test_a_part_that_does_not_end_is_killed(diary: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.3)
    part = Supervisor({"web": shell("trap '' TERM; echo $$ >> $D; while :; do sleep 0.05; done")})
    when(lambda: lines(diary), interrupt)
    assert part.run() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(lines(diary)[0]), 0)
