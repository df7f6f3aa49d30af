"""Nothing secret and no address gets into a log line."""

from __future__ import annotations

import pytest

from campaign.logs import redact


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET /x?access_token=EAAB123&fields=id", "GET /x?access_token=[hidden]&fields=id"),
        ("Authorization: Bearer EAAB123", "Authorization: Bearer [hidden]"),
        ('{"access_token": "EAAB123"}', '{"access_token": "[hidden]"}'),
        ("smtp://anna:geheim@mail.example:587", "smtp://anna:[hidden]@mail.example:587"),
        ("redis://:geheim@cache/0", "redis://:[hidden]@cache/0"),
        ("postgresql://u:p@ss:w@rd@db/x", "postgresql://u:[hidden]@db/x"),
        ("554 5.1.1 <anna.muster@example.com> unknown", "554 5.1.1 <[address]> unknown"),
        (
            "/oauth?grant_type=fb_exchange_token&client_secret=s1&fb_exchange_token=EAA1&appsecret_proof=ab12&x=1",
            "/oauth?grant_type=fb_exchange_token&client_secret=[hidden]&fb_exchange_token=[hidden]"
            "&appsecret_proof=[hidden]&x=1",
        ),
        ("hub.verify_token=geheim&hub.mode=subscribe", "hub.verify_token=[hidden]&hub.mode=subscribe"),
        ("access_token: EAAB123", "access_token: [hidden]"),
        ("?token=EAAB123", "?token=[hidden]"),
        (
            "Error validating access token: the session has expired",
            "Error validating access token: the session has expired",
        ),
        ("Abends über Erfurt, 18:30", "Abends über Erfurt, 18:30"),
    ],
)
def test_secrets_and_addresses_are_blotted_out(text: str, kept: str) -> None:
    assert redact(text) == kept
