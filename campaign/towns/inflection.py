"""German forms of place names: the adjective ("Mühlhäuser Stadtmauer") and the genitive ("Jenas Dächer")."""

import re

_ENDING = re.compile("e[mnrs]?$")
# fmt: off
_STEMS = frozenset((
    "alt", "botanisch", "chinesisch", "deutsch", "englisch", "fränkisch", "golden", "grau", "groß", "herzoglich",
    "historisch", "hoh", "inner", "japanisch", "klein", "mittelalterlich", "neu", "ober", "optisch", "phyletisch",
    "römisch", "rot", "schief", "steinern", "unter", "weiß",
))
# fmt: on
_ADJECTIVES = (
    ("hausen", ("häuser", "hausener", "häusener")),
    ("stadt", ("städter", "stadter")),
    ("städt", ("städter",)),
    ("ingen", ("inger", "ingener")),
    ("ungen", ("unger",)),
    ("rode", ("röder", "roder")),
    ("roda", ("rodaer", "röder")),
    ("kalden", ("kalder", "kaldener")),
    ("bürgel", ("bürgeler",)),
    ("jena", ("jenaer", "jenenser", "jenaerin")),
    ("münde", ("münder",)),
)


def adjectives(name: str) -> tuple[str, ...]:
    """Return the adjectives of a place name in lower case with umlauts: "gotha" gives "gothaer"."""
    for ending, replacements in _ADJECTIVES:
        if name.endswith(ending):
            return tuple(name.removesuffix(ending) + replacement for replacement in replacements)
    return (name + "r",) if name.endswith("e") else (name + "er",)


def genitives(name: str) -> tuple[str, ...]:
    """Return the genitive of a place name: "jena" gives "jenas"; names that end in a hiss have none."""
    return () if name.endswith(("s", "z", "ß", "x")) else (name + "s",)


def bent_landmark(name: str) -> tuple[str, ...]:
    """Return the case and plural endings that the name of a sight may carry: "Hoher Schwarm" gives "Hohen Schwarm"."""
    first, _, rest = name.partition(" ")
    stem = _ENDING.sub("", first)
    if rest and stem.lower() in _STEMS:
        return tuple(f"{stem}{ending} {rest}" for ending in ("e", "en", "er", "es", "em"))
    if name.endswith(("e", "er", "el")):
        return (name + "n", name + "s")
    return () if name.endswith(("n", "s", "z")) else (name + "s",)
