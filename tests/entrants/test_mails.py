"""Each mail in both languages: the same sentences as text and HTML, nothing to load, and a real server takes it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.extensions import db
from campaign.mail.message import Content
from campaign.mail.models import OutboxMail
from campaign.mail.services import SendReport, enqueue, send_due
from campaign.sections import MailSettings, OrganiserSettings
from tests.entrants.previews import all_mails
from tests.factories import NOW
from tests.mail.servers import Mailbox, running

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LANGUAGES = ("de", "en")
SITE = "http://127.0.0.1:8000"
POST = "https://www.instagram.com/p/C8xYz12AbCd/"
# They are made once: no test changes them.
MADE: dict[str, dict[str, Content]] = {}


class Seen(HTMLParser):
    """What of a mail is read, and what it would load or lead to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.foot = ""
        self.tags: list[str] = ["html"]
        self.links: list[str] = []
        self.lang = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where it leads."""
        values = dict(attrs)
        self.tags.append(tag)
        self.links += [str(values[name]) for name in ("href", "src", "background", "srcset") if name in values]
        self.lang = values.get("lang") or self.lang

    def handle_data(self, data: str) -> None:
        """Note words, but those of the title, which the subject says."""
        if "hr" in self.tags:
            self.foot += data
        elif self.tags[-1] != "title":
            self.words += _words(data)


def _lines(text: str) -> list[str]:
    """Return the sentences of a foot, wherever its lines are parted."""
    flat = " ".join(text.split())
    return re.split(r" (?=Der schönste Blick|Veranstaltet|Organised|Impressum|Legal|Datenschutz|Privacy)", flat)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w@:/.%-]*\w", text)


@pytest.fixture
def mails(app: Flask) -> Iterator[dict[str, dict[str, Content]]]:
    organiser = OrganiserSettings(email="kontakt@example.org")
    app.config["CAMPAIGN"] = app.config["CAMPAIGN"].model_copy(update={"organiser": organiser})
    with app.test_request_context():
        for language in LANGUAGES if not MADE else ():
            MADE[language] = all_mails(language)
        yield MADE


def test_each_mail_says_the_same_as_text_and_as_html_and_loads_nothing(mails: dict[str, dict[str, Content]]) -> None:
    for language in LANGUAGES:
        for name, mail in mails[language].items():
            page = Seen(mail.html)
            assert (name, page.lang) == (name, language)
            assert (name, {"img", "script", "link", "style", "iframe"} & set(page.tags)) == (name, set())
            foreign = [one for one in page.links if not one.startswith((f"{SITE}/", "mailto:"))]
            assert (name, foreign) == (name, [POST] if name == "rights-request" else [])
            body, _, foot = mail.text.partition("\n-- \n")
            if not name.startswith("pin-"):
                assert (name, Counter(page.words)) == (name, Counter(_words(body)))
            spoken = [line for line in _lines(foot) if "http" not in line]
            assert (name, _lines(page.foot)[: len(spoken)]) == (name, spoken)


def test_each_mail_names_the_organiser_and_leads_to_the_legal_pages(mails: dict[str, dict[str, Content]]) -> None:
    for language, root in (("de", SITE), ("en", f"{SITE}/en")):
        for name, mail in mails[language].items():
            links = Seen(mail.html).links
            for page in ("impressum", "datenschutz"):
                assert (name, links.count(f"{root}/{page}")) == (name, 1)
                assert (name, mail.text.count(f"{root}/{page}")) == (name, 1)


def test_lines_and_subjects_fit_where_they_can(mails: dict[str, dict[str, Content]]) -> None:
    for language in LANGUAGES:
        for name, mail in mails[language].items():
            assert (name, len(mail.subject) <= 78) == (name, True)
            long = [line for line in mail.text.splitlines() if len(line) > 78 and " " in line.strip()]
            assert (name, long) == (name, [])


def test_the_languages_are_two(mails: dict[str, dict[str, Content]]) -> None:
    assert mails["de"].keys() == mails["en"].keys()
    for name, mail in mails["de"].items():
        assert (name, mail.subject != mails["en"][name].subject) == (name, True)
        text = mails["en"][name].text.replace("Der schönste Blick der Stadt", "").replace("Thüring", "")
        words = [word for word in re.findall(r"\w+", text) if re.search("[äöüß]", word)]
        # The team writes in German, and quotes stay as they are.
        quoted = re.findall(r"\w+", " ".join(line for line in text.splitlines() if line.startswith(">")))
        assert (name, [word for word in words if word not in quoted]) == (name, [])


def test_nobody_who_asked_for_nothing_is_told_so_in_a_letter(mails: dict[str, dict[str, Content]]) -> None:
    told = {name for name, mail in mails["de"].items() if "Du hast nichts angefordert?" in mail.text}
    assert told == {"pin-ballot", "pin-withdrawal", "pin-upload"}


def test_a_real_server_takes_each_of_them(app: Flask, mails: dict[str, dict[str, Content]]) -> None:
    db.session.execute(sa.update(OutboxMail).values(status="failed", sealed=None))
    for language in LANGUAGES:
        for content in mails[language].values():
            enqueue("preview", content, NOW)
    db.session.commit()
    mailbox, count = Mailbox(), sum(len(mails[language]) for language in LANGUAGES)
    with running(mailbox) as url:
        mail = MailSettings.model_validate({"smtp_url": url})
        app.config["CAMPAIGN"] = app.config["CAMPAIGN"].model_copy(update={"mail": mail})
        assert send_due(NOW, limit=count) == SendReport(sent=count)
    assert {str(one["Auto-Submitted"]) for one in mailbox.received} == {"auto-generated"}
    answers = Counter(str(one["Reply-To"]) for one in mailbox.received)
    assert answers == {"kontakt@example.org": count - 6, "None": 6}
    subjects = {mail.subject for language in LANGUAGES for mail in mails[language].values()}
    assert {str(one["Subject"]) for one in mailbox.received} == subjects


def test_answers_go_nowhere_else_when_the_organisers_address_is_none(app: Flask) -> None:
    organiser = OrganiserSettings(email="am Telefon")
    app.config["CAMPAIGN"] = app.config["CAMPAIGN"].model_copy(update={"organiser": organiser})
    with app.test_request_context():
        assert {mail.reply_to for mail in all_mails("de").values()} == {""}
