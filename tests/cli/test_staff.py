"""`campaign staff`."""

from __future__ import annotations

import json

from tests.cli.conftest import Campaign, done, refusal

PASSWORD = "ein-langes-kennwort-mit-ümlaut"
ADD = ("staff", "add", "Anna@Example.org", "--role", "moderator")


def accounts(campaign: Campaign) -> list[dict[str, object]]:
    """Return the accounts as they are listed."""
    (people,) = json.loads(done(campaign("staff", "list", "--json"))).values()
    return list(people)


def test_an_account_is_added_with_a_password_from_standard_input(campaign: Campaign) -> None:
    assert accounts(campaign) == []
    result = campaign(*ADD, "--password-stdin", input=f"{PASSWORD}\n")
    assert PASSWORD not in done(result)
    assert accounts(campaign) == [{"email": "anna@example.org", "roles": ["moderator"], "active": True}]
    assert done(campaign("staff", "list")) == "anna@example.org\tmoderator\tactive\n"


def test_a_password_is_asked_for_twice_and_never_shown(campaign: Campaign) -> None:
    result = campaign(*ADD, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert len(accounts(campaign)) == 1


def test_an_account_is_added_once(campaign: Campaign) -> None:
    done(campaign(*ADD, "--password-stdin", input=PASSWORD))
    assert refusal(campaign(*ADD, "--password-stdin", input=PASSWORD))
    assert len(accounts(campaign)) == 1


def test_no_account_is_made_of_what_is_none(campaign: Campaign) -> None:
    assert refusal(campaign(*ADD, "--password-stdin", input="short\n"))
    assert refusal(campaign(*ADD, "--password-stdin", input=""))
    assert refusal(campaign("staff", "add", "anna", "--role", "admin", "--password-stdin", input=PASSWORD))
    assert campaign("staff", "add", "anna@example.org", "--role", "boss", input=PASSWORD).exit_code == 2
    assert accounts(campaign) == []


def test_an_account_is_disabled(campaign: Campaign) -> None:
    done(campaign(*ADD, "--password-stdin", input=PASSWORD))
    done(campaign("staff", "disable", "anna@example.org"))
    assert accounts(campaign) == [{"email": "anna@example.org", "roles": ["moderator"], "active": False}]
    assert refusal(campaign("staff", "disable", "ben@example.org"))


def test_an_account_has_several_roles(campaign: Campaign) -> None:
    done(campaign(*ADD, "--role", "organiser", "--password-stdin", input=f"{PASSWORD}\n"))
    assert accounts(campaign) == [{"email": "anna@example.org", "roles": ["moderator", "organiser"], "active": True}]


def test_somebody_is_invited_by_a_mail_that_the_scheduler_sends(campaign: Campaign) -> None:
    said = done(campaign("staff", "invite", "Anna@Example.org", "--role", "admin", "--role", "organiser"))
    assert said == "Invited as admin, organiser; the scheduler sends the mail.\n"
    assert done(campaign("staff", "list")) == "anna@example.org\tadmin, organiser\tinvited\n"
    assert refusal(campaign("staff", "invite", "anna@example.org", "--role", "admin")) == (
        "There is an account of anna@example.org already."
    )


def test_a_lost_second_factor_is_taken_away(campaign: Campaign) -> None:
    done(campaign(*ADD, "--password-stdin", input=f"{PASSWORD}\n"))
    assert done(campaign("staff", "reset-factor", "anna@example.org")).startswith("Taken away;")
    assert refusal(campaign("staff", "reset-factor", "ben@example.org"))


def test_the_operator_gives_roles_that_nobody_can_give_themselves(campaign: Campaign) -> None:
    campaign("staff", "add", "ada@example.org", "--role", "admin", "--password-stdin", input=PASSWORD)
    words = ("staff", "roles", "ada@example.org", "--role", "admin", "--role", "organiser")
    assert done(campaign(*words)) == "May work as admin, organiser from now on.\n"
    assert done(campaign("staff", "list")) == "ada@example.org\tadmin, organiser\tactive\n"
