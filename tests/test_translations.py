"""The English catalogue is whole, its texts fit their places, and the English pages show no German."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, refresh
from werkzeug.test import TestResponse

from campaign.contests.services import current_contest
from campaign.extensions import set_read_only
from campaign.paths import ROOT, TRANSLATIONS
from campaign.results.services import publish
from campaign.staff.actors import Actor
from campaign.voting.mails import Invitation, compose
from campaign.web import LANGUAGES
from tests.factories import ERFURT, GERA, JENA, NOW, WEIMAR, make_entry
from tests.results.ballots import cast

ENGLISH = TRANSLATIONS / "en" / "LC_MESSAGES"
PLACE = re.compile(r"%\((\w+)\)[sd]")
MARKUP = re.compile(r"<[^>]+>|#(?![%\w])|@")
# Words that both languages write alike.
ALIKE = {
    "%(usage)s %%",
    "Browser",
    "Filter",
    "Filter: %(count)s",
    "Hashtag",
    "Name",
    "Passkey",
    "Passkeys",
    "Status",
    "Video",
}
NAME = "Der schönste Blick der Stadt"
# What pages say does not depend on the database.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# What an address carries along of another page: the page is the same.
CARRIES = re.compile(r"[?&](?:bild|nummer)=")
FIELDS = {"alt", "aria-label", "content", "data-added", "data-full", "data-removed", "placeholder", "title", "value"}


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make translations` finds in the code and the templates at this moment."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    (line,) = [one for one in lines if "pybabel -q extract" in one]
    template = tmp_path_factory.mktemp("catalogue") / "messages.pot"
    words = [str(template) if word == "messages.pot" else word for word in shlex.split(line)[1:]]
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", *words], cwd=ROOT, check=True)
    return _read(template)


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The catalogue that translators edit."""
    return _read(ENGLISH / "messages.po")


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="en")


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _ids(catalog: Catalog) -> set[tuple[str, ...]]:
    return {_forms(message.id) for message in _messages(catalog)}


def test_every_text_stands_in_the_catalogue_and_no_text_that_is_gone(collected: Catalog, english: Catalog) -> None:
    assert _ids(collected) - _ids(english) == set()
    assert _ids(english) - _ids(collected) == set()
    assert list(english.obsolete) == []


def test_every_text_is_translated_and_none_is_a_guess(english: Catalog) -> None:
    assert [message.id for message in _messages(english) if message.fuzzy] == []
    assert [message.id for message in _messages(english) if not all(_forms(message.string))] == []
    assert all(len(_forms(message.id)) == len(_forms(message.string)) for message in _messages(english))


def test_each_text_is_another_one_in_english(english: Catalog) -> None:
    same = {message.id for message in _messages(english) if message.id == message.string}
    assert same == ALIKE
    german = {
        form
        for message in _messages(english)
        for form in _forms(message.string)
        if re.search("[äöüßÄÖÜ„]", form.replace(NAME, "").replace("Thüring", ""))
    }
    assert german == set()


def test_placeholders_and_markup_are_those_of_the_german_text(english: Catalog) -> None:
    wrong = []
    for message in _messages(english):
        for german, form in zip(_forms(message.id), _forms(message.string), strict=True):
            same_places = set(PLACE.findall(german)) == set(PLACE.findall(form))
            same_markup = sorted(MARKUP.findall(german)) == sorted(MARKUP.findall(form))
            wrong += [] if same_places and same_markup else [form]
    assert wrong == []
    assert [(message.id, error) for message, errors in english.check() for error in errors] == []


def test_errors_and_mails_do_not_shout(english: Catalog) -> None:
    assert [form for message in _messages(english) for form in _forms(message.string) if "!" in form] == []


