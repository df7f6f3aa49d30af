"""The way of a photo through the pages, as a browser without cookies and JavaScript walks it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from time_machine import Traveller

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry
from campaign.entries.services import get_entry
from campaign.entries.uses import Use, has_right
from campaign.extensions import db
from campaign.moderation.queries import queue
from campaign.pictures.models import Picture
from campaign.rights import wording
from campaign.rights.services import grants_of
from campaign.staff.models import RoleName
from campaign.uploads.models import Upload, UploadStatus
from tests.contests.page_check import Page
from tests.factories import ERFURT, NOW, jpeg
from tests.staff.people import logged_in
from tests.uploads.people import PHOTO, WORDS, Sender, request_code, rows, statuses
from tests.voting.people import found, link_of, mails, newest_mail, pin_of

REQUESTED, CONFIRMED = UploadStatus.REQUESTED, UploadStatus.CONFIRMED
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def heading(page: str) -> str:
    return found(r"<h1>([^<]+)</h1>", page)


def test_a_photo_goes_from_the_form_by_mail_and_pin_into_the_queue_of_the_moderators(anna: Sender) -> None:
    form = anna.get("/mitmachen")
    assert (form.status_code, heading(form.text)) == (200, "Foto einreichen")

    asked = anna.hand_in()
    assert (asked.status_code, heading(asked.text)) == (200, "Schau in deine Mails")
    assert (rows(Entry), statuses()) == (0, [REQUESTED])

    confirmed = anna.confirm(request_code(asked), pin_of(newest_mail()))
    assert confirmed.status_code == 303
    thanks = anna.get(confirmed.headers["Location"])
    assert (thanks.status_code, heading(thanks.text)) == (200, "Dein Foto ist eingereicht.")
    waiting = next(iter(queue(current_contest(), 1)), None)
    assert waiting is not None
    assert (waiting.source, statuses()) == (Source.UPLOAD, [CONFIRMED])


@pytest.mark.parametrize("ticked", [False, True])
def test_advertising_is_allowed_only_by_a_tick_of_its_own(anna: Sender, ticked: bool) -> None:
    form = anna.get("/mitmachen").text
    assert " checked" not in found(r'(<input[^>]*name="werbung"[^>]*>)', form)
    asked = anna.hand_in(werbung="y" if ticked else None)
    anna.confirm(request_code(asked), pin_of(newest_mail()))
    entry = get_entry(1)
    allowed = [use for use in Use if has_right(entry, use, NOW)]
    assert allowed == [use for use in Use if ticked or use is not Use.ADVERTISING]


def test_the_entry_says_what_its_sender_said_and_may_be_shown_once_it_is_approved(anna: Sender) -> None:
    anna.enter()
    entry = get_entry(1)
    upload = db.session.scalars(sa.select(Upload)).one()
    assert (entry.status, has_right(entry, Use.WEB, NOW), entry.town_ags, entry.town_confirmed) == (
        Status.PENDING,
        True,
        ERFURT,
        False,
    )
    assert (entry.creator, entry.alt_text, entry.caption) == (WORDS["name"], WORDS["alt"], WORDS["text"])
    assert (entry.taken_at, entry.received_at, entry.picture_state) == (None, NOW, PictureState.STORED)
    (grant,) = grants_of(1)
    assert (grant.granted_by, grant.wording_version, grant.recorded_by) == ("Anna Berg", wording.VERSION, "upload form")
    assert grant.proof == (
        f"upload {upload.code}, address confirmed by mail at 2026-06-15 12:00:00 UTC, wording {wording.VERSION}"
    )


def test_the_code_of_the_last_page_stands_in_the_mail_too(anna: Sender) -> None:
    thanks = anna.get(anna.enter())
    code = found(r'receipt__code">([^<]+)<', thanks.text)
    assert [mail.text.count(code) for mail in mails()] == [1]


def test_the_link_opens_a_page_whose_button_confirms(anna: Sender) -> None:
    anna.hand_in()
    link = link_of(newest_mail())
    page = anna.get(link)
    assert (page.status_code, heading(page.text)) == (200, "Foto einreichen?")
    code = found(r'name="code" value="([^"]+)"', page.text)
    confirmed = anna.post("/mitmachen/bestaetigen", anfrage=request_code(page), code=code)
    assert heading(anna.get(confirmed.headers["Location"]).text) == "Dein Foto ist eingereicht."
    assert heading(anna.get(link).text) == "Das ist schon bestätigt"


def test_opening_links_confirms_nothing(anna: Sender) -> None:
    anna.hand_in()
    link = link_of(newest_mail())
    for _ in range(3):
        anna.get(link)
        anna.head(link)
    assert (statuses(), rows(Entry)) == ([REQUESTED], 0)


def test_the_same_form_sent_twice_is_one_upload_with_the_words_of_the_later_one(anna: Sender) -> None:
    attempt = "a" * 22
    codes = {request_code(anna.hand_in(versuch=attempt, name=name)) for name in ("Anna", "Anna", "Anna Berg")}
    assert (len(codes), rows(Upload), rows(Picture)) == (1, 1, 1)
    newest_mail()
    assert len(mails()) == 1
    anna.confirm(codes.pop(), pin_of(mails()[0]))
    assert get_entry(1).creator == "Anna Berg"


def test_a_form_sent_again_after_confirming_changes_nothing(anna: Sender) -> None:
    attempt = "a" * 22
    code = request_code(anna.hand_in(versuch=attempt))
    anna.confirm(code, pin_of(newest_mail()))
    again = anna.hand_in(versuch=attempt, name="Jemand anders")
    assert (heading(again.text), request_code(again)) == ("Das ist schon bestätigt", code)
    assert (rows(Entry), get_entry(1).creator) == (1, "Anna Berg")


def test_a_corrected_address_gets_a_mail_of_its_own_and_the_photo_need_not_be_sent_again(anna: Sender) -> None:
    attempt = "a" * 22
    anna.hand_in(versuch=attempt, email="ana@example.com")
    corrected = anna.hand_in(None, versuch=attempt)
    assert corrected.status_code == 200
    anna.confirm(request_code(corrected), pin_of(newest_mail()))
    assert sorted(mail.to for mail in mails()) == ["ana@example.com", "anna@example.com"]
    assert statuses() == [REQUESTED, CONFIRMED]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("ort", "", "Welcher Ort ist es? Tipp seinen Namen ein."),
        (
            "ort",
            "Königssee",
            "„Königssee“ kennen wir nicht. Nimm die Stadt oder Gemeinde in Thüringen, zu der",
        ),
        ("alt", "   ", "Ein Satz genügt: Was ist auf dem Foto zu sehen?"),
        ("alt", "x" * 301, "Das ist zu lang. Kürze es auf 300 Zeichen."),
        ("menschen", None, "Sag uns bitte, ob Menschen zu erkennen sind."),
        ("name", "\u202e ", "Unter dem Foto steht immer ein Name. Wie sollen wir dich nennen?"),
        ("name", "\u200b\u2800\u3164", "Unter dem Foto steht immer ein Name. Wie sollen wir dich nennen?"),
        ("name", "–…!", "Unter dem Foto steht immer ein Name. Wie sollen wir dich nennen?"),
        ("alt", "\u200b\u00ad\u2060", "Ein Satz genügt: Was ist auf dem Foto zu sehen?"),
        ("email", "anna", "Das ist keine E-Mail-Adresse, an die wir schreiben können. Prüf bitte die Schreibweise."),
        ("rechte", None, "Ohne deine Erlaubnis dürfen wir das Foto nicht zeigen."),
        ("alter", None, "Fotos zeigen darf man ab 14 Jahren, bis 18 mit Erlaubnis der Eltern."),
        ("regeln", None, "Ohne das Häkchen bei den Regeln können wir dein Foto nicht annehmen."),
    ],
)
@ON_SQLITE
def test_what_is_missing_is_said_at_its_field_and_everything_else_is_kept(
    anna: Sender, field: str, value: str | None, said: str
) -> None:
    attempt = "b" * 22
    page = anna.hand_in(versuch=attempt, **{field: value})
    assert (page.status_code, page.text.count(said)) == (422, 2)
    kept = [WORDS[name] for name in ("alt", "text", "name", "email", "ort") if name != field]
    assert [word for word in kept if word not in page.text] == []
    assert page.text.count("Dein Foto ist schon da (1.200 × 800 Pixel).") == 1
    whole = anna.hand_in(None, versuch=attempt)
    assert (whole.status_code, heading(whole.text)) == (200, "Schau in deine Mails")


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (None, "Es fehlt noch das Foto. Wähl es bitte aus."),
        (b"", "Die Datei ist leer. Wähl bitte ein anderes Foto."),
        (b"%PDF-1.7", "Die Datei ist kein Bild im Format JPEG, PNG, WebP oder HEIC. Wähl bitte ein anderes Foto."),
        (PHOTO[:900], "Das Bild ist beschädigt oder unvollständig. Wähl bitte ein anderes Foto."),
        (jpeg(10, 10), "Das Bild ist zu klein (10 × 10). Wähl bitte ein anderes Foto."),
    ],
)
@ON_SQLITE
def test_a_photo_that_will_not_do_is_named_with_what_to_do(anna: Sender, photo: bytes | None, said: str) -> None:
    page = anna.hand_in(photo)
    assert (page.status_code, page.text.count(f">{said}<")) == (422, 2)
    assert page.text.count("das Foto musst du noch einmal wählen") == 1
    assert page.text.count(WORDS["alt"]) == 1
    assert (rows(Upload), rows(Picture)) == (0, 0)


@ON_SQLITE
def test_a_small_photo_is_taken_with_a_friendly_word(anna: Sender) -> None:
    small = anna.hand_in(jpeg(640, 480), versuch="c" * 22, name="")
    large = anna.hand_in(jpeg(1200, 800), versuch="d" * 22, name="")
    # Once in the words for the script, and once more where the photo is small.
    assert [page.text.count("Es ist recht klein.") for page in (small, large)] == [2, 1]
    assert anna.hand_in(None, versuch="c" * 22).status_code == 200


@ON_SQLITE
def test_a_form_that_showed_an_earlier_wording_is_shown_again_with_the_present_one(anna: Sender) -> None:
    page = anna.hand_in(wortlaut="2020-1")
    assert page.status_code == 422
    assert page.text.count("Der Wortlaut der Erlaubnis hat sich inzwischen geändert.") == 2
    assert found(r'<input[^>]*name="rechte"[^>]*>()', page.text) == ""
    assert "checked" not in found(r'(<input[^>]*name="rechte"[^>]*>)', page.text)


@ON_SQLITE
def test_a_file_far_beyond_the_limit_is_refused_without_being_kept(anna: Sender) -> None:
    page = anna.hand_in(b"\xff\xd8\xff" + bytes(25_400_000))
    assert (page.status_code, page.text.count("Das Foto ist größer als 25 MB.")) == (413, 1)
    just_beyond = anna.hand_in(b"\xff\xd8\xff" + bytes(25_000_000))
    assert (just_beyond.status_code, just_beyond.text.count("25 MB. Wähl bitte ein anderes Foto.")) == (422, 2)


@ON_SQLITE
def test_other_forms_still_take_no_more_than_a_megabyte(anna: Sender) -> None:
    assert anna.post("/mitmachen/bestaetigen", anfrage="x", pin="1" * 1_100_000).status_code == 413


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (timedelta(days=-20), "Noch sammeln wir keine Fotos."),
        (timedelta(days=20), "Die Sammelzeit ist vorbei."),
    ],
)
@ON_SQLITE
def test_outside_the_window_the_page_explains_and_takes_nothing(
    anna: Sender, clock: Traveller, moment: timedelta, said: str
) -> None:
    clock.shift(moment)
    page = anna.get("/mitmachen")
    assert (page.status_code, page.text.count(said), page.text.count("<form")) == (200, 1, 0)
    for refused in (anna.hand_in(), anna.hand_in(None), anna.hand_in(name="")):
        assert (refused.status_code, refused.text.count(said)) == (403, 1)
    piece = anna.send_piece("a" * 22, PHOTO, 0, 100)
    assert (piece.status_code, piece.json["received"]) == (403, 0)
    assert rows(Upload) == 0


@ON_SQLITE
def test_a_contest_without_uploads_says_so(app: Flask, anna: Sender) -> None:
    config = app.config["CAMPAIGN"]
    contest = config.contest.model_copy(update={"uploads": False})
    app.config["CAMPAIGN"] = config.model_copy(update={"contest": contest})
    page, refused = anna.get("/mitmachen"), anna.hand_in()
    said = "Fotos nehmen wir in diesem Wettbewerb nur über Instagram an."
    assert (page.status_code, page.text.count(said)) == (200, 1)
    assert (refused.status_code, refused.text.count(said), rows(Upload)) == (403, 1, 0)


def test_a_photo_whose_wording_changed_before_it_was_confirmed_must_be_handed_in_anew(
    anna: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = request_code(anna.hand_in())
    pin = pin_of(newest_mail())
    monkeypatch.setattr(wording, "VERSION", "2027-1")
    page = anna.confirm(code, pin)
    assert (page.status_code, page.text.count("Der Wortlaut der Erlaubnis hat sich")) == (410, 1)
    assert (rows(Entry), statuses()) == (0, [REQUESTED])


def test_six_wrong_pins_end_a_request(anna: Sender) -> None:
    code = request_code(anna.hand_in())
    pin = pin_of(newest_mail())
    wrong = "000000" if pin != "000 000" else "000001"
    answers = [anna.confirm(code, wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [410]
    assert answers[4].text.count("Versuche, die noch bleiben: 1.") == 1
    assert (anna.confirm(code, pin).status_code, rows(Entry)) == (410, 0)


def test_what_is_no_pin_costs_no_try(anna: Sender) -> None:
    code = request_code(anna.hand_in())
    for typed in ("", "12345", "abcdef") * 3:
        assert anna.confirm(code, typed).status_code == 422
    assert anna.confirm(code, pin_of(newest_mail())).status_code == 303


def test_a_pin_holds_48_hours_from_the_sending_of_its_mail(anna: Sender, clock: Traveller) -> None:
    code = request_code(anna.hand_in())
    clock.shift(timedelta(hours=5))
    mail = newest_mail()
    clock.shift(timedelta(hours=48) - timedelta(minutes=1))
    assert anna.get(link_of(mail)).status_code == 200
    clock.shift(timedelta(minutes=2))
    assert (anna.get(link_of(mail)).status_code, anna.confirm(code, pin_of(mail)).status_code) == (410, 410)


def test_a_photo_can_be_confirmed_until_a_day_after_collecting_ended(anna: Sender, clock: Traveller) -> None:
    end = current_contest().collect_until
    db.session.rollback()
    clock.move_to(end - timedelta(minutes=1))
    code = request_code(anna.hand_in())
    pin = pin_of(newest_mail())
    clock.move_to(end + timedelta(hours=24))
    assert anna.confirm(code, pin).status_code == 403
    clock.move_to(end + timedelta(hours=24) - timedelta(seconds=1))
    assert anna.confirm(code, pin).status_code == 303


@ON_SQLITE
def test_the_pages_have_a_sound_skeleton_in_both_languages(app: Flask, anna: Sender) -> None:
    for lang, address in (("", "anna@example.com"), ("/en", "berta@example.com")):
        sender = Sender(app, address, lang)
        asked = sender.hand_in()
        link = link_of(newest_mail())
        pages = [sender.get("/mitmachen"), sender.hand_in(None, name=""), asked, anna.get(link)]
        thanks = sender.confirm(request_code(asked), pin_of(mails()[0])).headers["Location"]
        pages.append(sender.get(thanks.removeprefix(lang)))
        for page in pages:
            assert (page.request.path, Page(page.text).faults(lang.strip("/") or "de")) == (page.request.path, [])
            assert page.headers.getlist("Set-Cookie") == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("none", "Niemand ist zu erkennen."),
        ("incidental", "Menschen gehören nur zum Bild der Stadt."),
        ("consent", "Wer zu erkennen ist, ist einverstanden."),
    ],
)
def test_the_moderator_reads_what_the_sender_said_about_people_and_town(
    app: Flask, anna: Sender, people: str, said: str
) -> None:
    code = request_code(anna.hand_in(menschen=people))
    anna.confirm(code, pin_of(newest_mail()))
    status, desk = logged_in(app, RoleName.MODERATOR).get("/moderation")
    assert (status, desk.count(f"Beim Einreichen gesagt: {said}")) == (200, 1)
    assert desk.count("So beim Einreichen angegeben") == 1
