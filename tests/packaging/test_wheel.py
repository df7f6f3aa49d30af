"""The built wheel alone, in an environment of its own and from another folder: everything that runs is in it."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.processes import Processes, free_ports, is_free, running_processes

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300), pytest.mark.xdist_group("wheel")]

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ("templates", "static", "migrations")
LEFT_OUT = (".pyc", ".po~", ".DS_Store")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel; what it depends on is seen from it, the checkout is not."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True, timeout=120)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    # Only the folder: files of paths within it, such as that of an editable install, are not followed.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    with running_processes(tmp_path) as started:
        yield started


def files(folder: Path) -> set[str]:
    """Return the paths of all files of a folder, relative to the checkout."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in LEFT_OUT)
    return {str(path.relative_to(ROOT)) for path in found if path.name not in LEFT_OUT}


def test_the_wheel_holds_code_and_everything_beside_it(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("campaign/")}
    beside = {f"campaign/{name}" for folder in BESIDE for name in files(ROOT / folder)}
    assert names == files(ROOT / "campaign") | beside | {"campaign/config.example.toml"}


def test_the_installed_program_is_the_one_of_the_wheel(python: Path, tmp_path: Path) -> None:
    asked = (
        "import campaign, campaign.paths as p; print(campaign.__file__, p.TEMPLATES, p.MIGRATIONS, p.EXAMPLE_CONFIG)"
    )
    said = subprocess.run([python, "-c", asked], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)
    package = next(python.parents[1].glob("lib/python*/site-packages/campaign"))
    names = ("__init__.py", "templates", "migrations", "config.example.toml")
    assert said.stdout.split() == [str(package / name) for name in names]
    command = [python.with_name("campaign"), "--help"]
    told = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)
    assert (told.stdout.startswith("Usage: campaign "), told.stderr) == (True, "")


def test_the_demo_of_the_wheel_runs_from_any_folder_and_ends_as_a_whole(
    python: Path, processes: Processes, tmp_path: Path
) -> None:
    port = free_ports(3)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [str(python.with_name("campaign")), "demo", "--port", str(port), "--data-dir", str(tmp_path / "data")]
    # A real campaign of the same machine, which the demo must not touch.
    real = {"CAMPAIGN_CONFIG": "real.toml", "CAMPAIGN_SITE__DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/real"}
    demo = processes.run(command, cwd=elsewhere, **real)
    site = f"http://127.0.0.1:{port}"
    demo.until(lambda: answer(f"{site}/") == 200, "the start page", seconds=90)
    pictures = demo.until(lambda: pictures_of(f"{site}/galerie"), "pictures in the gallery", seconds=90)
    shown = requests.get(f"{site}{pictures[0]}", timeout=20)
    assert (shown.status_code, shown.headers["Content-Type"][:6]) == (200, "image/")
    assert [answer(f"http://127.0.0.1:{port + step}/") for step in (1, 2)] == [400, 200]
    assert f"Log in at {site}/anmelden with the password" in demo.printed()
    assert demo.end(seconds=60) == 0
    assert processes.alive() == []
    assert [is_free(port + step) for step in range(3)] == [True, True, True]
    assert ("Traceback" in demo.said(), list(elsewhere.iterdir())) == (False, [])


def answer(address: str) -> int | None:
    """Return the status of a page, or None while nobody answers."""
    try:
        return requests.get(address, timeout=20).status_code
    except requests.RequestException:
        return None


def pictures_of(address: str) -> list[str]:
    """Return the addresses of the pictures that a page shows."""
    return re.findall(r'src="(/bilder/[^"]+)"', requests.get(address, timeout=20).text)
