"""A simulated campaign of a month, scaled down: no post is lost unseen and every gap is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.instagram.season import START, Season


@pytest.mark.timeout(300)
def test_a_month_with_outages_limits_a_dead_token_and_kills_loses_nothing_unnamed(app: Flask) -> None:
    report = Season(posts=250, pauses=(5, 11)).play()
    assert report.entries >= report.shown > 200
    assert report.passes.keys() >= {"complete", "failed", "interrupted", "cut"}
    lengths = [gap.end - gap.begin for gap in report.coverage.gaps]
    # Forty hours down, the bad answers of a day and an hour, and forty hours without a token.
    assert 2 <= len(lengths) <= 4
    assert max(lengths) < timedelta(hours=30)
    assert report.nets >= 2
    assert report.coverage.gaps[0].begin > START
