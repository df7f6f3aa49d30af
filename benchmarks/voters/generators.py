"""Generators of addresses: those that the thresholds were chosen with, and others that they were not."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from benchmarks.voters.names import FAMILY, GIVEN, WORDS, usual
from benchmarks.voters.people import Address, local_part
from benchmarks.voters.people import address as address_of_a_person

# A generator is given the lot and the number of the address.
Generator = Callable[[Random, int], Address]
_LETTERS, _CONSONANTS, _VOWELS = "abcdefghijklmnopqrstuvwxyz", "bcdfghjklmnpqrstvwxz", "aeiou"
_LEET: Final = str.maketrans("aeiost", "431057")
_WALKS: Final = ("qwertzuiop", "asdfghjkl", "yxcvbnm", "poiuztrewq", "lkjhgfdsa", "mnbvcxy")
_FREE: Final = ("gmail.com", "gmx.de", "web.de", "outlook.com", "yahoo.com")


def _at(domain: str) -> Callable[[str], Address]:
    return lambda local: (local, domain, domain)


def _drawn(rng: Random, alphabet: str, length: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(length))


def _somewhere(rng: Random, local: str) -> Address:
    return _at(rng.choice(_FREE))(local)


def _person(rng: Random) -> tuple[str, str]:
    return usual(rng, GIVEN), usual(rng, FAMILY)


def _dotted(rng: Random, _: int) -> Address:
    name = "sommerlichesweimar"
    return _at("web.de")("".join(letter + "." * (rng.random() < 0.3) for letter in name[:-1]) + name[-1])


def _walk(rng: Random, _: int) -> Address:
    row = rng.choice(_WALKS)
    start = rng.randrange(len(row) - 4)
    return _somewhere(rng, row[start : start + rng.randrange(5, 8)] + str(rng.randrange(1000)))


def _throw_away(rng: Random, _: int) -> Address:
    return _drawn(rng, _LETTERS, rng.randrange(7, 12)), f"mail{rng.randrange(20)}box.club", "mx.cheapmail.example"


def _throw_away_names(rng: Random, _: int) -> Address:
    given, family = _person(rng)
    return f"{given}.{family}{rng.randrange(1000)}", f"post{rng.randrange(20)}.online", "mx.cheapmail.example"


def _leet(rng: Random, _: int) -> Address:
    return _somewhere(rng, "".join(_person(rng)).translate(_LEET))


def _reversed(rng: Random, _: int) -> Address:
    return _somewhere(rng, ".".join(name[::-1] for name in _person(rng)))


def _mixed(rng: Random, number: int) -> Address:
    return GENERATORS[("random-8", "word and digits", "hexadecimal", "name and five digits")[number % 4]](rng, number)


def _syllables(rng: Random, _: int) -> Address:
    return _somewhere(rng, "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(4)))


def _name_digits(domain: str, digits: int) -> Generator:
    def make(rng: Random, _: int) -> Address:
        given, family = _person(rng)
        return _at(domain)(f"{given}{family}{rng.randrange(10 ** (digits - 1), 10**digits)}")

    return make


def _scheme(rng: Random, _: int) -> Address:
    given, family = _person(rng)
    return _at("outlook.com")(f"{family}.{given}{rng.randrange(100, 1000)}")


def _catch_all_names(rng: Random, _: int) -> Address:
    return "{}.{}".format(*_person(rng)), f"wir-fuer-{rng.randrange(5)}.de", "mx.hetzner.com"


GENERATORS: Final[dict[str, Generator]] = {
    "name 1 to n": lambda _, number: _at("gmail.com")(f"sonnenblick{number}"),
    "word and digits": lambda rng, _: _somewhere(rng, f"{rng.choice(WORDS)}{rng.randrange(1000, 10000)}"),
    "random-8": lambda rng, _: _somewhere(rng, _drawn(rng, _LETTERS, 8)),
    "dotted": _dotted,
    "plus tags": lambda _, number: _at("posteo.de")(f"kati.schoen+{number}"),
    "catch-all, random": lambda rng, _: (_drawn(rng, _LETTERS, 9), "schoenewelt.info", "mx.ionos.de"),
    "catch-all, numbered": lambda _, number: (f"stimme{number:03}", "tollepost.de", "mx.strato.de"),
    "throw-away domains": _throw_away,
    "throw-away, names": _throw_away_names,
    "leetspeak": _leet,
    "reversed names": _reversed,
    "keyboard walks": _walk,
    "mixed, slow drip": _mixed,
    "many networks": _name_digits("gmail.com", 4),
    "hexadecimal": lambda rng, _: _somewhere(rng, _drawn(rng, "0123456789abcdef", 10)),
    "consonants": lambda rng, _: _somewhere(rng, _drawn(rng, _CONSONANTS, rng.randrange(5, 9))),
    "syllables": _syllables,
    "name and five digits": lambda rng, number: _name_digits(rng.choice(_FREE), 5)(rng, number),
    "bought abroad": lambda rng, _: _at(rng.choice(("mail.ru", "mail.ru", "yandex.ru", "wp.pl")))(local_part(rng)),
    "one scheme": _scheme,
    "five catch-alls, names": _catch_all_names,
}


def _doubled(rng: Random, _: int) -> Address:
    return _somewhere(rng, usual(rng, GIVEN) * 2)


def _two_words(rng: Random, _: int) -> Address:
    return _somewhere(rng, f"{rng.choice(WORDS)}.{rng.choice(WORDS)}.{rng.randrange(100, 1000)}")


def _base32(rng: Random, _: int) -> Address:
    return _at("proton.me")(_drawn(rng, "abcdefghjkmnpqrstvwxyz23456789", 12))


def _initials(rng: Random, _: int) -> Address:
    return _somewhere(rng, f"{rng.choice(_LETTERS)}{rng.choice(_LETTERS)}{rng.randrange(10**5, 10**6)}")


def _birthday(rng: Random, _: int) -> Address:
    day = f"{rng.randrange(1, 29):02}{rng.randrange(1, 13):02}{rng.randrange(1950, 2008)}"
    return _somewhere(rng, f"{usual(rng, GIVEN)}.{day}")


def _slip(rng: Random, _: int) -> Address:
    name = list("".join(_person(rng)))
    for _ in range(2):
        name[rng.randrange(len(name))] = rng.choice(_LETTERS)
    return _somewhere(rng, "".join(name))


def _one_provider(rng: Random, _: int) -> Address:
    return _at("web.de")("{}.{}".format(*_person(rng)))


def _words_inside(rng: Random, _: int) -> Address:
    return _somewhere(rng, f"{rng.choice(WORDS)}{rng.randrange(10)}{rng.choice(WORDS)}")


def _half_like_people(rng: Random, number: int) -> Address:
    return address_of_a_person(rng) if number % 2 else GENERATORS["word and digits"](rng, number)


def _fan(rng: Random, _: int) -> Address:
    town = rng.choice(("weimar", "jena", "gera", "suhl", "gotha", "apolda", "greiz"))
    return _somewhere(rng, f"{town}{rng.choice(('fan', 'liebe', 'foto', 'herz'))}{rng.randrange(100)}")


def _letters_behind(rng: Random, _: int) -> Address:
    return _somewhere(rng, f"{usual(rng, GIVEN)}_{_drawn(rng, _LETTERS, 3)}")


def _three_words(rng: Random, _: int) -> Address:
    return _somewhere(rng, "-".join(rng.choice(WORDS) for _ in range(3)))


def _slips_of_one(rng: Random, _: int) -> Address:
    name = list("stefaniehoffmann")
    for _ in range(3):
        name[rng.randrange(len(name))] = rng.choice(_LETTERS)
    return _at("gmx.de")("".join(name))


def _middle_initial(rng: Random, _: int) -> Address:
    given, family = _person(rng)
    return _somewhere(rng, f"{given}.{rng.choice(_LETTERS)}.{family}")


HELD_OUT: Final[dict[str, Generator]] = {
    "doubled names": _doubled,
    "two words and digits": _two_words,
    "base 32": _base32,
    "initials and digits": _initials,
    "name and birthday": _birthday,
    "names with two slips": _slip,
    "name at one provider": _one_provider,
    "digit between words": _words_inside,
    "fans of a town": _fan,
    "name and three letters": _letters_behind,
    "three words": _three_words,
    "slips of one name": _slips_of_one,
    "names with a middle letter": _middle_initial,
    "digits alone": lambda rng, _: _somewhere(rng, str(rng.randrange(10**8, 10**10))),
    "half like people": _half_like_people,
    "all like people": lambda rng, _: address_of_a_person(rng),
}
