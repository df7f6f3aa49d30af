"""The senders of photos are told what stands, once it has stood for ten minutes, and nothing that was undone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entrants.services import send_news
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import RECALLED
from campaign.moderation import services
from campaign.moderation.reasons import Reason
from campaign.moderation.taking_back import withdraw_as_creator
from campaign.staff.actors import COMMAND_LINE
from campaign.uploads.erasure import erase_uploads
from campaign.uploads.models import Upload, UploadNews
from tests.entrants.people import MINUTE, approve, excluded, handed_in, plain, told
from tests.factories import NOW, make_entry
from tests.moderation.undoing import undo_last
from tests.voting.people import mails

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def code_of(entry: Entry) -> str:
    return db.session.scalars(sa.select(Upload.code).filter_by(entry_number=entry.number)).one()


def reject(entry: Entry, minutes: float = 0, reason: Reason = Reason.QUALITY, text: str | None = None) -> int:
    return services.reject(entry.number, reason, text, COMMAND_LINE, NOW + minutes * MINUTE).id


def test_a_confirmed_photo_is_told_to_have_arrived_with_its_code(app: Flask) -> None:
    entry = handed_in()
    told(0)
    mail = next(mail for mail in mails() if mail.subject == f"Dein Foto ist da: Nummer {entry.number}")
    assert (mail.to, mail.text.count(code_of(entry))) == ("anna@example.com", 1)


def test_an_approval_is_told_once_after_ten_minutes_with_the_public_address(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    assert told(9) == []
    (mail,) = told(10)
    assert (mail.to, mail.subject) == ("anna@example.com", f"Dein Foto {entry.number} hängt in der Galerie")
    assert f"http://127.0.0.1:8000/bild/{entry.number}" in mail.text.splitlines()
    assert told(60) == []


def test_a_refusal_brings_its_reason_the_words_of_the_team_and_what_to_do(app: Flask) -> None:
    entry = handed_in()
    reject(entry, text="Der Turm ist abgeschnitten.")
    (mail,) = told(10)
    said = plain(mail)
    for words in (
        "Das Foto ist zu klein, zu dunkel oder zu unscharf",
        "Der Turm ist abgeschnitten.",
        "Reich es neu ein.",
        "Du siehst das anders?",
        code_of(entry),
        "Das hat ein Mensch entschieden, kein Programm.",
        "vor Gericht",
    ):
        assert (words, said.count(words)) == (words, 1)


def test_whoever_handed_in_in_english_reads_english(app: Flask) -> None:
    entry = handed_in(language="en")
    reject(entry)
    (mail,) = told(10)
    assert mail.subject == f"Your photo {entry.number} does not take part"
    assert "too small, too dark or too blurred" in plain(mail)
    assert "http://127.0.0.1:8000/en/impressum" in mail.text


def test_what_is_undone_within_ten_minutes_is_never_told(app: Flask) -> None:
    entry = handed_in()
    services.undo(reject(entry), COMMAND_LINE, NOW + 9 * MINUTE)
    assert [told(minutes) for minutes in (10, 19, 120)] == [[], [], []]


def test_a_decision_changed_within_ten_minutes_is_told_as_it_stands(app: Flask) -> None:
    entry = handed_in()
    approve(entry)
    reject(entry, 3)
    undo_last(entry.number, COMMAND_LINE, NOW + 5 * MINUTE)
    assert told(14) == []
    (mail,) = told(15)
    assert mail.subject == f"Dein Foto {entry.number} hängt in der Galerie"


def test_what_is_undone_later_is_corrected(app: Flask) -> None:
    entry = handed_in()
    decision = reject(entry)
    assert len(told(10)) == 1
    services.undo(decision, COMMAND_LINE, NOW + 30 * MINUTE)
    (mail,) = told(40)
    assert mail.subject == f"Wir sehen uns dein Foto {entry.number} noch einmal an"
    assert "Was wir dir zuletzt zu diesem Foto geschrieben haben, gilt nicht mehr." in plain(mail)
    approve(entry, 50)
    (mail,) = told(60)
    assert "gilt nicht mehr" not in plain(mail)


def test_a_mail_that_has_not_left_is_recalled_by_an_undo(app: Flask) -> None:
    entry = handed_in()
    told(0)
    decision = reject(entry)
    assert send_news(NOW + 10 * MINUTE) == 1
    services.undo(decision, COMMAND_LINE, NOW + 11 * MINUTE)
    mail = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id.desc()).limit(1)).one()
    assert (mail.status, mail.sealed, mail.error) == (MailStatus.FAILED, None, RECALLED)
    assert [told(minutes) for minutes in (11, 21, 120)] == [[], [], []]


def test_a_recalled_mail_about_several_photos_leaves_what_still_stands(app: Flask) -> None:
    first, second = handed_in(), handed_in()
    decision = reject(first)
    approve(second)
    told(0)
    assert send_news(NOW + 10 * MINUTE) == 1
    services.undo(decision, COMMAND_LINE, NOW + 11 * MINUTE)
    (mail,) = told(21)
    assert mail.subject == f"Dein Foto {second.number} hängt in der Galerie"


def test_several_photos_of_one_person_become_one_mail(app: Flask) -> None:
    first, second, other = handed_in(), handed_in(), handed_in("carl@example.com")
    approve(first)
    reject(second, 5)
    approve(other)
    assert [mail.to for mail in told(10)] == ["carl@example.com"]
    (mail,) = told(15)
    assert mail.subject == f"Neues zu deinen Fotos: {first.number}, {second.number}"
    assert [plain(mail).count(words) for words in ("Foto ist zu klein", "angesehen und freigegeben")] == [1, 1]
    assert [mail.text.count(code_of(one)) for one in (first, second)] == [1, 1]


def test_nobody_waits_for_ever_because_more_is_decided(app: Flask) -> None:
    entries = [handed_in(f"anna{number // 2}@example.com") for number in range(2)]
    approve(entries[0])
    approve(entries[1], 55)
    (mail,) = told(60)
    assert mail.subject == f"Dein Foto {entries[0].number} hängt in der Galerie"


def test_what_a_creator_took_back_is_told_to_be_deleted(app: Flask) -> None:
    entry = handed_in()
    withdraw_as_creator(entry.number, "Code", NOW)
    (mail,) = told(10)
    assert (mail.subject, "gelöscht" in plain(mail)) == (f"Dein Foto {entry.number} ist gelöscht", True)


@ON_SQLITE
def test_withdrawn_and_excluded_photos_are_told(app: Flask) -> None:
    withdrawn, gone = handed_in(), handed_in("carl@example.com")
    services.withdraw(withdrawn.number, None, COMMAND_LINE, NOW)
    approve(gone)
    told(10)
    excluded(gone.number, Reason.OFFENSIVE, NOW + 20 * MINUTE)
    (mail,) = told(30)
    assert mail.subject == f"Dein Foto {gone.number} ist ausgeschlossen"
    assert "gilt nicht mehr" in plain(mail)
    assert f"Dein Foto {withdrawn.number} ist zurückgezogen" in [one.subject for one in mails()]


def test_whoever_has_no_address_here_gets_no_mail(app: Flask) -> None:
    entry = make_entry(public=False, picture=True)
    approve(entry)
    assert db.session.scalars(sa.select(UploadNews)).all() == []
    assert told(10) == []


def test_an_erased_address_gets_no_mail_any_more(app: Flask) -> None:
    entry = handed_in()
    told(0)
    approve(entry)
    send_news(NOW + 10 * MINUTE)
    over = current_contest().vote_until + 60 * 24 * 30 * MINUTE
    erase_uploads(over)
    waiting = sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.sealed.is_not(None))
    assert db.session.scalar(waiting) == 0
    services.reject(entry.number, Reason.QUALITY, None, COMMAND_LINE, over)
    assert send_news(over + 10 * MINUTE) == 0


def test_a_decision_that_fails_tells_nothing(app: Flask) -> None:
    entry = handed_in()
    entry.town_ags = None
    db.session.commit()
    with pytest.raises(Exception, match="Ort"):
        approve(entry)
    db.session.rollback()
    assert told(10) == []
