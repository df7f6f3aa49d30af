"""What a ballot may hold, and until when it can be asked for and confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.contests.phases import Dates, is_voting
from campaign.errors import N_, Gone, InvalidInput, NotFound, NotOpen
from campaign.mail.confirmation import PIN_EXPIRED, PIN_LIFETIME, PIN_TRIES, TRIES_USED_UP, Proof
from campaign.voting.lifecycle import BallotStatus

LATE_CONFIRMATION = timedelta(hours=24)
MAILS_PER_DAY, MAILS_PER_ROUND = 1, 3
# Why a ballot waits for a second tap.
SCANNER = "scanner"
# Nobody opens a mail and presses its button sooner.
_SOON = timedelta(seconds=3)


@dataclass(frozen=True)
class PickFacts:
    """An entry as the rules see it."""

    number: int
    town_ags: str | None
    is_public: bool


@dataclass(frozen=True)
class BallotLimits:
    """Picks that a ballot may hold, altogether and of one town."""

    per_ballot: int
    per_town: int


@dataclass(frozen=True)
class RequestFacts:
    """A ballot as its confirmation sees it; `sent_at` is None until its mail has left."""

    status: BallotStatus
    pin_tries: int
    sent_at: datetime | None


@dataclass(frozen=True)
class Signals:
    """What a browser says of the press of a button.

    `gesture`: a person's (True), a script's (False), or the browser does not tell (None; Fetch Metadata,
    Sec-Fetch-User). `scanner_network`: it came from where mails are scanned.
    """

    gesture: bool | None = None
    scanner_network: bool = False


SILENT = Signals()


def check_open(dates: Dates, now: datetime) -> None:
    """Raise NotOpen unless a ballot may be asked for at this moment."""
    if is_voting(dates, now):
        return
    if now < dates.vote_from:
        raise NotOpen(N_("Die Abstimmung hat noch nicht begonnen. Wann es losgeht, steht auf der Startseite."))
    raise NotOpen(N_("Die Abstimmung ist vorbei. Danke an alle, die mitgemacht haben."))


def check_picks(picked: Sequence[PickFacts], limits: BallotLimits) -> None:
    """Raise unless these picks make a ballot.

    Raises:
        NotFound: an entry is not public, or has no town.
        InvalidInput: there are none, too many, one twice, or too many of one town.
    """
    for pick in picked:
        if not pick.is_public or pick.town_ags is None:
            raise NotFound(N_("Das Bild %(number)s steht nicht zur Wahl. Nimm ein anderes."), number=pick.number)
    if not picked:
        raise InvalidInput(N_("Dein Stimmzettel ist leer. Such dir erst einen Blick aus."))
    if len({pick.number for pick in picked}) < len(picked):
        raise InvalidInput(N_("Ein Bild steht zweimal auf deinem Stimmzettel. Nimm es einmal heraus."))
    if len(picked) > limits.per_ballot:
        message = N_("Auf einen Stimmzettel passen höchstens %(limit)s Bilder. Nimm welche heraus.")
        raise InvalidInput(message, limit=limits.per_ballot)
    if max(Counter(pick.town_ags for pick in picked).values()) > limits.per_town:
        raise InvalidInput(_too_many_of_a_town(limits), limit=limits.per_town)


def confirmable_until(facts: RequestFacts, dates: Dates) -> datetime:
    """Return the end of the time in which a request can be confirmed.

    48 hours from the sending of its mail, at the latest 24 hours after the close of the vote.
    """
    end = dates.vote_until + LATE_CONFIRMATION
    return end if facts.sent_at is None else min(end, facts.sent_at + PIN_LIFETIME)


def check_confirmable(facts: RequestFacts, dates: Dates, now: datetime) -> None:
    """Raise unless the right PIN or link may confirm a request at this moment; confirming twice does no harm.

    Raises:
        NotOpen: the vote closed more than 24 hours ago.
        Gone: the PIN is too old, or six wrong ones ended the request.
    """
    if facts.pin_tries >= PIN_TRIES:
        raise Gone(TRIES_USED_UP)
    if facts.status is not BallotStatus.REQUESTED or now < confirmable_until(facts, dates):
        return
    if now >= dates.vote_until + LATE_CONFIRMATION:
        raise NotOpen(N_("Die Abstimmung ist vorbei. Bestätigen ging bis 24 Stunden nach dem Schluss."))
    raise Gone(PIN_EXPIRED)


def may_mail(today: int, this_round: int) -> bool:
    """Return whether a person gets one more mail, after so many within 24 hours and in the whole round."""
    return today < MAILS_PER_DAY and this_round < MAILS_PER_ROUND


def looks_scanned(signals: Signals, proof: Proof, sent_at: datetime | None, now: datetime) -> bool:
    """Return whether a confirmation may be that of a program which opens the links of mails and presses their buttons.

    A typed PIN never is.
    """
    if not proof.link_code:
        return False
    return signals.gesture is not True or signals.scanner_network or (sent_at is not None and now - sent_at < _SOON)


def is_second_tap(signals: Signals, confirmed_at: datetime | None, now: datetime) -> bool:
    """Return whether one more press of the button is a person's; a browser that does not tell has to take its time."""
    if signals.gesture is None:
        return confirmed_at is not None and now - confirmed_at >= _SOON
    return signals.gesture


def _too_many_of_a_town(limits: BallotLimits) -> str:
    if limits.per_town == 1:
        return N_("Zwei Bilder sind aus derselben Stadt. Nimm eines heraus: jede Stadt nur einmal.")
    return N_("Aus einer Stadt dürfen höchstens %(limit)s Bilder auf den Stimmzettel. Nimm welche heraus.")
