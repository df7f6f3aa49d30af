"""What staff are told about the intake, each occasion once; pure: facts in, notices out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from campaign.errors import N_
from campaign.instagram import versions
from campaign.instagram.coverage import Coverage
from campaign.instagram.existence_rules import Missing
from campaign.instagram.tokens import warn_day

# What the edges of the API are called by people who never saw it.
EDGE_NAMES = {
    "all": N_("alles"),
    "hashtag": N_("Suche nach dem Hashtag"),
    "tags": N_("Markierungen"),
    "mentions": N_("Erwähnungen"),
    "comment": N_("Kommentare von uns"),
    "oembed": N_("Prüfung, ob Beiträge noch da sind"),
    "app": N_("Prüfung des Zugangs"),
}
# How the occasions begin on which too many posts are missing at once.
MISSING = "missing"
# Of the 30 hashtags within seven days: so many are left alone before staff hear of it.
QUOTA_WARNING = 27
REMEDY_TOKEN = N_("Melde das Konto bei Instagram neu an und trag das Zugriffstoken in die Konfiguration ein.")


@dataclass(frozen=True)
class Notice:
    """One thing to tell; `key` names the occasion. Subject, text and remedy are message ids filled with `values`.

    `page` is where staff see more of it.
    """

    key: str
    subject: str
    text: str
    remedy: str
    values: Mapping[str, object] = field(default_factory=dict)
    page: str = "/verwaltung/erfassung"


@dataclass(frozen=True)
class TokenNow:
    """What is known of the token in use; `key` is its fingerprint, `missing` the permissions that it lacks."""

    key: str
    is_valid: bool | None
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    missing: Sequence[str]
    hashtags_used: int | None


@dataclass(frozen=True)
class Stop:
    """An edge of the API that is closed until a person has looked."""

    edge: str
    since: datetime
    reason: str


def coverage_notices(coverage: Coverage) -> Iterator[Notice]:
    """Yield the warning after 6, 12 or 18 hours without a good pass, and one for each gap."""
    if coverage.hours is not None:
        since = coverage.last_good or coverage.begin
        yield Notice(
            f"coverage {coverage.hours} {since:%Y%m%dT%H%M%S}",
            N_("Seit %(hours)s Stunden kein guter Durchgang bei Instagram"),
            N_(
                "Instagram zeigt Beiträge nur 24 Stunden lang. Der letzte gute Durchgang sah alles bis %(since)s. "
                "Danach gehen Beiträge verloren."
            ),
            N_("Sieh auf der Seite „Erfassung“ nach, woran es liegt, und ruf auf dem Server auf: campaign check"),
            {"hours": coverage.hours, "since": since},
        )
    for gap in coverage.gaps:
        # While it grows the warnings tell of it; one that lasts to the end of collecting is followed by nothing.
        if gap.end == coverage.end or any(window.begin == gap.end for window in coverage.windows):
            yield Notice(
                f"gap {gap.begin:%Y%m%dT%H%M%S}",
                N_("Lücke in der Erfassung"),
                N_("Von %(begin)s bis %(end)s konnte kein Beitrag sicher gelesen werden."),
                N_("Sag es den Teilnehmenden: Wer damals gepostet hat, kann das Bild auf der Website einreichen."),
                {"begin": gap.begin, "end": gap.end},
            )


def hashtag_notices(hashtag: str | None) -> Iterator[Notice]:
    """Yield that Instagram does not know the contest's hashtag; None where it does, or was not asked yet."""
    if hashtag is not None:
        yield Notice(
            f"hashtag unknown {hashtag}"[:160],
            N_("Instagram kennt den Hashtag noch nicht"),
            N_("Zu #%(hashtag)s gibt es auf Instagram noch keinen öffentlichen Beitrag."),
            N_("Prüf die Schreibweise in der Konfiguration; mit dem ersten Beitrag geht es von selbst weiter."),
            {"hashtag": hashtag},
        )


def token_notices(token: TokenNow, now: datetime) -> Iterator[Notice]:
    """Yield what is wrong with the token or will be: its end 14, 7, 3 and 1 days ahead, permissions, hashtags."""
    if token.is_valid is False:
        yield Notice(
            f"token dead {token.key}",
            N_("Der Zugang zu Instagram ist erloschen"),
            N_("Instagram nimmt das Zugriffstoken nicht mehr an."),
            REMEDY_TOKEN,
        )
        return
    for name, ends in (("token", token.expires_at), ("data access", token.data_access_expires_at)):
        day = warn_day(ends, now)
        if day is not None and ends is not None:
            yield Notice(
                f"{name} {day} {ends:%Y%m%d} {token.key}",
                N_("Der Zugang zu Instagram endet bald"),
                N_("Der Zugang zu Instagram endet am %(ends)s."),
                REMEDY_TOKEN,
                {"ends": ends},
            )
    if token.missing:
        yield Notice(
            f"permissions {' '.join(token.missing)} {token.key}"[:160],
            N_("Dem Zugang zu Instagram fehlen Rechte"),
            N_("Diese Rechte fehlen: %(names)s."),
            N_("Melde das Konto neu an und erlaube im Fenster von Instagram alles, was die App verlangt."),
            {"names": ", ".join(token.missing)},
        )
    if token.hashtags_used is not None and token.hashtags_used >= QUOTA_WARNING:
        yield Notice(
            f"hashtags {now:%G-%V} {token.key}",
            N_("Fast alle Hashtags des Kontos sind verbraucht"),
            N_("%(used)s von 30 Hashtags wurden in den letzten 7 Tagen abgefragt; neue gehen dann nicht mehr."),
            N_("Frag mit diesem Konto keine anderen Hashtags ab."),
            {"used": token.hashtags_used},
        )


