"""A mail as it travels: umlauts, foreign domains, no trace of tracking."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.mail.errors import ServerDown
from campaign.mail.message import Content, build_message
from tests.factories import NOW

SENDER = "Der schönste Blick <noreply@example.org>"
CONTENT = Content("anna@example.com", "Deine PIN für Köln", "Grüße aus Suhl\n", "<p>Grüße aus Suhl</p>")
KEY = "0123456789abcdef0123456789abcdef01234567"


def travelled(content: Content = CONTENT, sender: str = SENDER) -> EmailMessage:
    """The mail as its reader's program takes it."""
    data = build_message(content, sender, KEY, NOW).as_bytes()
    assert data.isascii()
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_umlauts_arrive_in_subject_sender_and_text() -> None:
    message = travelled()
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    assert (message["Subject"], message["From"]) == ("Deine PIN für Köln", SENDER)
    assert [body.get_content().strip() for body in bodies if body] == ["Grüße aus Suhl", "<p>Grüße aus Suhl</p>"]


def test_a_mail_says_that_a_machine_wrote_it_and_when() -> None:
    message = travelled()
    headers = {name: str(message[name]) for name in ("Auto-Submitted", "Date", "Message-ID", "To", "MIME-Version")}
    assert headers == {
        "Auto-Submitted": "auto-generated",
        "Date": "Mon, 15 Jun 2026 12:00:00 +0000",
        "Message-ID": f"<{KEY}@example.org>",
        "To": "anna@example.com",
        "MIME-Version": "1.0",
    }


def test_domains_with_umlauts_travel_in_ascii() -> None:
    content = Content("anna@müller.de", "s", "t", "h")
    message = travelled(content, "Blick <post@schönster-blick.de>")
    assert (message["To"], message["From"]) == ("anna@xn--mller-kva.de", "Blick <post@xn--schnster-blick-xpb.de>")


def test_a_subject_cannot_carry_another_header() -> None:
    message = travelled(Content("anna@example.com", "PIN\r\nBcc: berta@example.com", "t", "h"))
    assert (message["Subject"], message["Bcc"]) == ("PIN Bcc: berta@example.com", None)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not a mail address"):
        build_message(Content("anna@example.com\nBcc: x@example.com", "s", "t", "h"), SENDER, KEY, NOW)


def test_a_sender_that_is_no_address_stops_all_mails() -> None:
    with pytest.raises(ServerDown):
        build_message(CONTENT, "Der schönste Blick", KEY, NOW)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200))
def test_any_text_arrives_as_it_was_written(text: str) -> None:
    body = travelled(Content("anna@example.com", "s", text, "h")).get_body(("plain",))
    assert body is not None
    assert body.get_content().rstrip("\r\n") == text