def test_the_compiled_catalogue_says_what_the_written_one_says(english: Catalog) -> None:
    with (ENGLISH / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    written = {_forms(message.id): _forms(message.string) for message in _messages(english)}
    assert {_forms(message.id): _forms(message.string) for message in _messages(compiled)} == written


@ON_SQLITE
def test_a_message_of_the_command_line_is_in_english(app: Flask) -> None:
    with force_locale("en"):
        assert gettext("Das Bild %(number)s gibt es nicht.", number=7) == "There is no entry 7."


class Reader(HTMLParser):
    """Everything of a page that a person may read or hear, its language and its links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang: str | None = None
        self.said: list[str] = []
        self.links: list[str] = []
        self.alternates: dict[str, str] = {}
        self._foreign = False
        self._silent = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what stands in attributes."""
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = values["lang"]
        self._foreign = tag != "html" and values.get("lang", self.lang) != self.lang
        self._silent = tag in ("script", "style")
        self.said += [value for name, value in values.items() if name in FIELDS or name.startswith("data-hint")]
        if tag == "a" and not self._foreign:
            self.links.append(values["href"].partition("#")[0])
        if tag == "link" and values.get("rel") == "alternate":
            self.alternates[values["hreflang"]] = values["href"]

    def handle_data(self, data: str) -> None:
        """Take what stands between the tags, but not what is marked as another language."""
        if not self._foreign and not self._silent:
            self.said.append(data)

    @property
    def words(self) -> str:
        """Return all of it in one line, without the name of the campaign."""
        return " ".join(" ".join(self.said).replace(NAME, "").split())


def _german_in(page: Reader, german: re.Pattern[str]) -> list[str]:
    return [found.group() for found in german.finditer(page.words)]


@pytest.fixture(scope="module")
def german(english: Catalog) -> re.Pattern[str]:
    """Finds each German text of the catalogue, whatever stands in its places."""
    texts = {text for message in _messages(english) for text in _forms(message.id)} - ALIKE
    parts = [".{1,60}?".join(re.escape(part) for part in re.split(r"%\(\w+\)s|#", text)) for text in texts]
    whole = [part for part in parts if re.search(r"[A-Za-zÄÖÜäöü]{2}", part.replace(".{1,60}?", ""))]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(whole, key=len, reverse=True))})(?!\w)")


@pytest.fixture
def visited(app: Flask, client: FlaskClient) -> Iterator[FlaskClient]:
    """A visitor of a contest with entries, votes and a town that waits for its minimum."""
    set_read_only(False)
    entries = [make_entry(town=town, picture=True, creator="anna.sieht") for town in (ERFURT, ERFURT, WEIMAR, JENA)]
    make_entry(town=GERA)
    for _ in range(3):
        cast(entries[0].number, entries[2].number)
    cast(entries[3].number)
    yield client
    set_read_only(False)


def _open(client: FlaskClient, path: str, **form: str) -> TestResponse:
    # The requests share the context of the test, which keeps the language of the first of them.
    refresh()
    return client.post(path, data=form) if form else client.get(path)


def _crawl(client: FlaskClient, *starts: str) -> dict[str, Reader]:
    waiting, pages = [*starts], dict[str, Reader]()
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        answer = _open(client, path)
        assert (path, answer.status_code) == (path, 200)
        pages[path] = Reader(answer.text)
        waiting += [one for one in pages[path].links if one.startswith("/en/") and not CARRIES.search(one)]
    return pages


STARTS = ("/en/", "/en/orte?suche=xyz", "/en/galerie?ort=nordhausen")
PHASES = {
    "announced": NOW - timedelta(days=30),
    "voting": NOW,
    "canvass": datetime(2026, 7, 2, 12, tzinfo=UTC),
}


@ON_SQLITE
@pytest.mark.parametrize("phase", PHASES)
def test_every_english_page_is_english(visited: FlaskClient, german: re.Pattern[str], phase: str) -> None:
    with time_machine.travel(PHASES[phase]):
        pages = _crawl(visited, *STARTS)
    assert {"/en/", "/en/galerie", "/en/bild/1", "/en/orte/erfurt", "/en/ergebnisse", "/en/datenschutz"} <= set(pages)
    assert {path: page.lang for path, page in pages.items() if page.lang != "en"} == {}
    assert {path: found for path, page in pages.items() if (found := _german_in(page, german))} == {}


