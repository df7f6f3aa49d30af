"""The page of the ledger and its files, as visitors and an outside checker get them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from campaign.contests.services import current_contest
from campaign.extensions import db, settings
from campaign.ledger.publishing import FOLDER, publish
from campaign.ledger.services import seal
from campaign.ledger.verify import verify
from tests.factories import NOW
from tests.voting.people import Person


def test_before_voting_opens_the_page_says_when_the_ledger_begins(client: FlaskClient) -> None:
    page = client.get("/transparenz").text
    assert page.count("Das Protokoll beginnt, wenn die Abstimmung beginnt.") == 1
    assert client.get("/transparenz/leaves.txt").status_code == 404


def test_every_file_is_one_plain_get_and_they_verify(
    app: Flask, client: FlaskClient, numbers: list[int], clock: object, tmp_path: Path
) -> None:
    for number in range(11):
        Person(app, f"p{number}@example.com").vote(*numbers)
    seal(current_contest(), NOW)
    names = publish(current_contest(), settings().site.data_dir / FOLDER, NOW)
    db.session.remove()
    for name in names:
        answer = client.get(f"/transparenz/{name}", buffered=True)
        assert (name, answer.status_code, answer.headers.getlist("Set-Cookie")) == (name, 200, [])
        target = tmp_path / "loaded" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(answer.data)
    assert verify(tmp_path / "loaded").wrong == ""
    page = client.get("/transparenz").text
    listed = [name for name in names if not name.startswith("checkpoints/")]
    assert [name for name in listed if f"/transparenz/{name}" not in page] == []


def test_nothing_but_the_files_of_the_ledger_can_be_had(app: Flask, client: FlaskClient, clock: object) -> None:
    folder = settings().site.data_dir / FOLDER
    folder.mkdir(parents=True)
    (folder / ".checkpoint.new").write_text("half")
    (folder.parent / "secret.txt").write_text("secret")
    asked = ("../secret.txt", "%2e%2e/secret.txt", ".checkpoint.new", "checkpoints", "nothing.txt", "..%5csecret.txt")
    assert [client.get(f"/transparenz/{name}").status_code for name in asked] == [404] * len(asked)
