"""Which passwords are taken. Pure."""

from __future__ import annotations

import unicodedata
from typing import Final

from campaign.errors import N_, InvalidInput

PASSWORD_LENGTH: Final = 12
# NIST SP 800-63B-4, 3.1.1.2: at least 64 must be possible; more than this only costs time.
PASSWORD_LONGEST: Final = 200
# What stands in every list of passwords that are tried first, as stems: twelve characters are often made of them.
_COMMON: Final = frozenset(
    [
        "password",
        "passwort",
        "kennwort",
        "geheim",
        "qwertz",
        "qwerty",
        "asdfgh",
        "1q2w3e4r",
        "iloveyou",
        "ichliebedich",
        "hallo",
        "willkommen",
        "welcome",
        "letmein",
        "admin",
        "administrator",
        "moderator",
        "master",
        "sommer",
        "winter",
        "fruehling",
        "herbst",
        "schatz",
        "fussball",
        "schoensterblick",
        "schönsterblick",
        "thueringen",
        "thüringen",
        "innenstadt",
        "changeme",
        "abc123",
    ]
)
_ROWS: Final = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjkl", "qwertyuiopasdfghjkl")


def check_password(password: str, email: str) -> None:
    """Raise unless the (normalised) password may protect the account of that address.

    Raises:
        InvalidInput: it is too short or too long, the address itself, or one of those that are tried first.
    """
    if len(password) < PASSWORD_LENGTH:
        raise InvalidInput(N_("Das Passwort braucht mindestens %(length)s Zeichen."), length=PASSWORD_LENGTH)
    if len(password) > PASSWORD_LONGEST:
        raise InvalidInput(N_("Das Passwort darf höchstens %(length)s Zeichen haben."), length=PASSWORD_LONGEST)
    plain = unicodedata.normalize("NFC", password).casefold()
    if plain in (email.casefold(), email.casefold().partition("@")[0] * 2):
        raise InvalidInput(N_("Nimm nicht deine E-Mail-Adresse als Passwort."))
    if is_common(plain):
        raise InvalidInput(N_("Dieses Passwort wird zuerst geraten. Nimm lieber vier Wörter, die nichts verbindet."))


def is_common(password: str) -> bool:
    """Return whether a password in small letters is tried early: a common word with digits, or few characters."""
    if len(set(password)) < 5 or any(password in row for row in _ROWS):
        return True
    letters = "".join(char for char in password if char.isalpha())
    return any(letters in (word, word * 2) or password in (word, word * 2) for word in _COMMON)
