"""How well the resolver names the town of a caption, and how fast.

`gold.csv` grew together with the resolver. The sets of `unseen.csv` were each written and labelled before the resolver
had met them; afterwards it was mended by them, so that today's figures for them are those of a second look. At first
sight precision and recall were:

| set | what it holds | precision | recall |
| --- | --- | --- | --- |
| 1 | everyday captions | 0.961 | 0.911 |
| 2 | advertising, clubs, slang, cameras | 0.940 | 0.940 |
| 3 | random places, goods, persons | 0.907 | 0.924 |
| 4 | several places at once | 0.933 | 0.923 |
| 5 | views | 0.989 | 0.978 |
| 6 | villages, small ads | 0.946 | 0.935 |
| 7 | questions, everyday | 0.922 | 0.959 |
| 8 | random municipalities, namesakes, bent names | 0.964 | 0.925 |
| 9 | places that are only spoken of | 0.880 | 0.930 |
| 10 | sights, hashtags, journeys | 0.927 | 0.884 |
| 11, 13 | what people and tourists write, every sort in its share | 0.986, 0.980 | 0.954, 0.974 |
| 12, 14 | each thing that makes names hard, in natural sentences | 0.979, 0.979 | 0.953, 0.940 |
| 15, 16 | a judge's balanced sets of all lengths | 0.978, 0.978 | 0.957, 0.947 |
| 17, 18 | long stories, each with other places, persons and goods in it | 0.898, 0.901 | 0.760, 0.847 |
| 19, 20 | more of them | 0.956, 0.893 | 0.873, 0.780 |

A quarter to a third of them are without a town.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from campaign.towns.gazetteer import load_gazetteer
from campaign.towns.resolver import Index, build_index, resolve

CAPTIONS = Path(__file__).parents[1] / "tests" / "towns"
HASHTAG = "schönsterblick"
ROUNDS = 5
# What people write around the name of a place: a caption of some 600 characters.
TALK = (
    "Gestern Abend nach der Arbeit noch eine kleine Runde gedreht, weil das Licht so wunderschön war. Eigentlich wollte"
    " ich nur kurz raus, aber dann bin ich doch fast zwei Stunden unterwegs gewesen 😅 Die Luft roch nach Regen, rings"
    " Pfützen, in denen sich die Häuser gespiegelt haben. Es gab noch ein Eis auf die Hand und ein nettes Gespräch mit"
    " einem älteren Herrn, der mir erzählt hat, wie es hier früher aussah. Was ist euer Lieblingsplatz? Schreibt es mir"
    " gern in die Kommentare 👇\n.\n.\n{}\n#schönsterblick #goldenhour #abendstimmung #heimat #photography"
)


class Caption(NamedTuple):
    """A labelled caption; `ags` is None where a careful person would not dare to name a town."""

    text: str
    ags: str | None


def read_captions() -> dict[str, list[Caption]]:
    """Return the labelled captions by the name of their set."""
    sets: dict[str, list[Caption]] = {}
    for name in ("gold", "unseen"):
        with (CAPTIONS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                key = f"{name} {row['set']}" if "set" in row else name
                sets.setdefault(key, []).append(Caption(row["caption"], row["ags"] or None))
    return sets


def main() -> None:
    """Print precision and recall of every set, the captions that fail, and captions per second of CPU time."""
    index = build_index(load_gazetteer())
    sets = read_captions()
    for name, captions in sets.items():
        _judge(name, captions, index)
    everything = [caption.text for captions in sets.values() for caption in captions]
    print(f"captions a second on one core, {ROUNDS} rounds, the slowest and the fastest:")
    _time("as they are", everything, index)
    _time("wrapped in talk", [TALK.format(text) for text in everything], index)


def _judge(name: str, captions: Sequence[Caption], index: Index) -> None:
    answers = [(caption, resolve(caption.text, index, HASHTAG)) for caption in captions]
    right = sum(caption.ags is not None and answer.ags == caption.ags for caption, answer in answers)
    answered = sum(answer.ags is not None for _, answer in answers)
    with_town = sum(caption.ags is not None for caption in captions)
    print(
        f"{name:9} {len(captions):4} captions, {with_town:3} with a town:"
        f" precision {right / answered:.4f}, recall {right / with_town:.4f}"
    )
    for caption, answer in answers:
        if answer.ags != caption.ags:
            print(f"          {_name(caption.ags)} expected, {_name(answer.ags)} given: {caption.text!r}")


def _time(what: str, captions: Sequence[str], index: Index) -> None:
    rates = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for caption in captions:
            resolve(caption, index, HASHTAG)
        rates.append(len(captions) / (time.process_time() - started))
    length = sum(map(len, captions)) / len(captions)
    print(f"          {what} ({length:.0f} characters): {min(rates):,.0f} to {max(rates):,.0f}")


def _name(ags: str | None) -> str:
    place = load_gazetteer().get(ags) if ags else None
    return place.short_name if place else "none"
