"""Pictures are decoded in a process that can do no harm, and what becomes of it is not ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from campaign.paths import ROOT
from campaign.pictures import checks, decoding
from campaign.pictures.checks import UPLOAD, PictureRefused
from campaign.pictures.renditions import LOOK_BYTES, RENDITIONS
from campaign.pictures.sandbox import WORKER, Limits, Sandbox, SandboxUnavailable
from tests.factories import jpeg
from tests.pictures.bombs import png_header, slow_png
from tests.pictures.corpus import SAMPLES, encode
from tests.processes import eventually

MakeSandbox = Callable[..., Sandbox]


@pytest.fixture
def sandbox() -> Iterator[MakeSandbox]:
    """Sandboxes of a test's own, closed at its end; with `script` a child of the test's own answers."""
    made: list[Sandbox] = []

    def make(script: str | None = None, **limits: float) -> Sandbox:
        command = None if script is None else [sys.executable, "-I", "-c", textwrap.dedent(script)]
        made.append(Sandbox(Limits(**limits), command))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def is_running(pid: int) -> bool:
    """Whether there is such a process, other than a dead one that nobody has asked about."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_child_makes_what_decoding_makes(form: str, sandbox: MakeSandbox) -> None:
    data = encode(Image.effect_noise((300, 200), 60).convert("RGB"), form)
    assert sandbox().decode(data) == decoding.decode(data)


def test_heic_is_read_behind_the_wall_too(sandbox: MakeSandbox) -> None:
    data = (SAMPLES / "plain.heic").read_bytes()
    decoded = sandbox().decode(data, UPLOAD)
    assert (decoded.type, decoded.width, decoded.height) == ("image/heic", 96, 64)


def test_reasons_come_with_their_sentence_and_the_child_lives_on(sandbox: MakeSandbox) -> None:
    one = sandbox()
    one.decode(jpeg())
    first = one.pid
    for data, reason in (
        (b"", "Die Datei ist leer."),
        (b"GIF89a", "Die Datei ist kein Bild im Format JPEG, PNG oder WebP."),
        (jpeg()[:300], "Das Bild ist beschädigt oder unvollständig."),
        (png_header(65535, 65535), "Das Bild hat zu viele Pixel (65535 × 65535)."),
    ):
        with pytest.raises(PictureRefused) as caught:
            one.decode(data)
        assert str(caught.value) == reason
    one.decode(jpeg())
    assert one.pid == first


FORBIDDEN = [
    "open('/etc/passwd')",
    f"open({str(ROOT / 'pyproject.toml')!r})",
    "open('/tmp/left-behind', 'w')",
    "os.listdir('/')",
    "os.stat('/')",
    "os.chdir('/tmp')",
    "os.unlink('/tmp/left-behind')",
    "os.pipe()",
    "os.memfd_create('x')",
    "socket.socket(socket.AF_INET)",
    "socket.socket(socket.AF_UNIX)",
    "os.fork()",
    "os.posix_spawn('/bin/true', ['true'], {})",
    "os.execv('/bin/true', ['true'])",
    "os.kill(os.getppid(), 0)",
    "os.kill(1, 0)",
    "os.setuid(0)",
    "os.sched_setaffinity(0, {0})",
    "resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))",
    "resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))",
    "resource.prlimit(parent, resource.RLIMIT_CPU, (2**40, 2**40))",
    "bytes(1_100_000_000)",
]
ALLOWED = ["bytes(100_000_000)", "threading.Thread(target=len, args=('',)).start()", "os.urandom(8)", "time.time()"]


def test_a_child_that_was_taken_over_computes_and_can_do_no_harm() -> None:
    script = f"""
import os, resource, runpy, socket, threading, time
names = runpy.run_path({str(WORKER)!r}, run_name="worker")
parent = os.getppid()
names["_warm_up"]()
names["_give_up_rights"](10**9)
for action in {FORBIDDEN + ALLOWED!r}:
    try:
        eval(action)
    except (OSError, MemoryError, ValueError, RuntimeError):
        continue
    print(action, flush=True)
"""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.stdout.splitlines(), done.returncode) == (ALLOWED, 0)


READY = "import os; os.write(1, b'ready')\n"
# Takes the whole question: a child that ends before breaks the pipe under its parent's pen.
ASKED = (
    READY
    + "import json, sys; question = sys.stdin.buffer\n"
    + "header = json.loads(question.read(int.from_bytes(question.read(4), 'big'))); question.read(header['size'])\n"
)


