"""The signed log of a vote, for `verify.py` and `witness.py` beside this file; needs Python 3.10 and nothing else.

Ed25519 after RFC 8032, section 5.1; checkpoints after c2sp.org/tlog-checkpoint and c2sp.org/signed-note; hashes of the
tree after RFC 9162, section 2.1. Only public values pass through here, so nothing needs to take the same time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple

LEAF = re.compile(rb"(?:(event|rules|amendment|result|destroyed) ([0-9a-f]{64})|(close) (0|[1-9][0-9]{0,11}))\n")
UNREADABLE = "is missing or cannot be read | fehlt oder ist nicht lesbar"
KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})\n")
NOTE = re.compile(
    r"((\S+)\n([1-9][0-9]{0,11})\n(\S{44})\ntime ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\n)"
    r"\n— (\S+) (\S{92})\n"
)
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
BASE = bytes.fromhex("58" + "66" * 31)
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


class Wrong(Exception):
    """What is wrong: file, line (0: all of it), "English | Deutsch"."""


class Checkpoint(NamedTuple):
    """What was signed: the root over the first `size` leaves, at a moment in UTC."""

    size: int
    root: bytes
    at: str


def must(right: object, file: str, line: int, words: str) -> None:
    """Raise Wrong unless something is right."""
    if not right:
        raise Wrong(file, line, words)


class Signer:
    """The public key of a log, `NAME+KEY ID+KEY` on one line; raises ValueError if the text is none."""

    def __init__(self, text: str) -> None:
        match = KEY.fullmatch(text)
        self.name, key = (match[1], base64.b64decode(match[3])) if match else ("", b"")
        self.key_id, self.key = sha256(self.name.encode() + b"\n" + key).digest()[:4], key[1:]
        if match is None or key[0] != 1 or self.key_id.hex() != match[2]:
            raise ValueError("not the public key of a log")
        x, y, z, t = _point(self.key)
        self._tables = _multiples(_point(BASE)), _multiples((P - x, y, z, P - t))

    def has_signed(self, text: bytes, signature: bytes) -> bool:
        """Return whether R || S is a signature of the key A: R = S B - SHA-512(R || A || text) A."""
        s = int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or s >= ORDER:
            return False
        k = int.from_bytes(sha512(signature[:32] + self.key + text).digest(), "little") % ORDER
        found = NEUTRAL
        for table, scalar in zip(self._tables, (s, k), strict=True):
            for row, byte in zip(table, scalar.to_bytes(32, "little"), strict=True):
                found = _add(found, row[byte])
        z = pow(found[2], -1, P)
        x, y = found[0] * z % P, found[1] * z % P
        return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

    def checkpoint(self, note: str) -> Checkpoint:
        """Return what the note of a checkpoint says; raises ValueError unless this key has signed it for this log."""
        match = NOTE.fullmatch(note)
        if match is None or not match[2] == match[6] == self.name:
            raise ValueError("not a checkpoint of this log")
        signature = base64.b64decode(match[7], validate=True)
        # The last digit has bits that say nothing: of all ways to write them one is right.
        is_written_well = base64.b64encode(signature).decode() == match[7] and signature[:4] == self.key_id
        if not is_written_well or not self.has_signed(match[1].encode(), signature[4:]):
            raise ValueError("not signed with this key")
        return Checkpoint(int(match[3]), base64.b64decode(match[4], validate=True), match[5])


def grow(edge: list[bytes], size: int, leaf: bytes) -> None:
    """Add a leaf to a tree of `size` leaves, of which `edge` keeps the roots of the complete subtrees."""
    found = sha256(b"\x00" + leaf).digest()
    while size & 1:
        found = sha256(b"\x01" + edge.pop() + found).digest()
        size >>= 1
    edge.append(found)


def tree_root(edge: list[bytes]) -> bytes:
    """Return the root of a tree of one leaf or more."""
    root = edge[-1]
    for left in edge[-2::-1]:
        root = sha256(b"\x01" + left + root).digest()
    return root


class Log:
    """The published files of a log, read strictly; `at` is where the reading stands, with the words if it fails."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, ("key.txt", 0, UNREADABLE)
        self.kinds, self.values = bytearray(), bytearray()  # of each leaf: the first letter of its kind, 32 bytes
        self.marks: list[tuple[int, str, str]] = []  # the leaves that are no events: place, kind, value
        self.name, self.changed = "", range(0)  # of the log; the leaves of the batch that has another root
        self.proved: list[str] = []

    def read(self, name: str, words: str = UNREADABLE) -> bytes:
        """Return the bytes of a file."""
        self.at = (name, 0, words)
        return (self.folder / name).read_bytes()

    def numbered(self, name: str, pattern: str) -> list[str]:
        """Return the files of a folder, numbered from 1 without a gap."""
        found = sorted(path.name for path in (self.folder / name).glob("*"))
        for number, one in enumerate(found, 1):
            expected = pattern.format(number)
            must(one == expected, f"{name}/{min(one, expected)}", 0, "is missing or too much | fehlt oder ist zu viel")
        return [f"{name}/{one}" for one in found]

    def rows(self, name: str, header: str, pattern: re.Pattern[bytes], key: Any) -> Iterator[re.Match[bytes]]:
        """Yield the rows of a CSV file, which ascend by their key."""
        last: Any = None
        self.at = (name, 1, UNREADABLE)
        with (self.folder / name).open("rb") as file:
            must(file.readline(99) == header.encode() + b"\n", name, 1, f"is not {header} | ist nicht {header}")
            for line, text in enumerate(file, 2):
                self.at, match = (name, line, UNREADABLE), pattern.fullmatch(text)
                if match is None:
                    raise Wrong(name, line, "is not a row of this file | ist keine Zeile dieser Datei")
                must(last is None or last < key(match), name, line, "is out of order | steht am falschen Platz")
                last = key(match)
                yield match

    def check(self) -> None:
        """Each signed root is that over the leaves: nothing that was in the log ever left it or changed."""
        signer = Signer(self.read("key.txt", "is not the key of a log | ist kein Schlüssel eines Protokolls").decode())
        self.name, notes = signer.name, self.numbered("checkpoints", "{:08}.txt")
        must(notes, "checkpoints", 0, "holds no checkpoint | enthält keinen Prüfpunkt")
        edge: list[bytes] = []
        size, at = 0, ""
        with (self.folder / "leaves.txt").open("rb") as leaves:
            for name in notes:
                words = "is not a checkpoint signed with key.txt | ist kein mit key.txt unterschriebener Prüfpunkt"
                signed = signer.checkpoint(self.read(name, words).decode())
                must(signed.size > size and signed.at >= at, name, 0, "goes back | geht zurück")
                for place in range(size, signed.size):
                    line = leaves.readline(99)
                    self.leaf(place, LEAF.fullmatch(line))
                    grow(edge, place, line[:-1])
                if tree_root(edge) != signed.root:
                    self.changed = range(size, signed.size)
                    words = f"to {signed.size} are not what {name} says | bis {signed.size} sind nicht, was {name} sagt"
                    raise Wrong("leaves.txt", size + 1, words)
                size, at = signed.size, signed.at
            is_newest = self.read("checkpoint") == self.read(notes[-1])
            must(is_newest, "checkpoint", 0, f"is not {notes[-1]}, the last one | ist nicht {notes[-1]}, der letzte")
            must(not leaves.read(1), "leaves.txt", size + 1, "is in no checkpoint | steht in keinem Prüfpunkt")
        self.proved.append(
            f"{size} leaves are unchanged through {len(notes)} signed checkpoints up to {at}"
            f" | {size} Einträge sind unverändert über {len(notes)} unterschriebene Prüfpunkte bis {at}"
        )

    def leaf(self, place: int, match: re.Match[bytes] | None) -> None:
        """Keep a leaf."""
        if match is None:
            raise Wrong("leaves.txt", place + 1, "is missing or no leaf of a log | fehlt oder ist kein Eintrag")
        self.kinds += match[0][:1]
        self.values += bytes.fromhex(match[2].decode()) if match[2] else bytes(32)
        if match[1] != b"event":
            self.marks.append((place, (match[1] or match[3]).decode(), (match[2] or match[4]).decode()))


def _point(data: bytes) -> Point:
    y = int.from_bytes(data, "little") % 2**255
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square:
        raise ValueError("not a point of the curve")
    x = x if x & 1 == data[31] >> 7 else P - x
    return x, y, 1, x * y % P


def _add(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * D * one[3] % P * other[3], 2 * one[2] * other[2]
    e, f, g, h = (b - a) % P, (d - c) % P, (d + c) % P, (b + a) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


@lru_cache(maxsize=4)
def _multiples(point: Point) -> list[list[Point]]:
    """Return k * 256**i * point for i < 32 and k < 256: with them each signature costs 64 additions."""
    table = []
    for _ in range(32):
        row = [NEUTRAL]
        for _ in range(256):
            row.append(_add(row[-1], point))
        point = row.pop()
        table.append(row)
    return table
