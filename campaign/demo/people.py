"""The demo's people. All names are invented; account names end in `.beispiel`, addresses in example.org."""

from dataclasses import dataclass
from hashlib import sha256
from random import Random

_FIRST = (
    "Ada Alma Anton Arno Bela Bente Bruno Cora Delia Edda Emil Enno Erna Falk Fenja Frieda Fritz Gesa Greta Gustav "
    "Hanno Hedi Helma Henrik Ida Ilse Imke Jaro Jella Jonte Juri Karla Kilian Lale Lene Leonie Levi Liv Lotte Ludwig "
    "Magda Malte Marla Mattis Merle Mila Nele Nikita Noor Olga Oskar Paula Pavel Pia Quirin Rahel Rike Ruben Selma "
    "Silas Smilla Sofija Tamme Thea Tilda Toni Ulla Vera Wanda Wilma Yara Zoe"
)
_LAST = (
    "Abendroth Amselgrund Bachstelz Birnstiel Blaumeiser Brombeer Dachsberg Distelkamp Eichstedt Erlbacher Fensterl "
    "Finkenau Fliederbusch Ginsterhof Goldammer Hagedornig Haselbusch Himmelreich Holundermann Igelhaupt Immergrün "
    "Kaltwasser Kieselbach Kleeblatt Kornblum Krähwinkler Lerchenfelder Lindgrün Löwenzahn Marktbauer Mauersegel "
    "Mohnhaupt Morgenthau Nachtigaller Nebelung Obstgarten Pappelhof Quellmalz Rainfarn Rebhuhner Rosenstock "
    "Sauerampf Schlehdorn Schneeglück Seidelbast Silberpappel Sonnentau Sperlinger Taubenhaupt Tausendschön "
    "Uferwald Veilchenau Wacholder Weidenkätz Wiesengrund Zaunkönig"
)
OUR_ACCOUNT = "schoenster.blick"
FIRST, LAST = _FIRST.split(), _LAST.split()
_UMLAUTS = str.maketrans("äöüß", "aous")


@dataclass(frozen=True)
class Creator:
    """Somebody who posts pictures: the name for the credit and the account's name."""

    name: str
    account: str


def _plain(text: str) -> str:
    return text.lower().translate(_UMLAUTS)


def creator_of(media_id: str) -> Creator:
    """Return who posted a media; the answer follows from its id alone, so every process knows it."""
    rng = Random(int.from_bytes(sha256(f"creator {media_id}".encode()).digest()[:8]))
    first, last = rng.choice(FIRST), rng.choice(LAST)
    return Creator(f"{first} {last}", f"{_plain(first)}.{_plain(last)}.beispiel")


def voter_addresses(seed: int, count: int) -> list[str]:
    """Return distinct mail addresses of invented voters (all in example.org, RFC 2606)."""
    rng = Random(f"voters {seed}")
    pairs = [(first, last) for first in FIRST for last in LAST]
    return [f"{_plain(first)}.{_plain(last)}@example.org" for first, last in rng.sample(pairs, count)]
