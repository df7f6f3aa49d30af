"""What an upload must not leave behind, and what its pages must not tell."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.keys import Keyring
from campaign.mail.models import MailStatus, OutboxMail
from campaign.mail.services import send_due
from campaign.uploads.keys import address_key, network_key
from campaign.uploads.models import Upload
from tests.factories import NOW, jpeg
from tests.uploads.people import Sender, request_code
from tests.voting.people import found, link_of, newest_mail, pin_of
from tests.voting.test_secrecy import everything_stored, without_codes

ADDRESS = "anna.raw@example.com"
RING = Keyring("a-secret-of-the-tests-with-forty-characters")


def test_no_address_ip_pin_or_link_stands_in_database_or_log(
    app: Flask, anna: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    anna.email = ADDRESS
    anna.client.environ_base["REMOTE_ADDR"] = "203.0.113.77"
    asked = anna.hand_in()
    before_mail = everything_stored()
    mail = newest_mail()
    pin, link = pin_of(mail), found(r"anfrage=\S+&code=(\S+)", link_of(mail))
    anna.confirm(request_code(asked), pin)
    kept = before_mail + everything_stored() + caplog.text
    secrets = (ADDRESS, "anna.raw", "203.0.113", link, pin, f"{pin.replace(' ', '')}\n")
    assert [secret for secret in secrets if secret in kept] == []


def test_the_answer_is_the_same_for_new_and_used_addresses(app: Flask, anna: Sender) -> None:
    for _ in range(3):
        anna.enter(jpeg(1200, 800))
    used, new = anna.hand_in(), Sender(app, "berta@example.com").hand_in()
    assert without_codes(used.text) == without_codes(new.text).replace("berta@", "anna@")
    assert (used.status_code, sorted(used.headers.keys())) == (new.status_code, sorted(new.headers.keys()))


def test_an_upload_whose_mail_was_withheld_looks_like_any_other_and_no_pin_fits(anna: Sender) -> None:
    for _ in range(5):
        anna.hand_in()
    code = request_code(anna.hand_in())
    last = sa.select(OutboxMail.status, OutboxMail.sealed).join(Upload).order_by(Upload.id.desc())
    assert tuple(db.session.execute(last).first() or ()) == (MailStatus.FAILED, None)
    db.session.remove()
    assert send_due(NOW).sent == 5
    assert [anna.confirm(code, "123456").status_code for _ in range(6)] == [422] * 5 + [410]


def test_reading_pages_writes_nothing(anna: Sender) -> None:
    thanks = anna.enter()
    attempt = "a" * 22
    code = request_code(anna.hand_in(versuch=attempt))
    paths = [
        "/mitmachen",
        f"/mitmachen?versuch={attempt}",
        f"/mitmachen/datei/{attempt}",
        f"/mitmachen/bestaetigen?anfrage={code}",
        link_of(newest_mail()),
        thanks,
    ]
    before = everything_stored()
    assert [anna.get(path).status_code for path in paths] == [200] * 6
    assert [anna.head(path).status_code for path in paths] == [200] * 6
    assert everything_stored() == before


def test_a_form_sent_from_another_site_is_refused(anna: Sender) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    answers = [anna.client.post(path, headers=headers).status_code for path in ("/mitmachen", "/mitmachen/bestaetigen")]
    assert answers == [403, 403]


def test_no_page_of_an_upload_is_kept_by_anybody(anna: Sender) -> None:
    pages = [anna.get("/mitmachen"), anna.hand_in(), anna.get(f"/mitmachen/datei/{'a' * 22}")]
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}


def test_a_picture_that_waits_for_its_moderator_is_shown_to_nobody(anna: Sender) -> None:
    anna.enter()
    names = [name for (name,) in db.session.execute(sa.text("SELECT name FROM derivative"))]
    db.session.remove()
    assert {anna.get(f"/bilder/{name}").status_code for name in names} == {404}
    assert re.findall(r"/bilder/", anna.get("/galerie").text) == []


def test_neighbours_in_a_network_have_one_key_and_other_networks_others() -> None:
    keys = [network_key(RING, "2026", address) for address in ("203.0.113.7", "203.0.113.8", "203.0.114.7")]
    assert (keys[0] == keys[1], keys[0] == keys[2]) == (True, False)


def test_the_same_person_has_other_keys_in_another_contest() -> None:
    keys = {make(RING, contest, "anna@web.de") for make in (address_key, network_key) for contest in ("2026", "2027")}
    assert len(keys) == 4
