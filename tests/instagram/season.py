"""A whole campaign on a clock of its own: what Instagram showed, what went wrong, and what must be true at the end.

The passes are the program's own, over real HTTP to the simulated Graph API. What they were shown is written down at
the client, before the program sees it, so that nothing is checked against the program's own word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

import sqlalchemy as sa
from pydantic import SecretStr

from campaign.contests.models import Contest
from campaign.contests.services import current_contest
from campaign.demo.graph_api import TOKEN, USER_ID, RunningGraphApi, running
from campaign.demo.graph_posts import mentions
from campaign.demo.people import OUR_ACCOUNT
from campaign.demo.posts import PostStream
from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.instagram.client import InstagramClient
from campaign.instagram.coverage import Coverage
from campaign.instagram.credentials import open_client
from campaign.instagram.ingest import ingest_hashtag
from campaign.instagram.mentions import ingest_mentions, keep_mentions
from campaign.instagram.models import IngestRun, RunStatus
from campaign.instagram.payloads import Page
from campaign.instagram.runs import read_coverage
from campaign.instagram.tags import ingest_tags
from campaign.instagram.webhooks import Mention
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings

START = datetime(2026, 5, 30, tzinfo=UTC)
DAYS = 33
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEW_TOKEN = "token-after-the-log-in"
LATE_SHARE = 0.01


class Killed(BaseException):
    """The process of a pass was killed between two posts."""


class FakeClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Trouble:
    """What goes wrong from one hour of the season to another."""

    begin: float
    end: float
    fault: dict[str, Any]


TROUBLES = (
    Trouble(0, 7, {"kind": "error", "code": 18, "subcode": 2207034, "where": "/ig_hashtag_search"}),
    Trouble(60, 66, {"kind": "http_503"}),
    Trouble(100, 101, {"kind": "error", "code": 4}),
    Trouble(130, 170, {"kind": "down"}),
    Trouble(180, 186, {"kind": "item_broken", "form": "types"}),
    Trouble(200, 206, {"kind": "item_broken", "form": "fields"}),
    Trouble(220, 232, {"kind": "duplicate_items"}),
    Trouble(250, 258, {"kind": "repeat_pages"}),
    Trouble(300, 301, {"kind": "error", "code": 80002}),
    Trouble(340, 352, {"kind": "html"}),
    Trouble(400, 425.5, {"kind": "broken_json"}),
)
TOKEN_DIES, TOKEN_REPLACED = 500.0, 540.0
KILLED = (80.0, 280.0, 281.0, 600.0)


@dataclass
class Shown:
    """What one pass over the hashtag was shown, as the client gave it."""

    at: datetime
    ids: set[str] = field(default_factory=set)
    ended: bool = False
    whole: bool = True


class Watched:
    """A client that writes down what it gives."""

    def __init__(self, client: InstagramClient, shown: Shown) -> None:
        self._client, self._shown = client, shown

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def recent_media(self, hashtag_id: str, after: str | None = None) -> Page:
        """Give a page and write down what is on it."""
        page = self._client.recent_media(hashtag_id, after)
        found = [item.get("id") for item in page.items if isinstance(item, dict)]
        readable = {media_id for media_id in found if isinstance(media_id, str)}
        self._shown.ids |= readable
        # A post whose id nobody can read is shown all the same: such a pass has not seen everything.
        self._shown.whole &= len(set(map(str, found))) == len(readable)
        self._shown.ended = page.after is None and self._shown.whole
        return page


@dataclass
class Report:
    """The figures of a season."""

    posts: int
    shown: int
    entries: int
    passes: Counter[str]
    good: int
    nets: int
    coverage: Coverage
    taken_out: int


class Season:
    """A campaign of DAYS days with so many posts; passes come after `pauses` hours, drawn between the two."""

    def __init__(self, posts: int, pauses: tuple[float, float], seed: int = 1) -> None:
        self._pauses, self._rng = pauses, Random(seed)
        self.clock = FakeClock()
        every = (DAYS - 2) * DAY.total_seconds() / posts
        shares = {"mention_share": 0.02, "tag_share": 0.02}
        self.stream = PostStream(seed, START, every, start_posts=posts // 50, pictures=False, **shares)
        self.passes: list[Shown] = []
        self.good: list[Shown] = []
        self._told: set[str] = set()
        self._token = TOKEN

    @property
    def contest(self) -> Contest:
        """The contest, as the session of the moment knows it."""
        return current_contest()

    def play(self) -> Report:
        """Play the season and return what came of it; the invariants hold or AssertionError is raised."""
        with running(self.stream, clock=self.clock) as api:
            for trouble in TROUBLES:
                api.faults.add(**trouble.fault, **self._span(trouble), times=None)
            for hours in self._moments():
                self.clock.now = START + timedelta(hours=hours)
                self._live(api, hours)
                self._look(api, hours)
        report = self._report()
        self._check(report)
        return report

    def _span(self, trouble: Trouble) -> dict[str, str]:
        begin, end = (START + timedelta(hours=hours) for hours in (trouble.begin, trouble.end))
        return {"begin": begin.isoformat(), "end": end.isoformat()}

    def _moments(self) -> Iterator[float]:
        """Yield the hours at which somebody looks; often while a limit or a kill is due."""
        hours, due = 1.0, sorted([*KILLED, 100.5, 300.5, 500.5])
        while hours < DAYS * 24:
            yield hours
            hours += self._rng.uniform(*self._pauses)
            if due and hours > due[0]:
                hours = due.pop(0)

    def _live(self, api: RunningGraphApi, hours: float) -> None:
        """Let time bring what it brings: late posts, a dead token, its successor."""
        if self._rng.random() < LATE_SHARE * 20:
            posted = self.clock.now - timedelta(hours=self._rng.uniform(1, 22))
            wish = {"caption": "Nachgereicht: Weimar #schoensterblick", "timestamp": posted.isoformat()}
            self.stream.add(wish, self.clock.now)
        if hours >= TOKEN_DIES:
            api.api.tokens.set({"is_valid": False, "subcode": 460}, self.clock.now)
        if hours >= TOKEN_REPLACED:
            api.api.tokens.set({"token": NEW_TOKEN}, self.clock.now)
            self._token = NEW_TOKEN

    def _look(self, api: RunningGraphApi, hours: float) -> None:
        config = self._config(api)
        shown = Shown(self.clock.now)
        self.passes.append(shown)
        client = cast(InstagramClient, Watched(self._client(config), shown))
        try:
            ingest_hashtag(
                self.contest, config, self.clock.now, client=client, stop=self._stop(hours), clock=self.clock
            )
        except Killed:
            db.session.remove()
            shown.ended = False
        if shown.ended:
            self.good.append(shown)
        self._tell()
        more = {"client": self._client(config), "clock": self.clock}
        ingest_mentions(self.contest, config, self.clock.now, **more)  # type: ignore[arg-type]
        if self._rng.random() < 0.2:
            ingest_tags(self.contest, config, self.clock.now, **more)  # type: ignore[arg-type]

    def _stop(self, hours: float) -> Callable[[], bool]:
        calls = iter(range(10**9))

        def stop() -> bool:
            if hours in KILLED and next(calls) >= 3:
                raise Killed
            return False

        return stop

    def _tell(self) -> None:
        """Tell of the mentions of the last day, as Meta's webhook does: some of them more than once."""
        recent = self.stream.visible(self.clock.now, self.clock.now - DAY)
        ours = {post.media_id for post in recent if mentions(post.caption, OUR_ACCOUNT)}
        new = sorted(ours - self._told) + sorted(self._rng.sample(sorted(ours), min(3, len(ours))))
        keep_mentions([Mention(media_id, "") for media_id in new], self.clock.now)
        self._told |= ours

    def _client(self, config: InstagramSettings) -> InstagramClient:
        outbound = Outbound(seconds=60, size=5_000_000, backoff=0)
        return open_client(config, clock=self.clock, sleep=lambda _seconds: None, outbound=outbound)

    def _config(self, api: RunningGraphApi) -> InstagramSettings:
        access = {"api_base_url": api.url, "user_id": USER_ID, "media_hosts": [f"127.0.0.1:{api.port}"]}
        return InstagramSettings.model_validate({**access, "access_token": SecretStr(self._token)})

    def _report(self) -> Report:
        runs = db.session.scalars(sa.select(IngestRun)).all()
        statuses = Counter(run.status.value for run in runs if run.source == "hashtag")
        rejected = sa.select(sa.func.count()).select_from(Entry).where(Entry.status == Status.REJECTED)
        return Report(
            posts=len(self.stream.visible(self.clock.now)),
            shown=len(set().union(*(one.ids for one in self.passes))),
            entries=db.session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0,
            passes=statuses,
            good=len(self.good),
            nets=sum(run.source == "top" for run in runs),
            coverage=read_coverage(self.contest, self.clock.now),
            taken_out=db.session.scalar(rejected) or 0,
        )

    def _check(self, report: Report) -> None:
        rows = db.session.execute(sa.select(Entry.shortcode, Entry.status, Entry.taken_at)).all()
        self._check_entries(Counter(code for code, _, _ in rows))
        self._check_gaps(report.coverage)
        inside = (Status.PENDING, Status.APPROVED)
        begin, until = self.contest.collect_from, self.contest.collect_until
        # A post of which no pass could read the time is a person's to judge.
        timed = [(code, status, taken) for code, status, taken in rows if taken is not None]
        assert len(timed) >= len(rows) - 1
        wrong = [code for code, status, taken in timed if (status in inside) != (begin <= taken < until)]
        limit = {code for code in wrong if not self._is_over_limit(code)}
        assert not limit, f"in or out of the window against the rule: {sorted(limit)[:5]}"
        left = db.session.scalars(sa.select(IngestRun.id).where(IngestRun.status == RunStatus.RUNNING)).all()
        assert left == [], "a pass that was killed is not named so"

    def _is_over_limit(self, code: str) -> bool:
        reasons = db.session.scalar(sa.select(Entry.intake_reasons).where(Entry.shortcode == code))
        return reasons == ["too_many"]

    def _check_entries(self, entries: Counter[str | None]) -> None:
        """Every post that a good pass was shown is an entry once; outside the gaps none is missing at all."""
        codes = {post.media_id: post.shortcode for post in self.stream.visible(self.clock.now)}
        shown = {codes[media_id] for one in self.good for media_id in one.ids}
        lost = sorted(shown - set(entries))
        assert not lost, f"{len(lost)} posts were shown and are no entry: {lost[:5]}"
        assert max(entries.values()) == 1, "a post is an entry more than once"
        assert None not in entries, "an entry has lost its post"

    def _check_gaps(self, coverage: Coverage) -> None:
        """Minute by minute: a moment is in a named gap exactly when no good pass could see it."""
        minute = coverage.begin
        horizon = self.clock.now - DAY
        while minute < min(coverage.end, horizon):
            seen = any(one.at - DAY <= minute < one.at for one in self.good)
            named = any(gap.begin <= minute < gap.end for gap in coverage.gaps)
            assert seen != named, f"{minute} was {'seen and is' if seen else 'not seen and is not'} in a gap"
            minute += timedelta(minutes=7)
        assert all(gap.asked_at for gap in coverage.gaps), "the popular posts of a gap were not asked for"
