"""`campaign serve` as real processes: where it listens, how it ends, what a kill -9 of its parent leaves behind."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import requests

from tests.processes import Processes, children, eventually, free_ports, is_free, is_listening, write_config

pytestmark = [pytest.mark.fault, pytest.mark.timeout(180)]
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def port() -> int:
    return free_ports()


@pytest.fixture
def config(tmp_path: Path, database_url: str, port: int) -> Path:
    return write_config(tmp_path, database_url, site={"base_url": f"http://127.0.0.1:{port}"})


@ON_SQLITE
def test_serve_listens_on_the_port_of_the_public_address_and_ctrl_c_ends_it(
    processes: Processes, config: Path, port: int
) -> None:
    served = processes.start(config, "serve")
    served.until(lambda: is_listening(port), "the web site")
    assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=20).json() == {"status": "ok"}
    assert requests.get(f"http://127.0.0.1:{port}/", timeout=20).status_code == 200
    served.wait_to_say('"event": "the scheduler runs"')

    second = processes.start(config, "web")
    assert second.process.wait(60) == 1
    (line,) = second.said().splitlines()
    assert line.startswith(f"Nobody can listen on 127.0.0.1:{port} (")

    served.send(signal.SIGINT)
    assert served.process.wait(30) == 0
    assert (processes.alive(), is_free(port)) == ([], True)
    assert '"event": "the scheduler has ended"' in served.said()
    assert "Traceback" not in served.said()
    assert served.printed() == ""


@ON_SQLITE
def test_a_kill_of_the_parent_ends_the_children_and_frees_the_port(
    processes: Processes, config: Path, port: int
) -> None:
    served = processes.start(config, "serve")
    served.until(lambda: is_listening(port), "the web site")
    served.wait_to_say('"event": "the scheduler runs"')
    served.kill()
    eventually(lambda: processes.alive() == [] and is_free(port), "the children to end", seconds=25)


@ON_SQLITE
def test_children_whose_parent_was_killed_before_they_woke_up_end_too(processes: Processes, config: Path) -> None:
    served = processes.start(config, "serve")
    served.until(lambda: len(children(served.pid)) == 2, "the children")
    served.kill()
    eventually(lambda: processes.alive() == [], "the children to end", seconds=30)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_web_warns_when_its_processes_would_count_tries_apart(processes: Processes, config: Path, port: int) -> None:
    web = processes.start(config, "web")
    web.until(lambda: is_listening(port), "the web site")
    assert (
        web.said()
        .splitlines()[1]
        .startswith("warning: each web process counts tries and limits alone, so that they hold for none")
    )
