"""One of each mail that people outside the staff get, as it would be sent; for tests and for looking at them."""

from __future__ import annotations

import sqlalchemy as sa

from campaign.entrants.mails import compose
from campaign.entrants.queries import case_of
from campaign.entrants.question import Question, rights_request
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.message import Content
from campaign.moderation import services
from campaign.moderation.reasons import Reason
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.reports.lifecycle import Kind, Outcome
from campaign.reports.mails import decision, receipt
from campaign.rights.services import revoke
from campaign.staff.actors import COMMAND_LINE
from campaign.uploads import mails as upload_mails
from campaign.uploads.models import Upload
from campaign.voting import mails as vote_mails
from tests.entrants.people import excluded, handed_in
from tests.factories import NOW, SEEN
from tests.reports.people import decided, reported, somebody

ADDRESS = "anna@example.com"
WORDS = "Der Turm links ist abgeschnitten, und die Brücke davor verschwimmt."


def all_mails(language: str) -> dict[str, Content]:
    """Return every kind of mail by its name; needs a request context."""
    vote = vote_mails.Invitation("request", "123456", "link", language, False)
    back = vote_mails.Invitation("request", "123456", "link", language, True)
    sent = upload_mails.Invitation("request", "7K3M-9QWT-C4XD-R02H", "123456", "link", language)
    post = "https://www.instagram.com/p/C8xYz12AbCd/"
    question = Question("http://127.0.0.1:8000/rechte/7K3M-9QWT-C4XD-R02H", language, "Erfurt", post)
    return {
        "pin-ballot": vote_mails.compose(vote, ADDRESS),
        "pin-withdrawal": vote_mails.compose(back, ADDRESS),
        "pin-upload": upload_mails.compose(sent, ADDRESS),
        "rights-request": rights_request(question, ADDRESS),
        **_of_photos(language),
        **_of_reports(language),
    }


def _of_photos(language: str) -> dict[str, Content]:
    photos = {name: handed_in(f"{name}@example.com", language) for name in ("a", "b", "c", "d", "e", "f", "g")}
    number = {name: entry.number for name, entry in photos.items()}
    for name in ("a", "c", "f", "g"):
        services.approve(number[name], COMMAND_LINE, NOW, SEEN)
    services.reject(number["b"], Reason.QUALITY, WORDS, COMMAND_LINE, NOW)
    excluded(number["c"], Reason.OFFENSIVE, NOW)
    services.withdraw(number["d"], None, COMMAND_LINE, NOW)
    withdraw_as_creator(number["e"], "Code", NOW)
    revoke(number["f"], COMMAND_LINE, NOW)
    decided(reported(photos["g"]), somebody(f"g{language}"))
    found = {name: _case(entry) for name, entry in photos.items()}
    upload = found["a"].upload
    return {
        "received": upload_mails.received(upload, number["a"], ADDRESS),
        "approved": compose([found["a"]], ADDRESS),
        "rejected": compose([found["b"]], ADDRESS),
        "excluded": compose([found["c"]], ADDRESS),
        "withdrawn": compose([found["d"]], ADDRESS),
        "deleted": compose([found["e"]], ADDRESS),
        "no-right": compose([found["f"]], ADDRESS),
        "taken-out-after-a-report": compose([found["g"]], ADDRESS),
        "several": compose([found["a"], found["b"]], ADDRESS),
        "corrected": compose([_case(handed_in("h@example.com", language), "rejected:1")], ADDRESS),
    }


def _of_reports(language: str) -> dict[str, Content]:
    kept = reported(language=language)
    hidden = reported(kind=Kind.COPYRIGHT, language=language)
    first = receipt(kept, ADDRESS)
    decided(kept, somebody(f"k{language}"), Outcome.KEEP)
    decided(hidden, somebody(f"h{language}"))
    return {
        "report-receipt": first,
        "report-kept": decision([kept], ADDRESS),
        "report-hidden": decision([hidden], ADDRESS),
    }


def _case(entry: Entry, told: str | None = None):  # type: ignore[no-untyped-def]
    upload = db.session.scalars(sa.select(Upload).filter_by(entry_number=entry.number)).one()
    query = sa.select(Entry).filter_by(number=entry.number).options(sa.orm.joinedload(Entry.town))
    return case_of(upload, db.session.scalars(query).one(), told, NOW)
