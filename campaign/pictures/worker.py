"""The child process that decodes pictures. Whatever takes it over finds no file, no network and no secret.

Started by `sandbox` as a plain file, so that nothing of the application is loaded: no settings, no database.
Before the first picture it gives away what it could do harm with: memory, processor time, files, new processes, and
the rights of root. Descriptors 0, 1 and 2 are all that it ever has.

Each question is a length (4 bytes, big-endian), a JSON header of that length, and the picture's bytes; each answer
the same, with the derivatives' bytes and the look. A header with `areas` asks for one picture in which those are
blurred, one with `faces` for the places of faces.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import resource
import select
import signal
import struct
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    # `campaign/__init__.py` is the whole web site; of the package only the path is needed here.
    _package = ModuleType("campaign")
    _package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["campaign"] = _package
    # The detector of faces would start a thread for each processor; one picture at a time is all that is asked.
    os.environ["OMP_NUM_THREADS"] = "1"

from PIL import Image, JpegImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401

from campaign.pictures.areas import from_numbers
from campaign.pictures.checks import UPLOAD, Admission, PictureRefused
from campaign.pictures.decoding import decode, decode_blurred, decode_faces
from campaign.pictures.seccomp import wall_in

if TYPE_CHECKING:
    from campaign.pictures.renditions import Decoded

NOBODY = 65534
# All processes and threads of the user count, also those that are not ours.
MAX_TASKS = 4096
# include/uapi/linux/prctl.h
PR_SET_DUMPABLE = 4


def main() -> None:
    """Answer until the parent closes the pipe or is gone."""
    limits = json.loads(sys.argv[1])
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # A signal to the whole group is the parent's to act on: it finishes its picture first.
        signal.signal(number, signal.SIG_IGN)
    _warm_up()
    _give_up_rights(limits["memory"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _write(b"ready")
    while True:
        header = json.loads(_read(struct.unpack(">I", _read(4))[0]))
        data = _read(header["size"])
        spent = int(time.process_time()) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (spent + limits["cpu_seconds"], resource.RLIM_INFINITY))
        _answer(data, Admission(tuple(header["formats"]), header["max_bytes"]), header)


def _end_with_parent() -> None:
    # Reports nothing but the end of the pipe, also in the middle of a picture.
    watch = select.poll()
    watch.register(0, 0)
    watch.poll()
    os._exit(0)


def _warm_up() -> None:
    """Let all modules be loaded that a picture may need: later no file can be opened."""
    for form in ("JPEG", "PNG", "WEBP"):
        stream = io.BytesIO()
        Image.new("RGB", (16, 16)).save(stream, form)
        decode(stream.getvalue(), UPLOAD)
    decode_blurred(stream.getvalue(), UPLOAD, from_numbers([["ellipse", 0, 0, 5000, 5000]]))
    decode_faces(stream.getvalue(), UPLOAD)


def _give_up_rights(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Not zero: the reader of HEIC decodes in a thread. The wall below refuses processes.
    resource.setrlimit(resource.RLIMIT_NPROC, (MAX_TASKS, MAX_TASKS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    if os.geteuid() == 0:
        # In a container without these rights there is nothing to give away.
        with suppress(OSError):
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    # Nobody with our user number may look into our memory, nor may we into theirs.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    wall_in()


def _answer(data: bytes, admission: Admission, asked: dict[str, Any]) -> None:
    try:
        _write(*_answered(data, admission, asked))
    except PictureRefused as refused:
        _write(_framed({"refused": refused.message, "values": refused.values}))


def _answered(data: bytes, admission: Admission, asked: dict[str, Any]) -> list[bytes]:
    if "areas" in asked:
        blurred = decode_blurred(data, admission, from_numbers(asked["areas"]))
        return [_framed({"bytes": len(blurred)}), blurred]
    if "faces" in asked:
        return [_framed({"faces": decode_faces(data, admission)})]
    decoded = decode(data, admission)
    return [_framed(_described(decoded)), *(item.data for item in decoded.renditions), decoded.look]


def _described(decoded: Decoded) -> dict[str, Any]:
    return {
        "type": decoded.type,
        "width": decoded.width,
        "height": decoded.height,
        "hashes": decoded.hashes,
        "drone": decoded.drone,
        "renditions": [
            {
                "size": item.size,
                "type": item.type,
                "ending": item.ending,
                "width": item.width,
                "height": item.height,
                "bytes": len(item.data),
            }
            for item in decoded.renditions
        ],
    }


def _framed(header: dict[str, Any]) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text


def _read(size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = os.read(0, min(size - len(data), 1 << 20))
        if not part:
            os._exit(0)
        data += part
    return bytes(data)


def _write(*parts: bytes) -> None:
    left = memoryview(b"".join(parts))
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    main()
