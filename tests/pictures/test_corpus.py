"""Hundreds of hostile files: each is decoded or refused with a reason, and nobody else notices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.paths import ROOT
from campaign.pictures.checks import REASONS, TOO_SLOW, UNREADABLE, UPLOAD, PictureRefused
from campaign.pictures.sandbox import Sandbox
from tests.pictures.corpus import good_files, hostile_files

# A program of its own, so that only what it keeps counts as its memory.
WALK = """
import json, sys, time
from pathlib import Path
from campaign.pictures.checks import UPLOAD, PictureRefused
from campaign.pictures.sandbox import decode

def resident():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])

folder = Path(sys.argv[1])
good = (folder / "good").read_bytes()
decode(good)
outcomes, slowest, before, peak = {}, 0.0, resident(), 0
for file in sorted(folder.glob("*.hostile")):
    started = time.monotonic()
    try:
        decode(file.read_bytes(), UPLOAD)
        outcomes[file.stem] = "decoded"
    except PictureRefused as refused:
        outcomes[file.stem] = refused.message
    slowest, peak = max(slowest, time.monotonic() - started), max(peak, resident())
print(json.dumps({
    "outcomes": outcomes, "slowest": slowest, "grown": resident() - before, "width": decode(good).width,
}))
"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process says that has walked through all hostile files."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "good").write_bytes(good_files()["baseline.jpg"])
    for name, data in hostile_files():
        (folder / f"{name}.hostile").write_bytes(data)
    command = [sys.executable, "-c", WALK, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=110)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_each_of_several_hundred_hostile_files_is_decoded_or_refused_with_a_reason(walked: dict[str, Any]) -> None:
    names = [name for name, _ in hostile_files()]
    assert len(names) == len(set(names)) >= 300
    assert set(walked["outcomes"]) == set(names)
    assert set(walked["outcomes"].values()) <= {"decoded", *REASONS}


def test_none_of_them_takes_the_child_away_or_its_whole_time(walked: dict[str, Any]) -> None:
    lost = {name: reason for name, reason in walked["outcomes"].items() if reason == UNREADABLE}
    slow = [name for name, reason in walked["outcomes"].items() if reason == TOO_SLOW]
    assert (lost, slow) == ({}, ["scans-10000.jpg"])
    assert walked["slowest"] < 60


def test_the_memory_of_the_parent_stays_flat_and_a_good_picture_still_works(walked: dict[str, Any]) -> None:
    assert walked["grown"] < 30_000, "kilobytes"
    assert walked["width"] == 120


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("turned-6.jpg", "decoded"),
        ("mode-CMYK.jpg", "decoded"),
        ("mode-16.png", "decoded"),
        ("mode-1.png", "decoded"),
        ("mode-LA.png", "decoded"),
        ("animated.webp", "decoded"),
        ("many-pictures.jpg", "decoded"),
        ("exif-loop.jpg", "decoded"),
        ("xmp-entities.jpg", "decoded"),
        ("html-behind-baseline.jpg", "decoded"),
        ("real-large.png", "decoded"),
        ("html-before.jpg", "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC."),
        ("gif-inside.jpg", "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC."),
        ("fits-inside.jpg", "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC."),
        ("pdf-inside.jpg", "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC."),
        ("size-65535.jpg", "Das Bild hat zu viele Pixel (%(width)s × %(height)s)."),
        ("claims-65535x65535.png", "Das Bild hat zu viele Pixel (%(width)s × %(height)s)."),
        ("size-1x1.png", "Das Bild ist zu klein (%(width)s × %(height)s)."),
        ("cut-0.5-baseline.jpg", "Das Bild ist beschädigt oder unvollständig."),
        ("cut-0.5-plain.heic", "Das Bild ist beschädigt oder unvollständig."),
        ("brand-only.heic", "Das Bild ist beschädigt oder unvollständig."),
        ("empty.jpg", "Die Datei ist leer."),
        ("too-large.jpg", "Die Datei ist größer als %(limit)s MB."),
    ],
)
def test_what_becomes_of_well_known_ones(name: str, outcome: str, walked: dict[str, Any]) -> None:
    assert walked["outcomes"][name] == outcome


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    one = Sandbox()
    yield one
    one.close()


def outcome(sandbox: Sandbox, data: bytes) -> str:
    """What became of a file."""
    try:
        sandbox.decode(data, UPLOAD)
    except PictureRefused as refused:
        return refused.message
    return "decoded"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_bent_bytes_raise_nothing_but_a_refusal(data: st.DataObject, sandbox: Sandbox) -> None:
    bent = bytearray(data.draw(st.sampled_from(list(GOOD.values()))))
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(bent) - 1))
        what = data.draw(st.sampled_from(["change", "cut", "drop", "add"]))
        if what == "change":
            bent[at] = data.draw(st.integers(0, 255))
        elif what == "cut" and at > 100:
            del bent[at:]
        elif what == "drop":
            del bent[at : at + data.draw(st.integers(1, 40))]
        else:
            bent[at:at] = data.draw(st.binary(max_size=40))
        if not bent:
            break
    assert outcome(sandbox, bytes(bent)) in {"decoded", *REASONS}


GOOD = good_files()
