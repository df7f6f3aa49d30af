"""What hostile pictures and hosts cost a pass: files a second, memory of its process, and growth from pass to pass.

Only the process of the pass counts, not the one that decodes. A host that is slow gets one second here, not twenty.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.instagram.hostile_host import hostile_instagram
from tests.instagram.hostile_passes import fresh_posts, hostile_pieces, hosts, make_pass, migrated, run_passes
from tests.instagram.hostile_pictures import Piece
from tests.processes import write_config

PASSES = 12


def main() -> None:
    """Print the figures of a pass over all hostile files, of one over all hostile hosts, and of many passes."""
    _show_pass("files", hostile_pieces())
    _show_pass("hosts", hosts())
    with tempfile.TemporaryDirectory() as name, hostile_instagram(*map(fresh_posts, range(PASSES))) as host:
        folder = Path(name)
        config = write_config(folder, migrated(folder), instagram=host.section)
        _, figures = run_passes(folder, config, str(PASSES), seconds=600)
    resident = [kilobytes / 1024 for kilobytes in figures["resident"]]
    print(
        f"{PASSES} passes in one process, each with fresh pictures: {resident[2]:.1f} MB after the third, "
        f"{resident[-1]:.1f} MB after the last, growth {max(resident[3:]) - resident[2]:.1f} MB"
    )


def _show_pass(what: str, pieces: list[Piece]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = make_pass(folder, migrated(folder), pieces)
    states = {state.value: count for state, count in made.states().items()}
    print(
        f"{what}: {len(pieces)} pictures in {made.seconds:.1f} s, {len(pieces) / made.seconds:.1f} a second, "
        f"{made.peak / 1024:.0f} MB at most; {states}"
    )
