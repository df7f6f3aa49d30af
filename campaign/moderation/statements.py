"""What must be said of a picture before it is published: who can be recognised in it, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaign.entries.describing import MAX_LENGTH, plain_text
from campaign.entries.lifecycle import People
from campaign.errors import N_, Conflict, InvalidInput

NOTE_LENGTH = 300
NOT_BLURRED = N_("Unkenntlich ist darauf noch niemand. Mach die Menschen zuerst unkenntlich (Taste M).")


@dataclass(frozen=True)
class Statement:
    """Who can be recognised, how their consent is proven, the alternative text; None leaves what stands."""

    people: People | None = None
    note: str | None = None
    alt_text: str | None = None


NOTHING_SAID = Statement()


def read_statement(form: Mapping[str, str]) -> Statement:
    """Return what a form says; an alternative text that was emptied is said to be empty.

    Raises:
        InvalidInput: it names no kind that there is.
    """
    alt_text = form.get("alt_text")
    return Statement(
        parse_people(form.get("people", "")),
        plain_text(form.get("people_note", "")) or None,
        plain_text(alt_text) if alt_text is not None else None,
    )


def parse_people(value: str) -> People | None:
    """Return who can be recognised, None where nothing was chosen.

    Raises:
        InvalidInput: there is no such kind.
    """
    try:
        return People(value) if value else None
    except ValueError as error:
        names = ", ".join(one.value for one in People)
        raise InvalidInput(N_("Wähl aus, wer zu erkennen ist: %(names)s."), names=names) from error


def check_statement(said: Statement, standing: Statement, *, is_blurred: bool) -> Statement:
    """Return what stands when this is said; `is_blurred` is whether the picture shown was made by blurring.

    Raises:
        InvalidInput: consent comes without a word about its proof, or a text is too long.
        Conflict: people are said to be unrecognisable in a picture that nobody has blurred.
    """
    people = said.people or standing.people
    known = standing.note if standing.people is People.CONSENT else None
    note = (said.note or known) if people is People.CONSENT else None
    alt_text = standing.alt_text if said.alt_text is None else said.alt_text
    if people is People.CONSENT and not note:
        raise InvalidInput(
            N_("Schreib dazu, wie die Einwilligung belegt ist, bei Kindern die beider Eltern (§ 22 KUG).")
        )
    if people is People.UNRECOGNISABLE and not is_blurred:
        raise Conflict(NOT_BLURRED)
    _check_length(note, NOTE_LENGTH)
    _check_length(alt_text, MAX_LENGTH)
    return Statement(people, note, alt_text)


def _check_length(text: str | None, most: int) -> None:
    if len(text or "") > most:
        raise InvalidInput(N_("Der Text ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=most)