def test_the_child_has_no_secret_no_descriptor_and_no_place(
    sandbox: MakeSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CAMPAIGN_SITE__SECRET_KEY", "geheim")
    monkeypatch.setenv("CAMPAIGN_SITE__DATABASE_URL", "postgresql://u:p@h/d")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    reason = checks.DAMAGED
    script = f"""
allowed = {{"PATH", "LD_LIBRARY_PATH", "LC_ALL", "MALLOC_ARENA_MAX"}}
clean = set(os.environ) <= allowed and os.getcwd() == "/" and len(os.listdir("/proc/self/fd")) == 4
text = json.dumps({{"refused": {reason!r}, "values": {{}}}}).encode()
os.write(1, (len(text).to_bytes(4, "big") + text) if clean else b"")
"""
    with (tmp_path / "open").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        with pytest.raises(PictureRefused) as caught:
            sandbox(ASKED + script).decode(jpeg())
    assert caught.value.message == reason


def test_nothing_of_the_application_is_loaded_in_the_child() -> None:
    script = f"import runpy, sys; runpy.run_path({str(WORKER)!r}, run_name='worker'); print(*sys.modules)"
    stub = f"import sys, types; p = types.ModuleType('campaign'); p.__path__ = [{str(WORKER.parents[1])!r}];"
    stub += " sys.modules['campaign'] = p; "
    done = subprocess.run([sys.executable, "-I", "-c", stub + script], capture_output=True, text=True, check=True)
    assert {"flask", "sqlalchemy", "requests", "campaign.config", "campaign.extensions"} & set(
        done.stdout.split()
    ) == set()


def test_a_picture_that_kills_a_fresh_child_is_refused(sandbox: MakeSandbox) -> None:
    with pytest.raises(PictureRefused) as caught:
        sandbox(ASKED + "os.kill(os.getpid(), 11)").decode(jpeg())
    assert caught.value.message == checks.UNREADABLE


def test_a_child_that_somebody_killed_between_two_pictures_costs_no_picture(sandbox: MakeSandbox) -> None:
    one = sandbox()
    one.decode(jpeg())
    first = one.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert one.decode(jpeg()).width == 60
    assert one.pid != first


def test_time_of_the_processor_is_bounded(sandbox: MakeSandbox) -> None:
    one = sandbox(cpu_seconds=0)
    with pytest.raises(PictureRefused) as caught:
        one.decode(slow_png(9000, 5500))
    assert caught.value.message == checks.TOO_SLOW
    assert one.decode(jpeg()).width == 60


def test_memory_is_bounded(sandbox: MakeSandbox) -> None:
    one = sandbox(memory=150_000_000)
    with pytest.raises(PictureRefused) as caught:
        one.decode(png_header(8000, 6000))
    assert caught.value.message == checks.TOO_MUCH_MEMORY
    assert one.decode(jpeg()).width == 60


def test_a_child_that_hangs_is_ended(sandbox: MakeSandbox) -> None:
    one = sandbox(READY + "while True: pass", wall_seconds=0.5)
    started = time.monotonic()
    with pytest.raises(PictureRefused) as caught:
        one.decode(jpeg() + bytes(4_000_000))
    assert caught.value.message == checks.TOO_SLOW
    assert time.monotonic() - started < 10
    assert one.pid is None


HEADER = {"type": "image/jpeg", "width": 60, "height": 40, "hashes": [0, 2**64 - 1, 1, 2, 3]}


def said(header: object) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(4, "big") + text


def rendition(**changes: object) -> dict[str, object]:
    whole = {"size": 320, "type": "image/webp", "ending": "webp", "width": 60, "height": 40, "bytes": 12}
    return {**whole, **changes}


WEBP = b"RIFF\0\0\0\0WEBP"
FILES = {"image/webp": WEBP, "image/jpeg": jpeg()}


def whole(header: dict[str, object]) -> bytes:
    """Return an answer that lacks nothing, with this in its header."""
    described = [{**rendition(size=size, type=kind), "bytes": len(FILES[kind])} for size, kind in RENDITIONS]
    files = b"".join(FILES[kind] for _, kind in RENDITIONS)
    return said({**HEADER, "renditions": described, **header}) + files + bytes(LOOK_BYTES)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xff\xff\xff\xff" + b"x" * 100_000,
        b"\0\0\0\x05hello",
        b"\0\0\0\x02[]",
        b"\0\0\0\x04null",
        b"\0\0\x30\0" + b"[" * 0x3000,
        said({}),
        said({"refused": "<script>alert(1)</script>", "values": {}}),
        said({"refused": ["x"], "values": {}}),
        said({"refused": checks.DAMAGED, "values": []}),
        said({"refused": checks.TOO_SMALL, "values": {}}),
        said({"refused": checks.TOO_SMALL, "values": {"width": "<b>", "height": 1}}),
        said({"refused": checks.DAMAGED, "values": {"message": 1}}),
        said({**HEADER, "renditions": []}),
        said({**HEADER, "width": -1, "renditions": []}),
        said({**HEADER, "width": True, "renditions": []}),
        said({**HEADER, "width": 10**6, "height": 10**6, "renditions": []}),
        said({**HEADER, "renditions": [rendition()] * 7}) + WEBP * 7,
        said({**HEADER, "renditions": [rendition()] * 6}) + WEBP * 6,
        said({**HEADER, "renditions": [rendition(bytes=10**9)]}) + WEBP,
        said({**HEADER, "renditions": [rendition(type="text/html")]}) + WEBP,
        said({**HEADER, "renditions": [rendition(width=400)]}) + WEBP,
        said({**HEADER, "renditions": [rendition()]}) + b"<html>......",
        said({**HEADER, "renditions": [rendition()]}) + b"RIFF",
        *(
            whole({"hashes": hashes})
            for hashes in (
                None,
                {},
                [1],
                [1, 2],
                [-1, 0, 1, 2, 3],
                [2**64, 0, 1, 2, 3],
                list("01234"),
                [True, 1, 1, 1, 1],
            )
        ),
    ],
)
def test_a_child_that_lies_is_not_believed(answer: bytes, sandbox: MakeSandbox) -> None:
    with pytest.raises(PictureRefused) as caught:
        sandbox(ASKED + f"os.write(1, {answer!r})", wall_seconds=10).decode(jpeg())
    assert caught.value.message == checks.UNREADABLE


