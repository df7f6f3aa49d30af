"""Adds up what speaks for each municipality and decides, or does not dare to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from campaign.towns.index import Force, Shape, Source
from campaign.towns.readings import Reading
from campaign.towns.roles import Role

EvidenceKind = Literal["town", "alias", "landmark", "village", "hashtag"]

# Over the next municipality, and over none: a passing remark alone is not enough.
LEAD = 1.0
SECOND_SORT = 1.0
FURTHER_NAME = 0.5
MOST_FURTHER = 1.0
# The key under which towns outside Thuringia stand: they never win, but may raise doubt.
ABROAD = ""
VAGUE_LANDMARK = 1.0

_TOWN = {
    Role.VOID: 0.0,
    Role.PASSING: 0.5,
    Role.TOWARDS: 1.0,
    Role.PLAIN: 2.0,
    Role.TITLE: 2.0,
    Role.OPENING: 2.5,
    Role.LOCAL: 3.0,
    Role.HOME: 4.0,
}
_ADJECTIVE = {**_TOWN, Role.TOWARDS: 0.5, Role.PLAIN: 1.5}
_VILLAGE = {**_TOWN, Role.LOCAL: 2.5}
_LANDMARK = {**_TOWN, Role.PASSING: 1.0, Role.TOWARDS: 2.0, Role.PLAIN: 3.0, Role.TITLE: 3.0, Role.OPENING: 3.5}
_ABROAD = {**_TOWN, Role.PASSING: 0.0, Role.TOWARDS: 0.0, Role.PLAIN: 1.0, Role.TITLE: 1.5, Role.LOCAL: 2.5}
_TAG_TOWN, _TAG_LANDMARK, _TAG_ABROAD = 2.5, 3.0, 2.0
# What a town outside is worth that is only spoken of, where a hashtag names one of ours.
_SPOKEN_OF = 0.5
_KINDS: dict[Source, EvidenceKind] = {
    Source.TOWN: "town",
    Source.ALIAS: "alias",
    Source.LANDMARK: "landmark",
    Source.VILLAGE: "village",
}


class Evidence(NamedTuple):
    """Words of the caption (as `normalise.clean` gives it), the place name that they matched, and how."""

    words: str
    matched: str
    kind: EvidenceKind


class Resolution(NamedTuple):
    """The answer: `ags` or None, `confidence`, `evidence`, `rivals` (other AGS, the likelier first).

    `confidence` runs from 0 to 1; it orders answers for people and is no probability. Without an answer it is 0,
    and `evidence` and `rivals` hold what was seen and not dared.
    """

    ags: str | None
    confidence: float
    evidence: tuple[Evidence, ...]
    rivals: tuple[str, ...]


NOTHING = Resolution(None, 0.0, (), ())


@dataclass(slots=True)
class Case:
    """What speaks for one municipality; `doubt` is the weight of its names that were not dared."""

    weight: float = 0.0
    doubt: float = 0.0
    sorts: set[str] = field(default_factory=set)
    named: int = 0
    evidence: list[Evidence] = field(default_factory=list)
    vague_names: set[str] = field(default_factory=set)
    vague_landmark: bool = False
    settled: bool = False

    def add(self, reading: Reading) -> None:
        """Take one reading of a mention into account."""
        form = reading.form
        if form.source is Source.ABROAD:
            if reading.is_tag:
                self.weight = max(self.weight, _TAG_ABROAD)
            self.doubt = max(self.doubt, _ABROAD[reading.role])
            return
        evidence = Evidence(reading.quote, form.label, "hashtag" if reading.is_tag else _KINDS[form.source])
        if evidence not in self.evidence:
            self.evidence.append(evidence)
        if reading.counts:
            self.sorts.add("hashtag" if reading.is_tag else "sight" if form.source is Source.LANDMARK else "text")
            self.named += reading.role is not Role.PASSING
            self.settled |= form.force is Force.SURE
            self.weight = max(self.weight, _weight(reading))
            return
        if form.source is Source.LANDMARK:
            self.vague_landmark = True
            return
        self.vague_names.add(form.label)
        if form.force is Force.UNSURE and form.hint != "region" and form.shape is Shape.NAME:
            self.doubt = max(self.doubt, _weight(reading))

    def join_halves(self) -> None:
        """Let two doubtful names, or one and a common landmark, be each other's second hint."""
        if self.weight and (self.vague_landmark or self.vague_names):
            self.named += len(self.vague_names)
            self.weight = max(self.weight, self.doubt)
            if self.vague_landmark:
                self.weight += min(self.weight, VAGUE_LANDMARK)
        elif len(self.vague_names) + self.vague_landmark > 1:
            self.weight = _TOWN[Role.PLAIN]

    @property
    def total(self) -> float:
        """Return the weight, more when signs of two sorts agree, or several names."""
        further = min(FURTHER_NAME * max(self.named - 1, 0), MOST_FURTHER)
        return self.weight + (SECOND_SORT if len(self.sorts) > 1 else further)

    @property
    def threat(self) -> float:
        """Return how much the municipality stands against another one."""
        return max(self.total, self.doubt)


def decide(cases: dict[str, Case]) -> Resolution:
    """Return the municipality that leads clearly, or none."""
    for case in cases.values():
        case.join_halves()
    ranked = sorted(
        (item for item in cases.items() if item[0] != ABROAD),
        key=lambda item: (-item[1].total, -item[1].doubt, item[0]),
    )
    if not ranked:
        return NOTHING
    (ags, best), others = ranked[0], ranked[1:]
    abroad = _from_abroad(cases.get(ABROAD), best)
    threat = max((abroad, *(case.threat for _, case in others)))
    if best.total - threat < LEAD:
        return Resolution(None, 0.0, _all_evidence(ranked), tuple(key for key, _ in ranked))
    return Resolution(ags, _confidence(best, threat), tuple(best.evidence), tuple(key for key, _ in others))


def _from_abroad(abroad: Case | None, best: Case) -> float:
    """Return how much towns outside stand against ours: people tag where they are, and speak of much else."""
    if abroad is None:
        return 0.0
    spoken = min(abroad.doubt, _SPOKEN_OF) if "hashtag" in best.sorts else abroad.doubt
    return max(abroad.weight, spoken)


def _weight(reading: Reading) -> float:
    source = reading.form.source
    if reading.is_tag:
        return _TAG_LANDMARK if source is Source.LANDMARK else _TAG_TOWN
    if reading.form.shape is Shape.ADJECTIVE:
        return _ADJECTIVE[reading.role]
    if source is Source.LANDMARK:
        return _LANDMARK[reading.role]
    return _VILLAGE[reading.role] if source is Source.VILLAGE else _TOWN[reading.role]


def _confidence(best: Case, threat: float) -> float:
    value = 0.45 + 0.14 * min(best.total, 3.5)
    if not best.settled:
        value -= 0.15
    if threat:
        value -= 0.1
    return round(max(0.05, min(value, 0.98)), 2)


def _all_evidence(ranked: Iterable[tuple[str, Case]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(item for _, case in ranked for item in case.evidence))