@ON_SQLITE
def test_the_english_results_are_english_once_they_are_out(
    app: Flask, visited: FlaskClient, german: re.Pattern[str]
) -> None:
    after = datetime(2026, 7, 8, 12, tzinfo=UTC)
    publish(current_contest(), after, Actor(None, "leitung@example.org"))
    with time_machine.travel(after):
        pages = _crawl(visited, "/en/", "/en/ergebnisse")
    assert {path: found for path, page in pages.items() if (found := _german_in(page, german))} == {}


@ON_SQLITE
@time_machine.travel(NOW)
def test_an_english_ballot_with_its_mistakes_is_english(visited: FlaskClient, german: re.Pattern[str]) -> None:
    answers = [
        _open(visited, "/en/abstimmen?bild=1&bild=3"),
        _open(visited, "/en/abstimmen/zurueckziehen"),
        _open(visited, "/en/abstimmen?bild=1&bild=2"),
        _open(visited, "/en/abstimmen", bild="1", email="nobody"),
        _open(visited, "/en/abstimmen", bild="1", email="anna@example.com", regeln="y"),
        _open(visited, "/en/abstimmen/bestaetigen", anfrage="none", pin="1"),
    ]
    pages = [Reader(answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422, 200, 404]
    assert [page.lang for page in pages] == ["en"] * 6
    assert [_german_in(page, german) for page in pages] == [[]] * 6


@ON_SQLITE
@pytest.mark.parametrize("withdraws", [False, True])
def test_an_english_mail_is_english(app: Flask, german: re.Pattern[str], withdraws: bool) -> None:
    invitation = Invitation("request", "123456", "link", "en", withdraws)
    with app.test_request_context():
        mail = compose(invitation, "anna@example.com")
    page = Reader(mail.html)
    said = re.sub(r"https?://\S+", "", f"{mail.subject} {mail.text}".replace(NAME, ""))
    assert (page.lang, _german_in(page, german), german.findall(said)) == ("en", [], [])


@ON_SQLITE
@time_machine.travel(NOW)
def test_english_errors_are_english(visited: FlaskClient, german: re.Pattern[str]) -> None:
    for path in ("/en/nirgendwo", "/en/orte/atlantis", "/en/bild/999", "/en/galerie?seite=9", "/en/beleg/none"):
        page = Reader(_open(visited, path).text)
        assert (path, page.lang, _german_in(page, german)) == (path, "en", [])


@ON_SQLITE
@time_machine.travel(NOW)
def test_the_german_page_does_contain_what_is_looked_for(visited: FlaskClient, german: re.Pattern[str]) -> None:
    page = Reader(_open(visited, "/").text)
    assert page.lang == "de"
    assert len(_german_in(page, german)) > 20


@ON_SQLITE
@time_machine.travel(NOW)
def test_pages_name_each_other_as_the_other_language(app: Flask, visited: FlaskClient) -> None:
    base = app.config["CAMPAIGN"].site.base_url
    own = {path: page for path, page in _crawl(visited, "/en/").items() if page.alternates}
    assert {"/en/", "/en/galerie", "/en/orte/weimar", "/en/bild/1", "/en/impressum"} <= set(own)
    for path, page in own.items():
        assert sorted(page.alternates) == sorted(LANGUAGES)
        assert page.alternates["en"] == base + path
        twin = Reader(_open(visited, page.alternates["de"].removeprefix(base)).text)
        assert (twin.lang, twin.alternates) == ("de", page.alternates)


@ON_SQLITE
@time_machine.travel(NOW)
def test_english_dates_have_no_german_full_stop(visited: FlaskClient) -> None:
    rules = Reader(_open(visited, "/en/teilnahmebedingungen").text).words
    assert re.findall(r"from (\d.+?) to (\d.+?:\d\d)", rules) == [("1 June 2026, 00:00", "30 June 2026, 00:00")] * 2
