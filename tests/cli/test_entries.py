"""`campaign entries` and `campaign rights`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from campaign.entries.lifecycle import People
from campaign.entries.models import Entry
from campaign.entries.uses import Use, has_right
from campaign.extensions import db
from campaign.moderation.models import Decision
from campaign.rights.models import RightsGrant
from tests.cli.conftest import Campaign, done, refusal
from tests.factories import ERFURT, JENA, NOW, SEEN, WEIMAR, jpeg, make_entry

ITEM = ["alt_text", "credit", "number", "permalink", "picks", "pictures", "taken_at", "title", "town"]
ROW = sorted([*ITEM, "status", "source", "media_id", "caption", "received_at", "reasons", "has_right"])


def entry(number: int) -> dict[str, Any]:
    """Return how an entry stands now."""
    db.session.remove()
    found = db.session.get_one(Entry, number)
    facts = {"status": found.status.value, "town": found.town_ags, "right": has_right(found, Use.WEB, NOW)}
    db.session.remove()
    return facts


def decisions() -> list[tuple[str, str, str | None]]:
    """Return all decisions: what was done by whom, for which reason."""
    db.session.remove()
    rows = db.session.scalars(sa.select(Decision).order_by(Decision.id))
    found = [(row.action.value, row.actor, row.reason) for row in rows]
    db.session.remove()
    return found


def numbers(campaign: Campaign, *options: str) -> list[int]:
    """Return the numbers of the entries that are listed."""
    document = json.loads(done(campaign("entries", "list", "--json", *options)))
    assert sorted(document) == ["entries", "next"]
    return [row["number"] for row in document["entries"]]


def test_entries_are_listed_as_json_with_all_that_staff_may_read(campaign: Campaign) -> None:
    make_entry(town=ERFURT, picture=True, caption="Die Krämerbrücke; „schön“")
    make_entry(town=None, public=False)
    document = json.loads(done(campaign("entries", "list", "--json")))
    assert [sorted(row) for row in document["entries"]] == [ROW, ROW]
    first, second = document["entries"]
    assert first["town"] == {"ags": ERFURT, "name": "Erfurt"}
    assert (first["status"], first["has_right"], first["caption"]) == ("approved", True, "Die Krämerbrücke; „schön“")
    assert (second["status"], second["has_right"], second["town"]) == ("pending", False, None)
    assert document["next"] is None


def test_the_list_can_be_narrowed_by_status_and_town(campaign: Campaign) -> None:
    erfurt, weimar = make_entry(town=ERFURT).number, make_entry(town=WEIMAR, public=False).number
    assert numbers(campaign) == [erfurt, weimar]
    assert numbers(campaign, "--status", "pending") == [weimar]
    assert numbers(campaign, "--town", ERFURT) == [erfurt]
    assert numbers(campaign, "--town", JENA) == []
    assert refusal(campaign("entries", "list", "--town", "12345678", "--json"))


def test_the_list_without_json_has_a_line_for_each_entry(campaign: Campaign) -> None:
    number = make_entry(town=ERFURT).number
    assert done(campaign("entries", "list")) == f"{number}\tapproved\tErfurt\tright\tBlick aus Erfurt\n"


def test_one_entry_is_shown(campaign: Campaign) -> None:
    number = make_entry(town=WEIMAR).number
    document = json.loads(done(campaign("entries", "show", number, "--json")))
    assert (sorted(document), document["number"]) == (ROW, number)
    lines = done(campaign("entries", "show", number)).splitlines()
    assert [line.partition(":")[0] for line in lines] == ROW
    assert refusal(campaign("entries", "show", 999, "--json"))


def test_an_entry_is_approved_and_the_decision_kept(campaign: Campaign) -> None:
    number = make_entry(town=ERFURT, public=False, picture=True).number
    assert done(campaign("entries", "approve", number)) == f"Entry {number} is approved.\n"
    assert entry(number)["status"] == "approved"
    assert decisions() == [("approve", "command line", None)]
    assert refusal(campaign("entries", "approve", number))
    assert decisions() == [("approve", "command line", None)]


def test_an_entry_without_a_town_is_approved_only_with_one(campaign: Campaign) -> None:
    number = make_entry(town=None, public=False, picture=True).number
    assert refusal(campaign("entries", "approve", number))
    assert entry(number) == {"status": "pending", "town": None, "right": False}
    assert refusal(campaign("entries", "approve", number, "--town", "99999999"))
    assert decisions() == []
    done(campaign("entries", "approve", number, "--town", JENA))
    assert entry(number) == {"status": "approved", "town": JENA, "right": False}
    assert [decision[0] for decision in decisions()] == ["set_town", "approve"]


def test_an_entry_whose_picture_is_missing_is_not_approved(campaign: Campaign) -> None:
    number = make_entry(town=ERFURT, public=False).number
    assert refusal(campaign("entries", "approve", number))
    assert entry(number)["status"] == "pending"


def test_an_entry_is_rejected_with_a_reason_of_the_list(campaign: Campaign) -> None:
    number = make_entry(public=False).number
    for options in ([], ["--reason", "ugly"]):
        assert campaign("entries", "reject", number, *options).exit_code == 2
    assert refusal(campaign("entries", "reject", number, "--reason", "other"))
    assert entry(number)["status"] == "pending"
    done(campaign("entries", "reject", number, "--reason", "people"))
    assert entry(number)["status"] == "rejected"
    assert decisions() == [("reject", "command line", "people")]


def test_several_entries_are_decided_at_once_until_one_cannot_be(campaign: Campaign) -> None:
    first, second = (make_entry(public=False, picture=True).number for _ in range(2))
    result = campaign("entries", "approve", first, 999, second)
    assert (result.exit_code, result.stdout) == (1, f"Entry {first} is approved.\n")
    assert len(result.stderr.splitlines()) == 1
    assert (entry(first)["status"], entry(second)["status"]) == ("approved", "pending")


def test_an_entry_is_withdrawn(campaign: Campaign) -> None:
    number = make_entry(picture=True).number
    assert done(campaign("entries", "withdraw", number)) == f"Entry {number} is withdrawn.\n"
    assert entry(number)["status"] == "withdrawn"
    assert refusal(campaign("entries", "withdraw", number))


def test_a_right_is_granted_by_name_with_proof_and_taken_back(campaign: Campaign) -> None:
    number = make_entry(public=False).number
    grant = ("rights", "grant", number, "--by", "Anna Wiese")
    assert campaign(*grant).exit_code == 2
    assert refusal(campaign(*grant, "--proof", "  "))
    done(campaign(*grant, "--proof", "Kommentar vom 3. Juni"))
    assert entry(number)["right"] is True
    assert refusal(campaign(*grant, "--proof", "noch einmal"))
    done(campaign("rights", "revoke", number))
    assert entry(number)["right"] is False
    assert refusal(campaign("rights", "revoke", number))
    (kept,) = db.session.scalars(sa.select(RightsGrant))
    assert (kept.granted_by, kept.proof, kept.recorded_by) == ("Anna Wiese", "Kommentar vom 3. Juni", "command line")


def test_no_right_is_granted_for_an_entry_that_there_is_not(campaign: Campaign) -> None:
    assert refusal(campaign("rights", "grant", 999, "--by", "Anna", "--proof", "mail"))
    assert refusal(campaign("rights", "revoke", 999))


ADDRESS = "https://www.instagram.com/reel/Cabc1234567/?igsh=xyz"


def test_a_post_is_added_by_its_address_and_joins_the_queue(campaign: Campaign) -> None:
    known = ("--town", WEIMAR, "--by", "Anna Wiese", "--account", "@Anna.Wiese", "--note", "Mail")
    assert done(campaign("entries", "add", ADDRESS, *known)) == "Entry 1 waits for a decision.\n"
    row = json.loads(done(campaign("entries", "show", 1, "--json")))
    assert (row["status"], row["source"], row["credit"]) == ("pending", "staff", "Anna Wiese")
    assert (row["town"]["ags"], row["permalink"]) == (WEIMAR, "https://www.instagram.com/p/Cabc1234567/")
    found = db.session.get_one(Entry, 1)
    assert (found.username, found.note, found.added_by) == ("anna.wiese", "Mail", "command line")
    assert done(campaign("entries", "add", ADDRESS)) == "Entry 1 was there already.\n"


def test_a_picture_is_added_from_a_file_alone_or_beside_an_address(campaign: Campaign, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.jpg", "two.jpg")]
    for file in files:
        file.write_bytes(jpeg())
    row = json.loads(done(campaign("entries", "add", files[0], "--by", "Bert", "--json")))
    assert (row["number"], row["permalink"], row["credit"]) == (1, None, "Bert")
    assert done(campaign("entries", "add", ADDRESS, "--picture", files[1])) == "Entry 2 waits for a decision.\n"
    states = db.session.scalars(sa.select(Entry.picture_state).order_by(Entry.number))
    assert [state.value for state in states] == ["stored", "stored"]


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("https://example.org/p/Cabc1234567/", []),
        ("none.jpg", []),
        ("picture.jpg", ["--picture", "picture.jpg"]),
        ("notes.txt", []),
        (ADDRESS, ["--town", "12345678"]),
        (ADDRESS, ["--account", "zwei worte"]),
    ],
)
def test_what_cannot_be_added_is_said_in_one_line(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("picture.jpg").write_bytes(jpeg())
    Path("notes.txt").write_text("no picture", encoding="utf-8")
    refusal(campaign("entries", "add", what, *options))
    assert numbers(campaign) == []


def test_without_options_the_operator_states_that_nobody_can_be_recognised(campaign: Campaign) -> None:
    number = make_entry(town=WEIMAR, public=False, picture=True, people=None, alt_text=None).number
    done(campaign("entries", "approve", number))
    assert said(number) == ("none", None, "Blick auf Weimar: Abendlicht über den Dächern")


def test_what_was_said_before_stands_unless_the_operator_says_otherwise(campaign: Campaign) -> None:
    kept, other = (make_entry(public=False, picture=True, people=People.INCIDENTAL).number for _ in range(2))
    done(campaign("entries", "approve", kept))
    assert said(kept) == ("incidental", None, SEEN.alt_text)
    consent = ("--people", "consent", "--consent", "Mail vom 3. Juni", "--alt-text", "Am Markt")
    done(campaign("entries", "approve", other, *consent))
    assert said(other) == ("consent", "Mail vom 3. Juni", "Am Markt")


def test_consent_without_proof_and_blur_without_a_blurred_picture_are_refused(campaign: Campaign) -> None:
    number = make_entry(public=False, picture=True).number
    assert refusal(campaign("entries", "approve", number, "--people", "consent"))
    assert refusal(campaign("entries", "approve", number, "--people", "unrecognisable"))
    assert entry(number)["status"] == "pending"


def said(number: int) -> tuple[str | None, str | None, str | None]:
    db.session.rollback()
    db.session.expire_all()
    found = db.session.get_one(Entry, number)
    return found.people.value if found.people else None, found.people_note, found.alt_text
