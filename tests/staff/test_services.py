"""Accounts of the staff."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.errors import Conflict, InvalidInput, NotFound
from campaign.extensions import db
from campaign.staff.models import RoleName, Staff
from campaign.staff.services import add_staff, disable_staff, list_staff
from tests.factories import NOW
from tests.staff.people import PASSWORD, make_staff

pytestmark = pytest.mark.usefixtures("app")


def test_a_password_is_kept_as_argon2id_only() -> None:
    make_staff()
    stored = db.session.scalars(sa.select(Staff.password)).one()
    assert stored is not None
    assert stored.split("$")[:3] == ["", "argon2id", "v=19"]


def test_an_account_has_the_role_that_was_given() -> None:
    staff = make_staff(RoleName.SCRUTINEER)
    assert [role.name for role in staff.roles] == ["scrutineer"]


def test_addresses_are_kept_in_small_letters() -> None:
    assert add_staff(" Anna@Example.ORG ", RoleName.ADMIN, PASSWORD, NOW).email == "anna@example.org"


def test_a_second_account_of_an_address_is_refused() -> None:
    make_staff(email="anna@example.org")
    with pytest.raises(Conflict) as refusal:
        add_staff("ANNA@example.org", RoleName.ADMIN, PASSWORD, NOW)
    assert str(refusal.value) == "Für anna@example.org gibt es schon ein Konto."
    assert [staff.email for staff in list_staff()] == ["anna@example.org"]


def test_a_password_of_eleven_characters_is_too_short() -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_staff("anna@example.org", RoleName.ADMIN, "elf-zeichen", NOW)
    assert str(refusal.value) == "Das Passwort braucht mindestens 12 Zeichen."
    assert list(list_staff()) == []


@pytest.mark.parametrize("address", ["anna", "anna@", "@example.org", "", "a b@example.org"])
def test_what_is_no_mail_address_gets_no_account(address: str) -> None:
    with pytest.raises(InvalidInput):
        add_staff(address, RoleName.ADMIN, PASSWORD, NOW)


def test_accounts_are_listed_by_address() -> None:
    make_staff(RoleName.MODERATOR)
    make_staff(RoleName.ADMIN)
    assert [staff.email for staff in list_staff()] == ["admin@example.org", "moderator@example.org"]


def test_a_closed_account_stays_in_the_list_and_loses_its_sessions() -> None:
    before = make_staff().fs_uniquifier
    disable_staff("Moderator@example.org")
    [staff] = list_staff()
    assert (staff.active, staff.fs_uniquifier == before) == (False, False)


def test_closing_an_unknown_account_says_so() -> None:
    with pytest.raises(NotFound) as refusal:
        disable_staff("nobody@example.org")
    assert str(refusal.value) == "There is no account of nobody@example.org. See: campaign staff list"


def test_the_roles_of_the_application_are_in_the_database(app: Flask) -> None:
    names = db.session.scalars(sa.text("SELECT name FROM staff_role ORDER BY name")).all()
    assert list(names) == ["admin", "moderator", "organiser", "scrutineer"]
