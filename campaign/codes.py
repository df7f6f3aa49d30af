"""Random codes: PIN, link, request, receipt; how they are read back from people."""

from __future__ import annotations

import re
import secrets
import unicodedata

from campaign.errors import N_, InvalidInput

# Crockford's base 32: no I, L, O, U, so that a code can be read aloud and typed.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")


def new_pin() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def new_secret() -> str:
    """Return 128 random bits for an address of the web site (22 characters)."""
    return secrets.token_urlsafe(16)


def new_receipt_code() -> str:
    """Return 80 random bits in base 32, in groups of four: `7K3M-9QWT-C4XD-R02H`."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(16)))


def is_secret(text: str) -> bool:
    """Return whether a text could be one of `new_secret`."""
    return re.fullmatch(r"[A-Za-z0-9_-]{22}", text, re.ASCII) is not None


def read_pin(typed: str) -> str:
    """Return the six digits of a PIN as somebody typed it, with or without spaces.

    Raises:
        InvalidInput: these are not six digits.
    """
    digits = "".join(char for char in unicodedata.normalize("NFKC", typed) if not _is_gap(char))
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        raise InvalidInput(N_("Die PIN hat sechs Ziffern. Sie steht in unserer Mail."))
    return digits


def read_receipt_code(typed: str) -> str | None:
    """Return a receipt's code as it is stored, whatever the case, the gaps, and O for 0 or I for 1; None: not one."""
    plain = "".join(char for char in typed.upper() if not _is_gap(char)).translate(_LOOKALIKES)
    return _grouped(plain) if len(plain) == 16 and set(plain) <= set(ALPHABET) else None


def _is_gap(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Pd", "Cf")


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))
