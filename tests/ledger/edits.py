"""Single edits of published files, as somebody with access to the database or the web server could make them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Files = dict[str, bytes]


def edit(published: Files, rng: Random) -> tuple[str, Files]:
    """Return one file changed in one place, and what was done to which file."""
    while True:
        # Many files are checkpoints; every kind of file has its turn.
        groups = sorted({name.partition("/")[0] for name in published})
        group = rng.choice(groups)
        name = rng.choice([one for one in sorted(published) if one.partition("/")[0] == group])
        change = rng.choice(EDITS)
        content = change(published[name], rng)
        if content != published[name]:
            return f"{change.__name__} in {name}", {**published, name: content}


def byte_changed(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([rng.randrange(256)]) + content[place + 1 :]


def bit_flipped(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def byte_deleted(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content))
    return content[:place] + content[place + 1 :]


def byte_added(content: bytes, rng: Random) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + bytes([rng.choice((0, 9, 10, 13, 32, 34, 44, 48, 59, 255))]) + content[place:]


def field_changed(content: bytes, rng: Random) -> bytes:
    """A cell takes the value of the same cell of another row."""
    rows = content.split(b"\n")[:-1]
    for separator in (b";", b" "):
        cells = [row.split(separator) for row in rows]
        column = rng.randrange(len(cells[-1])) if cells else 0
        if cells and len(cells[-1]) > 1:
            one, other = rng.choice(cells), rng.choice(cells)
            if column < min(len(one), len(other)):
                one[column] = other[column]
            return b"".join(separator.join(row) + b"\n" for row in cells)
    return content


def row_deleted(content: bytes, rng: Random) -> bytes:
    rows = content.splitlines(keepends=True)
    rows.pop(rng.randrange(len(rows)))
    return b"".join(rows)


def row_added(content: bytes, rng: Random) -> bytes:
    rows = content.splitlines(keepends=True)
    row = byte_changed(rng.choice(rows), rng) if rng.random() < 0.5 else rng.choice(rows)
    rows.insert(rng.randrange(len(rows) + 1), row)
    return b"".join(rows)


def rows_swapped(content: bytes, rng: Random) -> bytes:
    rows = content.splitlines(keepends=True)
    one, other = rng.randrange(len(rows)), rng.randrange(len(rows))
    rows[one], rows[other] = rows[other], rows[one]
    return b"".join(rows)


EDITS: tuple[Callable[[bytes, Random], bytes], ...] = (
    byte_changed,
    bit_flipped,
    byte_deleted,
    byte_added,
    field_changed,
    row_deleted,
    row_added,
    rows_swapped,
)
