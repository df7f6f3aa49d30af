"""`campaign demo` before it starts anything: ports, folders."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.cli.conftest import refusal, run
from tests.processes import free_ports


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    port = free_ports(3)
    for step in range(3):
        with socket.create_server(("127.0.0.1", port + step)):
            line = refusal(run(None, "demo", "--port", port, "--data-dir", tmp_path / "demo"))
        assert line == f"Port {port + step} is taken. Choose others with --port."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_demo_is_never_thrown_away(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Lieber Herr Bürgermeister", encoding="utf-8")
    refusal(run(None, "demo", "--port", free_ports(3), "--data-dir", tmp_path, "--fresh"))
    assert letter.read_text(encoding="utf-8") == "Lieber Herr Bürgermeister"


def test_a_file_in_place_of_the_folder_costs_one_line(tmp_path: Path) -> None:
    path = tmp_path / "demo"
    path.touch()
    assert refusal(run(None, "demo", "--port", free_ports(3), "--data-dir", path)).startswith(f"{path}: File exists.")


def test_ports_that_there_are_not_are_told_by_usage(tmp_path: Path) -> None:
    for port in ("0", "65534", "web"):
        assert run(None, "demo", "--port", port, "--data-dir", tmp_path).exit_code == 2
