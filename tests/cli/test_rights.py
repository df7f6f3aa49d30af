"""`campaign rights` and `campaign export photos`: who allowed what, who is asked, who receives which pictures."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from campaign.clock import BERLIN, utc_now
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.rights.models import Handout, RightsGrant
from tests.cli.conftest import Campaign, done, refusal
from tests.factories import make_entry


def grants() -> list[RightsGrant]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(RightsGrant).order_by(RightsGrant.id)))


def test_a_right_is_granted_for_chosen_uses_until_the_end_of_a_day(campaign: Campaign) -> None:
    number = make_entry(public=False).number
    last = (utc_now() + timedelta(days=40)).astimezone(BERLIN).date()
    words = ("rights", "grant", number, "--by", "Anna", "--proof", "Mail")
    done(campaign(*words, "--use", "press", "--use", "web", "--until", last.isoformat()))
    [kept] = grants()
    midnight = datetime.combine(last + timedelta(days=1), datetime.min.time(), BERLIN)
    assert (kept.uses, kept.expires_at) == (["web", "press"], midnight)
    assert refusal(campaign(*words, "--until", "2020-01-01"))
    assert campaign(*words, "--use", "everything").exit_code == 2
    done(campaign(*words))
    assert grants()[-1].uses == ["web", "print", "press"]


def test_a_request_prints_the_address_and_the_words_to_copy(campaign: Campaign) -> None:
    first, second = make_entry(has_right=False, username="anna").number, make_entry(has_right=False).number
    document = json.loads(done(campaign("rights", "request", first, "--json")))
    [asked] = grants()
    assert (document["entry"], document["link"]) == (first, f"http://127.0.0.1:8000/rechte/{asked.code}")
    assert sorted(document) == ["answer_until", "entry", "link", "texts"]
    assert [document["texts"][lang].count(str(asked.code)) for lang in ("de", "en")] == [1, 1]
    lines = done(campaign("rights", "request", second)).splitlines()
    assert (lines[0].partition("/rechte/")[2], [line[:3] for line in lines[1:]]) == (grants()[-1].code, ["de:", "en:"])
    assert refusal(campaign("rights", "request", first))
    assert refusal(campaign("rights", "request", 999))


def test_photos_go_to_somebody_for_something(campaign: Campaign, tmp_path: Path) -> None:
    entry = make_entry(picture=True)
    make_entry(picture=True, has_right=False)
    number, path = entry.number, tmp_path / "photos.zip"
    words = ("export", "photos", "--format", "zip", "--output", path)
    for missing in ((), ("--use", "press"), ("--for", "MDR"), ("--use", "press", "--for", " ")):
        assert refusal(campaign(*words, *missing))
    result = campaign(*words, "--use", "press", "--for", "MDR Thüringen")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "1 photos, 1 entries left out (not-included.csv)." in result.stderr
    assert f"erfurt-{number}.jpg" in zipfile.ZipFile(path).namelist()
    [kept] = db.session.scalars(sa.select(Handout))
    assert (kept.exported_for, kept.use.value, kept.exported_by) == ("MDR Thüringen", "press", "command line")
    printed = campaign("export", "photos", "--format", "zip", "--output", "-", "--use", "web", "--for", "x")
    assert "credits.csv" in zipfile.ZipFile(io.BytesIO(printed.stdout_bytes)).namelist()


def test_without_a_photo_that_may_be_used_no_file_is_written(campaign: Campaign, tmp_path: Path) -> None:
    make_entry(picture=True)
    words = ("export", "photos", "--format", "zip", "--output", tmp_path / "none.zip")
    assert refusal(campaign(*words, "--use", "advertising", "--for", "MDR"))
    assert (list(tmp_path.glob("none*")), db.session.scalars(sa.select(Handout)).all()) == ([], [])


def test_photos_come_as_zip_and_nothing_else_does(campaign: Campaign) -> None:
    for what, form in (("photos", "csv"), ("entries", "zip")):
        assert refusal(campaign("export", what, "--format", form, "--output", "-"))


def test_who_received_addresses_of_pictures_is_on_record(campaign: Campaign) -> None:
    make_entry(picture=True)
    done(campaign("export", "entries", "--format", "csv", "--output", "-", "--for", "Stadt Erfurt"))
    done(campaign("export", "standings", "--format", "csv", "--output", "-", "--for", "Stadt Gera"))
    assert [one.exported_for for one in db.session.scalars(sa.select(Handout))] == ["Stadt Erfurt"]


def test_unanswered_requests_go_with_what_is_due(campaign: Campaign) -> None:
    entry = make_entry(picture=True, has_right=False)
    number = entry.number
    done(campaign("rights", "request", number))
    db.session.execute(sa.update(RightsGrant).values(answer_until=utc_now()))
    db.session.commit()
    assert ", 1 requests, 0 grants," in done(campaign("erase-due"))
    db.session.expire_all()
    found = db.session.get_one(Entry, number)
    assert (found.status.value, found.picture_id) == ("rejected", None)
