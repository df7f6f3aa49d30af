"""An outside party that looks at the log from time to time, over HTTP of this machine."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.ledger import witness
from campaign.ledger.files import checkpoint_name
from campaign.ledger.notes import parse, sign, verifier_key
from tests.ledger.elections import ORIGIN, Election, election


@dataclass
class Site:
    """What the web site of the log serves at this moment."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    knows_ranges: bool = True
    sent: list[tuple[str, int]] = field(default_factory=list)

    def show(self, one: Election, checkpoints: int) -> None:
        """Serve a log as it was after so many checkpoints; its leaves may already be further."""
        self.files = {
            "key.txt": one.files["key.txt"],
            "checkpoint": one.files[checkpoint_name(checkpoints)],
            "leaves.txt": one.files["leaves.txt"],
        }


@pytest.fixture(params=[True, False], ids=["ranges", "whole files"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A web server that answers with parts of files, or one that never does."""
    served = Site(knows_ranges=request.param)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/ledger/")
            content, status = served.files.get(name, b""), 200 if name in served.files else 404
            part = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers["Range"] or "")
            if part and served.knows_ranges and status == 200:
                content, status = content[int(part[1]) : int(part[2]) + 1], 206
            served.sent.append((name, len(content)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Keep still."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        served.address = f"http://127.0.0.1:{server.server_port}/ledger"
        yield served
        server.shutdown()
        thread.join(10)


LOG, OTHER = election(1), election(2)  # of one owner, one name, one key


def size(one: Election, number: int) -> int:
    return parse(one.files[checkpoint_name(number)].decode()).size


def test_a_log_that_grows_is_followed_from_checkpoint_to_checkpoint(site: Site, tmp_path: Path) -> None:
    for number in (1, 2, 2, 5, LOG.checkpoints):
        site.show(LOG, number)
        state = witness.watch(site.address, tmp_path / "state.json")
        assert state["size"] == size(LOG, number)
        assert json.loads((tmp_path / "state.json").read_text(encoding="utf-8")) == state
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize("site", [True], indirect=True)
def test_only_what_is_new_is_fetched(site: Site, tmp_path: Path) -> None:
    site.show(LOG, LOG.checkpoints - 1)
    witness.watch(site.address, tmp_path / "state.json")
    site.show(LOG, LOG.checkpoints)
    site.sent = []
    witness.watch(site.address, tmp_path / "state.json")
    assert 0 < dict(site.sent)["leaves.txt"] < 80 * (size(LOG, LOG.checkpoints) - size(LOG, LOG.checkpoints - 1) + 1)


@pytest.mark.parametrize("first", [2, 5])
def test_a_rewritten_history_is_refused_and_what_was_seen_is_kept(site: Site, tmp_path: Path, first: int) -> None:
    path = tmp_path / "state.json"
    site.show(LOG, first)
    witness.watch(site.address, path)
    remembered = path.read_bytes()
    site.show(OTHER, OTHER.checkpoints)
    with pytest.raises(ValueError, match="does not go on from the"):
        witness.watch(site.address, path)
    assert path.read_bytes() == remembered


def test_another_root_over_as_many_leaves_is_refused(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    site.show(LOG, 3)
    witness.watch(site.address, path)
    forged = parse(site.files["checkpoint"].decode())
    forged = type(forged)(forged.origin, forged.size, bytes(32), forged.at)
    site.files["checkpoint"] = sign(forged, _key()).encode()
    with pytest.raises(ValueError, match="does not go on from the"):
        witness.watch(site.address, path)


def test_a_log_that_shrinks_is_refused(site: Site, tmp_path: Path) -> None:
    site.show(LOG, 4)
    witness.watch(site.address, tmp_path / "state.json")
    site.show(LOG, 3)
    with pytest.raises(ValueError, match="the log shrank from"):
        witness.watch(site.address, tmp_path / "state.json")


def test_another_key_is_refused(site: Site, tmp_path: Path) -> None:
    site.show(LOG, 4)
    witness.watch(site.address, tmp_path / "state.json")
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    checkpoint = parse(site.files["checkpoint"].decode())
    site.files["checkpoint"] = sign(checkpoint, other).encode()
    with pytest.raises(ValueError, match="not signed with this key"):
        witness.watch(site.address, tmp_path / "state.json")
    site.files["key.txt"] = f"{verifier_key(ORIGIN, other)}\n".encode()
    with pytest.raises(ValueError, match="the log has another key than before"):
        witness.watch(site.address, tmp_path / "state.json")


def test_a_signature_that_is_none_is_refused_at_first_sight(site: Site, tmp_path: Path) -> None:
    site.show(LOG, 4)
    site.files["checkpoint"] = site.files["checkpoint"].replace(b"\ntime 2026", b"\ntime 2025")
    with pytest.raises(ValueError, match="not signed with this key"):
        witness.watch(site.address, tmp_path / "state.json")
    assert list(tmp_path.iterdir()) == []


def test_leaves_that_are_missing_or_none_are_refused(site: Site, tmp_path: Path) -> None:
    site.show(LOG, 4)
    whole = site.files["leaves.txt"]
    for wrong in (b"", whole[:200], whole.replace(b"event", b"evens", 1), whole.replace(b"\n", b"\r\n")):
        site.files["leaves.txt"] = wrong
        with pytest.raises((ValueError, OSError)):
            witness.watch(site.address, tmp_path / "state.json")
    assert list(tmp_path.iterdir()) == []


def test_two_witnesses_of_one_log_agree_whoever_saw_more(site: Site, tmp_path: Path) -> None:
    states = []
    for number in (3, 3, 6):
        site.show(LOG, number)
        states.append(witness.watch(site.address, tmp_path / f"{len(states)}.json"))
    for one in states:
        for other in states:
            assert witness.compare(one, other)["size"] == max(one["size"], other["size"])


@pytest.mark.parametrize(("seen", "shown"), [(4, 4), (4, 9), (9, 4)])
def test_two_witnesses_who_were_shown_different_histories_notice_when_they_meet(
    site: Site, tmp_path: Path, seen: int, shown: int
) -> None:
    site.show(LOG, seen)
    one = witness.watch(site.address, tmp_path / "one.json")
    site.show(OTHER, shown)
    other = witness.watch(site.address, tmp_path / "other.json")
    for history in (LOG, OTHER):  # whichever the site goes on with
        site.show(history, history.checkpoints)
        with pytest.raises(ValueError, match="does not go on from the"):
            witness.compare(one, other)


def test_the_command_prints_the_checkpoint_or_one_sentence(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["witness.py", *arguments])
        status = witness.main()
        out, err = capsys.readouterr()
        return status, out, err

    one, other = str(tmp_path / "one.json"), str(tmp_path / "other.json")
    site.show(LOG, 4)
    note = site.files["checkpoint"].decode()
    assert run(site.address, one) == (0, f"{note}\n", "")
    assert run(f"{site.address}/", one) == (0, f"{note}\n", "")
    site.show(OTHER, 4)
    status, out, err = run(site.address, one)
    assert (status, out, err.startswith("Refused: the log"), err.count("\n")) == (1, "", True, 1)
    assert run(site.address, other)[0] == 0
    assert run("--compare", one, one)[0] == 0
    assert run("--compare", one, other)[0] == 1
    site.files = {}
    assert run(site.address, one) == (1, "", "Refused: HTTP Error 404: Not Found.\n")
    assert run() == (1, "", "Refused: give the address of the log and the file of the state.\n")
    assert run("file:///etc/passwd", one) == (
        1,
        "",
        "Refused: file:///etc/passwd/key.txt is not an address of the web.\n",
    )
    for rubbish in ("", "[]", "{}", '{"key": 1}', "[" * 100_000):
        (tmp_path / "bad.json").write_text(rubbish, encoding="utf-8")
        site.show(LOG, 4)
        status, out, err = run(site.address, str(tmp_path / "bad.json"))
        assert (status, out, err.startswith("Refused: "), err.count("\n")) == (1, "", True, 1)


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
