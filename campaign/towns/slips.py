"""Slips of the pen: a name with one letter missing, added, changed, or two letters swapped."""

from collections.abc import Iterable, Iterator, Mapping

# Shorter names lie too close to other words.
SHORTEST = 8


def slip_keys(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the names (folded, single words) under every key that a slip may share with them."""
    keys: dict[str, tuple[str, ...]] = {}
    for name in names:
        if len(name) >= SHORTEST:
            for key in _keys(name):
                keys[key] = (*keys.get(key, ()), name)
    return keys


def meant_name(word: str, keys: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the one name that lies a single slip away from the word; None when there is none or a choice."""
    if len(word) < SHORTEST:
        return None
    near = {name for key in _keys(word) for name in keys.get(key, ()) if _is_one_slip(word, name)}
    return near.pop() if len(near) == 1 else None


def _keys(word: str) -> Iterator[str]:
    """Give the word, and the word without each of its letters; nobody mistakes the first one."""
    yield word
    yield from (word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _is_one_slip(word: str, name: str) -> bool:
    shorter, longer = sorted((word, name), key=len)
    same = next((at for at, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[same:] == longer[same + 1 :]
    swapped = name[same + 1 : same + 2] + name[same : same + 1]
    return word != name and (word[same + 1 :] == name[same + 1 :] or word[same:] == swapped + name[same + 2 :])