def test_a_child_that_says_everything_is_believed(sandbox: MakeSandbox) -> None:
    decoded = sandbox(ASKED + f"os.write(1, {whole({})!r})", wall_seconds=10).decode(jpeg())
    assert decoded.hashes == (0, 2**64 - 1, 1, 2, 3)


@pytest.mark.parametrize("script", ["", "raise SystemExit(1)", "print('other')"])
def test_a_child_that_does_not_start_is_not_the_fault_of_the_picture(script: str, sandbox: MakeSandbox) -> None:
    with pytest.raises(SandboxUnavailable):
        sandbox(script).decode(jpeg())


def test_a_child_is_replaced_after_a_number_of_pictures(sandbox: MakeSandbox) -> None:
    one = sandbox(pictures=2)
    numbers = []
    for _ in range(5):
        one.decode(jpeg())
        numbers.append(one.pid)
    assert [numbers[0] == numbers[1], numbers[1] == numbers[2], numbers[2] == numbers[3]] == [True, False, True]
    assert sum(is_running(number) for number in set(numbers) if number) == 1


def test_many_threads_share_one_child(sandbox: MakeSandbox) -> None:
    one, pictures = sandbox(), [jpeg(60 + number, 40) for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        decoded = list(threads.map(one.decode, pictures))
    assert [item.width for item in decoded] == [60 + number for number in range(12)]
    assert threading.active_count() < 20


def run(script: str) -> subprocess.Popen[str]:
    code = "import os, sys, time\nfrom campaign.pictures import sandbox\nfrom tests.factories import jpeg\n"
    return subprocess.Popen(
        [sys.executable, "-c", code + textwrap.dedent(script)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_a_forked_process_has_a_child_of_its_own() -> None:
    with run("""
        sandbox.decode(jpeg())
        before = sandbox._sandbox.pid
        forked = os.fork()
        own = sandbox.decode(jpeg()).width == 60 and sandbox._sandbox.pid != before
        if not forked:
            sandbox._sandbox.close()
            os._exit(0 if own else 1)
        status = os.waitpid(forked, 0)[1]
        print(status, sandbox._sandbox.pid == before, sandbox.decode(jpeg()).width)
    """) as process:
        assert process.communicate(timeout=60)[0].split() == ["0", "True", "60"]


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "in the middle of a picture"])
def test_the_child_ends_with_its_parent(busy: bool) -> None:
    script = """
        from tests.pictures.bombs import slow_png
        sandbox.decode(jpeg())
        slow = slow_png(9000, 5500)
        print(sandbox._sandbox.pid, flush=True)
        if BUSY:
            sandbox.decode(slow)
        time.sleep(60)
    """
    with run(script.replace("BUSY", str(busy))) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert is_running(child)
        process.kill()
    eventually(lambda: not is_running(child), "the end of the child", seconds=15)


def test_ending_the_whole_group_waits_for_the_picture(sandbox: MakeSandbox) -> None:
    one = sandbox()
    one.decode(jpeg())
    first = one.pid
    assert first is not None
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(first, number)
    one.decode(jpeg())
    assert one.pid == first
