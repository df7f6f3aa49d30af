"""Why a photo is rejected or excluded, in words that its entrant may read."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from campaign.errors import N_, InvalidInput

TEXT_LENGTH = 500


class Reason(enum.StrEnum):
    """The keys 1 to 9 and 0 choose them in this order."""

    NOT_A_VIEW = "not_a_view"
    NO_TOWN = "no_town"
    PEOPLE = "people"
    QUALITY = "quality"
    ADVERTISING = "advertising"
    DUPLICATE = "duplicate"
    RIGHTS = "rights"
    OUTSIDE_THURINGIA = "outside_thuringia"
    OFFENSIVE = "offensive"
    OTHER = "other"


class ParkReason(enum.StrEnum):
    """What an entry waits for that was put aside; the keys 1 to 4 choose them in this order."""

    RIGHT = "waits_for_right"
    TOWN = "waits_for_town"
    TEAM = "waits_for_team"
    ELSE = "waits_else"


PARK_REASONS: dict[ParkReason, str] = {
    ParkReason.RIGHT: N_("Erlaubnis ist angefragt"),
    ParkReason.TOWN: N_("Rückfrage zum Ort"),
    ParkReason.TEAM: N_("Im Team besprechen"),
    ParkReason.ELSE: N_("Anderes"),
}


@dataclass(frozen=True)
class ReasonText:
    """`label` is for the desk (a message id); `de` and `en` are for the entrant."""

    label: str
    de: str
    en: str


REASONS: dict[Reason, ReasonText] = {
    Reason.NOT_A_VIEW: ReasonText(
        N_("Kein Blick auf die Stadt"),
        "Auf dem Foto ist kein Blick auf eine Stadt oder Gemeinde zu sehen.",
        "The photo does not show a view of a town or municipality.",
    ),
    Reason.NO_TOWN: ReasonText(
        N_("Ort nicht zu erkennen"),
        "Wir konnten nicht erkennen, welcher Ort zu sehen ist. Schreib den Namen des Ortes in den Beitrag.",
        "We could not tell which place it shows. Please name the place in your post.",
    ),
    Reason.PEOPLE: ReasonText(
        N_("Menschen erkennbar"),
        "Menschen sind deutlich zu erkennen. Ohne ihre Zustimmung dürfen wir das Foto nicht zeigen.",
        "People can be clearly recognised. Without their consent we may not show the photo.",
    ),
    Reason.QUALITY: ReasonText(
        N_("Zu unscharf oder zu klein"),
        "Das Foto ist zu klein, zu dunkel oder zu unscharf, um es groß zu zeigen.",
        "The photo is too small, too dark or too blurred to be shown large.",
    ),
    Reason.ADVERTISING: ReasonText(
        N_("Werbung"),
        "Das Foto wirbt für ein Angebot oder eine Marke.",
        "The photo advertises an offer or a brand.",
    ),
    Reason.DUPLICATE: ReasonText(
        N_("Doppelt"),
        "Dieses Foto nimmt schon am Wettbewerb teil.",
        "This photo takes part in the contest already.",
    ),
    Reason.RIGHTS: ReasonText(
        N_("Rechte fehlen"),
        "Uns fehlt die Erlaubnis der Person, die das Foto gemacht hat.",
        "We lack the permission of the person who took the photo.",
    ),
    Reason.OUTSIDE_THURINGIA: ReasonText(
        N_("Nicht in Thüringen"),
        "Der Ort auf dem Foto liegt nicht in Thüringen.",
        "The place in the photo is not in Thuringia.",
    ),
    Reason.OFFENSIVE: ReasonText(
        N_("Verletzend oder verboten"),
        "Das Foto oder sein Text verstößt gegen die Teilnahmebedingungen.",
        "The photo or its text breaks the rules of the contest.",
    ),
    Reason.OTHER: ReasonText(
        N_("Anderer Grund"),
        "Das Foto nimmt aus einem anderen Grund nicht teil.",
        "The photo does not take part for another reason.",
    ),
}


def parse_reason(value: str) -> Reason:
    """Return the reason of that name.

    Raises:
        InvalidInput: there is none.
    """
    try:
        return Reason(value)
    except ValueError as error:
        names = ", ".join(reason.value for reason in Reason)
        raise InvalidInput(N_("Wähl einen Grund aus: %(names)s."), names=names) from error


def parse_park_reason(value: str) -> ParkReason:
    """Return what an entry waits for.

    Raises:
        InvalidInput: there is no such reason.
    """
    try:
        return ParkReason(value)
    except ValueError as error:
        raise InvalidInput(N_("Wähl aus, worauf das Bild wartet.")) from error


def check_park_text(reason: ParkReason, text: str | None) -> str | None:
    """Return the words added to what an entry waits for, or None.

    Raises:
        InvalidInput: „Anderes“ comes without words, or they are longer than 500 characters.
    """
    words = check_text(None, text)
    if reason is ParkReason.ELSE and not words:
        raise InvalidInput(N_("Schreib dazu, worauf das Bild wartet."))
    return words


def label_of(reason: str) -> str:
    """Return the message id of any reason of a decision: of a refusal, or of what an entry waits for."""
    return PARK_REASONS[ParkReason(reason)] if reason in PARK_REASONS else REASONS[Reason(reason)].label


def check_text(reason: Reason | None, text: str | None) -> str | None:
    """Return the words added to a reason, without spaces around them, or None.

    Raises:
        InvalidInput: „Anderer Grund“ comes without words, or they are longer than 500 characters.
    """
    words = (text or "").strip()
    if len(words) > TEXT_LENGTH:
        raise InvalidInput(N_("Der Text ist zu lang. Kürze ihn auf %(length)s Zeichen."), length=TEXT_LENGTH)
    if reason is Reason.OTHER and not words:
        raise InvalidInput(N_("Schreib dazu, welcher andere Grund es ist."))
    return words or None


def text_for(reason: Reason, language: str) -> str:
    """Return the reason as the entrant reads it, in German or English."""
    found = REASONS[reason]
    return found.en if language == "en" else found.de
