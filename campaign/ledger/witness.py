#!/usr/bin/env python3
"""Watch a public log: `python3 witness.py ADDRESS STATE` from time to time, `witness.py --compare STATE STATE` to meet.

STATE is a file that remembers the key and the newest checkpoint. Ends with status 1 and one sentence if the log forgot
or changed anything since. Needs Python 3.10 and `signed_log.py` beside this file.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

if __package__:
    from campaign.ledger.signed_log import LEAF, Signer, grow, tree_root
else:  # the published script, alone with its neighbours
    from signed_log import LEAF, Signer, grow, tree_root  # type: ignore[import-not-found,no-redef]


def fetch(address: str, start: int, length: int) -> bytes:
    """Return so many bytes of a file on the web, from `start` on; fewer if it ends before."""
    if not address.startswith(("https://", "http://")):
        raise ValueError(f"{address} is not an address of the web")
    request = Request(address, headers={"Range": f"bytes={start}-{start + length - 1}"})  # noqa: S310
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - the two schemes above
        content = answer.read(length if answer.status == 206 else start + length)
    return bytes(content[0 if answer.status == 206 else start :])


def advance(state: dict[str, Any], note: str) -> dict[str, Any]:
    """Return the state after a newer checkpoint; raises ValueError unless the remembered log only grew into it."""
    signed, edge = Signer(state["key"]).checkpoint(note), [bytes.fromhex(one) for one in state["edge"]]
    size, start = state["size"], state["bytes"]
    if signed.size < size:
        raise ValueError(f"the log shrank from {size} to {signed.size} leaves")
    if signed.size > size:
        lines = fetch(f"{state['address']}/leaves.txt", start, 80 * (signed.size - size)).split(b"\n")[:-1]
        for line in lines[: signed.size - size]:
            if LEAF.fullmatch(line + b"\n") is None:
                raise ValueError(f"line {size + 1} of leaves.txt is not a leaf")
            grow(edge, size, line)
            size, start = size + 1, start + len(line) + 1
    if size < signed.size or tree_root(edge) != signed.root:
        raise ValueError(f"the log of {signed.size} leaves does not go on from the {state['size']} seen before")
    return {**state, "note": note, "size": size, "bytes": start, "edge": [one.hex() for one in edge]}


def watch(address: str, path: Path) -> dict[str, Any]:
    """Look at the log once and remember what was seen."""
    address = address.rstrip("/")
    key, note = (fetch(f"{address}/{name}", 0, 4096).decode() for name in ("key.txt", "checkpoint"))
    state = {"address": address, "key": key, "size": 0, "bytes": 0, "edge": []}
    state = json.loads(path.read_text(encoding="utf-8")) if path.exists() else state
    if state["key"] != key:
        raise ValueError("the log has another key than before")
    state = advance({**state, "address": address}, note)
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(state, indent=1), encoding="utf-8")
    os.replace(new, path)
    return state


def compare(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the further state; raises ValueError unless the other witness saw an earlier part of the same log."""
    first, last = sorted((one, other), key=lambda state: int(state["size"]))
    if first["key"] != last["key"]:
        raise ValueError("the two witnesses were shown different keys")
    return advance({**first, "address": last["address"]}, last["note"])


def main() -> int:
    """Print what was seen, or the sentence that refuses it."""
    try:
        if sys.argv[1:2] == ["--compare"]:
            state = compare(*(json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[2:4]))
        elif len(sys.argv) == 3:
            state = watch(sys.argv[1], Path(sys.argv[2]))
        else:
            raise ValueError("give the address of the log and the file of the state")
    except (ValueError, OSError) as error:
        print(f"Refused: {error}.", file=sys.stderr)
        return 1
    except Exception as error:  # whatever stands in the files of strangers
        print(f"Refused: this cannot be read ({type(error).__name__}).", file=sys.stderr)
        return 1
    print(state["note"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
