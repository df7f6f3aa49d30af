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
        ("Abends über Erfurt, 18:30", "Abends über Erfurt, 18:30"),
    ],
)
def test_secrets_and_addresses_are_blotted_out(text: str, kept: str) -> None:
    assert redact(text) == kept
