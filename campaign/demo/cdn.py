"""The simulated picture host: signed addresses that expire, and the files behind them."""

import hmac
import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from threading import Event, Lock

from flask import Response
from PIL import Image

from campaign.demo.drawing import choose_view, photo_bytes
from campaign.demo.faults import PICTURE_KINDS, Faults
from campaign.demo.graph_posts import Piece

PICTURE_LIFE = timedelta(days=4)
FILM_LIFE = timedelta(hours=10)
TALLEST = 1800
HUGE = 17 * 1024 * 1024
_PAGE = "<!DOCTYPE html><html><head><title>Page Not Found</title></head><body>This page is not available.</body></html>"
_FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(2048)


class PictureHost:
    """Signs addresses, checks them, and keeps each drawn picture, in a folder or in memory.

    Without `draws` one tiny picture stands for all.
    """

    def __init__(
        self, secret: str, faults: Faults, *, width: int = 1440, folder: Path | None = None, draws: bool = True
    ) -> None:
        self._draws = draws
        self._secret, self.faults, self._width, self._folder = secret.encode(), faults, width, folder
        self._kept: dict[str, bytes] = {}
        self._ready: set[str] = set()
        self._lock = Lock()
        self.drawn = 0

    def address(self, piece: Piece, host: str, now: datetime) -> str:
        """Return the address of a piece, good for about four days (films: ten hours), on the caller's host."""
        film = piece.media_type == "VIDEO"
        name = f"{piece.media_id}_n.{'mp4' if film else 'jpg'}"
        expiry = f"{int((now + (FILM_LIFE if film else PICTURE_LIFE)).timestamp()):X}"
        return f"http://{host}/cdn/v/{name}?oh={self._sign(name, expiry)}&oe={expiry}"

    def _sign(self, name: str, expiry: str) -> str:
        return "00_" + hmac.new(self._secret, f"{name}|{expiry}".encode(), sha256).hexdigest()[:32]

    def refusal(self, name: str, signature: str, expiry: str, now: datetime) -> str | None:
        """Return the text of the 403 answer for a tampered or expired address, or None for a good one."""
        if not hmac.compare_digest(self._sign(name, expiry), signature):
            return "Bad URL hash"
        if datetime.fromtimestamp(int(expiry, 16), UTC) < now:
            return "URL signature expired"
        return None

    def answer(self, piece: Piece, path: str) -> Response:
        """Return the file of a piece, spoilt when a fault of the piece or of the path says so."""
        if piece.media_type == "VIDEO":
            return _file(_FILM, "video/mp4")
        fault = self.faults.take(PICTURE_KINDS, path)
        kind = fault.kind if fault else piece.fault
        if kind is None:
            return _file(self.photo(piece), "image/jpeg")
        return self._spoilt(kind.removeprefix("picture_"), piece, fault.form if fault else "html")

    def photo(self, piece: Piece) -> bytes:
        """Return the JPEG of a piece; it is drawn once and then kept."""
        if not self._draws:
            return tiny()
        with self._lock:
            data = self._load(piece.media_id)
            if data is None:
                data = photo_bytes(piece.shot, width=self._width_of(piece))
                self.drawn += 1
                self._keep(piece.media_id, data)
            self._ready.add(piece.media_id)
        return data

    def draw_ahead(self, pieces: Iterable[Piece], done: Event) -> None:
        """Draw the pictures among these pieces that are not there yet, one after the other, until `done`."""
        for piece in takewhile(lambda _: not done.is_set(), pieces):
            if piece.media_type == "IMAGE" and piece.media_id not in self._ready:
                self.photo(piece)

    def _width_of(self, piece: Piece) -> int:
        """Return the width at which a piece is drawn: the host's, less for pictures that would get too tall."""
        wide, high = choose_view(piece.shot.seed).format
        return min(self._width, TALLEST * wide // high)

    def _load(self, media_id: str) -> bytes | None:
        if self._folder is None:
            return self._kept.get(media_id)
        path = self._folder / f"{media_id}.jpg"
        return path.read_bytes() if path.is_file() else None

    def _keep(self, media_id: str, data: bytes) -> None:
        if self._folder is None:
            self._kept[media_id] = data
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f"{media_id}.part"
        half.write_bytes(data)
        half.replace(self._folder / f"{media_id}.jpg")

    def _spoilt(self, kind: str, piece: Piece, form: str) -> Response:
        if kind == "bomb":
            return _file(bomb(), "image/png")
        if kind == "truncated":
            whole = self.photo(piece)
            return _file(whole[: len(whole) * 2 // 5], "image/jpeg")
        if kind == "huge":
            return Response(_endless(self.photo(piece)), 200, content_type="image/jpeg")
        if form == "text":
            return _file(b"not a picture\n", "image/jpeg")
        return Response(_PAGE, 200, content_type="text/html; charset=utf-8")


def _file(data: bytes, kind: str) -> Response:
    headers = {"Cache-Control": "max-age=1209600, no-transform", "Accept-Ranges": "bytes"}
    return Response(data, 200, headers, content_type=kind)


def _endless(start: bytes) -> Iterator[bytes]:
    """Yield a picture followed by zeros, more than 15 MB in all, without saying how much will come."""
    yield start
    for _ in range(HUGE // 65536):
        yield bytes(65536)


@cache
def tiny() -> bytes:
    """Return a JPEG of a few hundred bytes."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), (214, 196, 160)).save(file, "JPEG")
    return file.getvalue()


@cache
def bomb(side: int = 30_000) -> bytes:
    """Return a valid PNG of a few hundred kilobytes that unfolds into `side` times `side` pixels."""
    packer, row = zlib.compressobj(9), bytes(1 + side // 8 + 1)
    packed = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    file.seek(0, io.SEEK_END)
    shape = side.to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    for name, data in ((b"IHDR", shape), (b"IDAT", packed), (b"IEND", b"")):
        file.write(len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big"))
    return file.getvalue()