def stop_notices(stops: Iterable[Stop]) -> Iterator[Notice]:
    """Yield one notice for each edge that is closed until a person has looked."""
    for stop in stops:
        yield Notice(
            f"stop {stop.edge} {stop.since:%Y%m%dT%H%M%S}",
            N_("Abfragen bei Instagram sind angehalten"),
            N_("Instagram hat abgelehnt (%(edge)s): %(reason)s"),
            N_("Behebe die Ursache und ruf dann auf dem Server auf: campaign ingest --resume"),
            {"edge": EDGE_NAMES.get(stop.edge, stop.edge), "reason": stop.reason},
        )


def mention_notices(stuck_since: datetime | None) -> Iterator[Notice]:
    """Yield that mentions cannot be looked up, once for each day on which that began."""
    if stuck_since is not None:
        yield Notice(
            f"mentions {stuck_since:%Y%m%d}",
            N_("Erwähnungen können nicht gelesen werden"),
            N_(
                "Seit %(since)s lehnt Instagram es ab, uns Beiträge oder Kommentare zu zeigen, die uns erwähnen. Wir "
                "versuchen es 30 Tage lang, danach sind sie verloren."
            ),
            N_("Was Instagram antwortet, steht auf der Seite „Erfassung“ unter „Letzte Durchgänge“."),
            {"since": stuck_since},
        )


def version_notices(version: str, served: str | None, now: datetime) -> Iterator[Notice]:
    """Yield the end of the configured version of the API 90, 30, 14, 7, 3 and 1 days ahead, or that it is over."""
    ends = versions.end_of(version)
    day = warn_day(ends, now, versions.WARN_DAYS)
    if not versions.has_moved_on(version, served) and day is None:
        return
    yield Notice(
        f"version {version} {day} {served or version}",
        N_("Die Version der Instagram-Schnittstelle läuft aus"),
        N_("Die Version %(version)s endet oder ist zu Ende; zuletzt hat %(served)s geantwortet."),
        N_("Trag unter instagram.api_version %(newest)s ein und lies Metas Liste der Änderungen."),
        {"version": version, "served": served or version, "newest": versions.NEWEST},
    )


def missing_notices(posts: Missing, told: datetime | None) -> Iterator[Notice]:
    """Yield that so many posts are missing at once that none is hidden, from the first that would have been.

    As long as one of them was missing already when staff were `told`, it is the same occasion.
    """
    if not posts.too_many or not posts.overdue or posts.since is None or (told is not None and posts.since <= told):
        return
    yield Notice(
        f"{MISSING} {posts.since:%Y%m%dT%H%M%S}",
        N_("Viele Beiträge fehlen auf einmal"),
        N_(
            "Von %(watched)s gezeigten Bildern ist bei %(missing)s der Beitrag auf Instagram nicht zu finden. "
            "So viele verschwinden selten auf einmal; vielleicht antwortet Instagram nur anders. "
            "Darum bleiben die Bilder sichtbar."
        ),
        N_(
            "Öffne auf der Seite „Erfassung“ einige der Beiträge. Sind sie wirklich weg, bestätige es dort. "
            "Sind sie noch da, lass instagram.check_existence auf dem Server abschalten."
        ),
        {"watched": posts.watched, "missing": posts.missing},
    )


def gone_notices(gone: Iterable[tuple[int, datetime]]) -> Iterator[Notice]:
    """Yield one notice for each entry whose post has vanished, from its number and the moment of hiding."""
    for number, since in gone:
        yield Notice(
            f"gone {number} {since:%Y%m%dT%H%M%S}",
            N_("Ein Beitrag ist auf Instagram verschwunden"),
            N_(
                "Der Beitrag zu Bild %(number)s ist seit mindestens 36 Stunden nicht zu finden; das Bild ist verborgen."
            ),
            N_("Es kommt von selbst zurück, sobald der Beitrag wieder da ist. Die Stimmen bleiben."),
            {"number": number},
        )


def claim_notices(claims: Iterable[tuple[int, datetime]]) -> Iterator[Notice]:
    """Yield one notice for each claim that only a look at the post can settle: the entry, and when it was asked for."""
    for number, asked in claims:
        yield Notice(
            f"claim {number} {asked:%Y%m%dT%H%M%S}",
            N_("Jemand will ein Bild zurückziehen"),
            N_(
                "Unter dem Beitrag zu Bild %(number)s steht der Code; ob das Konto, von dem er kommt, das des Beitrags "
                "ist, wissen wir nicht."
            ),
            N_("Sieh dir den Beitrag auf Instagram an und entscheide auf der Seite „Erfassung“."),
            {"number": number},
        )


def reply_notices(replies: Iterable[tuple[int, str]]) -> Iterator[Notice]:
    """Yield one notice for each comment that may answer a question for a right: the entry, and the comment's id."""
    for number, comment in replies:
        yield Notice(
            f"reply {number} {comment}",
            N_("Eine Antwort auf unsere Frage ist nicht eindeutig"),
            N_("Unter dem Beitrag zu Bild %(number)s steht ein Kommentar, der von selbst nichts entscheidet."),
            N_("Lies ihn auf der Seite des Bildes. Ist er ein Ja, trag die Erlaubnis dort ein."),
            {"number": number},
        )
