"""The demo's people: entrants who grant their rights, a first shift at the desk, voters who read their mails."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from random import Random

import requests
import sqlalchemy as sa
import structlog
from flask import Flask

from campaign.clock import utc_now
from campaign.demo.people import creator_of, voter_addresses
from campaign.demo.stage import Stage
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import Entry
from campaign.entries.usable import usable, with_right, without_right
from campaign.entries.uses import Use
from campaign.errors import CampaignError
from campaign.extensions import db
from campaign.mail.folder import list_mails
from campaign.moderation.services import approve
from campaign.moderation.statements import NOTHING_SAID
from campaign.moderation.wording import with_defaults
from campaign.rights.services import grant
from campaign.staff.actors import Actor
from campaign.voting.models import Ballot

FIRST_SHIFT = 36
EAGER_VOTERS = 160
PAUSE_SECONDS, QUIET_PAUSE_SECONDS = 1.0, 30.0
MAIL_SECONDS = 20.0

log = structlog.get_logger()
ENTRANTS, FIRST_MODERATOR = Actor(None, "Demo: Antwort unter dem Beitrag"), Actor(None, "Demo: erste Schicht")


class Crowd:
    """Everything that people outside would do; `should_stop` ends it between two acts."""

    def __init__(self, app: Flask, stage: Stage, should_stop: Callable[[], bool]) -> None:
        self._app, self._stage, self._should_stop = app, stage, should_stop
        self._rng = Random(stage.secret)
        self._browser = requests.Session()
        self._browser.trust_env = False

    def run(self) -> None:
        """Act until the end."""
        for address in self._voters():
            if self._should_stop():
                return
            try:
                with self._app.app_context():
                    grant_rights()
                    work_first_shift()
                    pause = self._vote(address)
            except (CampaignError, requests.RequestException, sa.exc.SQLAlchemyError) as error:
                log.info("the crowd waits", reason=type(error).__name__)
                pause = PAUSE_SECONDS
            self._rest(pause)

    def _voters(self) -> Iterator[str]:
        while True:
            yield from voter_addresses(self._rng.randrange(10**6), 400)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._should_stop():
            time.sleep(0.2)

    def _vote(self, address: str) -> float:
        picks = self._choose()
        ballots = db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) or 0
        db.session.rollback()
        if len(picks) < 3:
            return PAUSE_SECONDS
        form = {"bild": [str(number) for number in picks], "email": address, "regeln": "1"}
        page = self._browser.post(f"{self._stage.site_url}/abstimmen", data=form, timeout=10)
        found = re.search(r'name="anfrage"[^>]*value="([^"]+)"', page.text)
        pin = self._read_pin(address) if found else None
        if found and pin:
            answer = {"anfrage": found[1], "pin": pin}
            self._browser.post(f"{self._stage.site_url}/abstimmen/bestaetigen", data=answer, timeout=10)
        return PAUSE_SECONDS if ballots < EAGER_VOTERS else QUIET_PAUSE_SECONDS

    def _choose(self) -> list[int]:
        """Return up to three entries of different towns; the early ones are a little more popular."""
        query = sa.select(Entry.number, Entry.town_ags).where(*usable(Use.WEB, utc_now()))
        rows = list(db.session.execute(query.order_by(Entry.number)).tuples())
        chosen: dict[str | None, int] = {}
        for _ in range(12):
            if rows and len(chosen) < 3:
                number, town = rows[int(len(rows) * self._rng.random() ** 1.6)]
                chosen.setdefault(town, number)
        return list(chosen.values())

    def _read_pin(self, address: str) -> str | None:
        until = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < until and not self._should_stop():
            for mail in list_mails(self._stage.mails):
                pin = re.search(r"\b(\d{3})\s?(\d{3})\b", mail.text) if address in mail.to else None
                if pin:
                    # The page with mails is for the person who tries the demo.
                    (self._stage.mails / mail.name).unlink(missing_ok=True)
                    return pin[1] + pin[2]
            time.sleep(0.3)
        return None


def grant_rights() -> None:
    """Let the entrant of each post that has none grant the right to show it."""
    query = sa.select(Entry.number, Entry.media_id).where(
        without_right(Use.WEB, utc_now()), Entry.status == Status.PENDING
    )
    rows = list(db.session.execute(query.limit(20)).tuples())
    db.session.rollback()
    for number, media_id in rows:
        creator = creator_of(media_id or "")
        proof = f"@{creator.account}: „Ja, ihr dürft mein Bild zeigen.“ (Kommentar unter dem Beitrag)"
        grant(number, creator.name, proof, ENTRANTS, utc_now())


def work_first_shift() -> None:
    """Approve some of the first posts, so that the gallery is not empty; the rest waits for you."""
    approved = db.session.scalar(sa.select(sa.func.count()).where(Entry.status != Status.PENDING)) or 0
    ready = (Entry.status == Status.PENDING, with_right(Use.WEB, utc_now()), Entry.town_ags.is_not(None))
    query = sa.select(Entry.number).where(*ready, Entry.picture_state == PictureState.STORED, Entry.number % 4 != 0)
    numbers = list(db.session.scalars(query.order_by(Entry.number).limit(max(0, FIRST_SHIFT - approved))))
    db.session.rollback()
    for number in numbers:
        approve(number, FIRST_MODERATOR, utc_now(), with_defaults(number, NOTHING_SAID))
