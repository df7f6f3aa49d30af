"""A pass over many new posts stays small: measured in a process of its own."""

from __future__ import annotations

import pytest

from benchmarks.intake import MOST_MEMORY_MB, measure, serving

POSTS = 150


@pytest.mark.timeout(300)
def test_a_pass_over_many_new_posts_keeps_its_memory_small() -> None:
    with serving(POSTS, width=320) as url:
        first, again = measure(url, None)
    assert (first.new, again.new) == (POSTS, 0)
    assert first.memory < MOST_MEMORY_MB
    assert again.memory < first.memory + 10
