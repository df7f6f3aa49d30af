"""Captions of the demo's posts: German and English, with and without a town, as people really write.

At most five hashtags (Instagram's limit since December 2025), the contest's own among them.
"""

import re
from dataclasses import dataclass
from random import Random

from campaign.demo.drawing import View
from campaign.demo.sights import Sight

MOST_HASHTAGS = 5

_HOURS = {
    "dawn": (
        "kurz nach Sonnenaufgang|um halb sieben, noch ganz still|am frühen Morgen",
        "just after sunrise|at half past six",
        "🌅|🐦|🥱",
    ),
    "haze": (
        "im Mittagsdunst|an einem milchigen Vormittag|an einem langsamen Sonntag",
        "in the noon haze|on a quiet morning",
        "🌫️|🤍|",
    ),
    "day": (
        "bei bestem Wetter|unter blauem Himmel|an einem Tag wie aus dem Kalender",
        "on a perfect day|under a blue sky",
        "☀️|😍|💙",
    ),
    "golden": (
        "im letzten warmen Licht|in der goldenen Stunde|kurz vor Sonnenuntergang",
        "in golden light|in the last warm light",
        "✨|🧡|☀️",
    ),
    "sunset": (
        "unter brennendem Himmel|bei Sonnenuntergang|nach Feierabend",
        "at sunset|with the sky on fire",
        "🔥|🌇|😮",
    ),
    "dusk": (
        "zur blauen Stunde|bei Laternenlicht|kurz vor acht",
        "at the blue hour|when the lights come on",
        "💜|🌆|✨",
    ),
    "night": ("bei Mondschein|mitten in der Nacht|lange nach Mitternacht", "by moonlight|after midnight", "🌙|🌌|😴"),
}
_SEASONS = {
    "spring": ("Endlich blüht es.|Frühling, ich nehm dich.|Es riecht nach Flieder.", "Spring at last.", "🌸|🌷"),
    "summer": (
        "Sommerferien zu Hause.|Eis in der Hand, mehr braucht es nicht.|Langer Tag, kurzer Weg.",
        "Summer at home.",
        "🍦|🌻",
    ),
    "autumn": ("Der Herbst kann das.|Jacke an und raus.|Überall Laub.", "Autumn does it best.", "🍂|🍁"),
    "winter": (
        "Alles leise unter Schnee.|Finger kalt, Herz warm.|Erster Schnee in diesem Jahr.",
        "Quiet under the snow.",
        "❄️|⛄",
    ),
}
_WITH_TOWN = (
    "{sight} in {town}, {hour}. {season}",
    "{town}, {hour}. {season} {emoji}",
    "{sight} {hour}. {town}, du bist schön {emoji}",
    "Mein schönster Blick: {sight} in {town}.",
    "Seit dreißig Jahren wohne ich in {town} und bleibe immer noch jedes Mal stehen. {sight} {hour}.",
    "{season} {sight}, gesehen in {town} {emoji}",
    "Für alle, die sagen, in {town} gibt es nichts zu sehen: {sight}, {hour}.",
    "Von meiner Ladentür in {town} aus: {sight} {hour} {emoji}",
    "{town} ❤️ {sight} {hour}",
    "Kurz angehalten auf dem Weg zum Bäcker. {town}, {hour}.",
    "Urlaub in {town}. Das stand in keinem Reiseführer: {sight} {hour} {emoji}",
    "Oma hat hier schon getanzt. {sight}, {town}.",
    "Danke @{friend} für den Tipp! {sight} in {town} {emoji}",
    "{sight} {hour} 📷 mit @{friend}\n\n{town}",
    "Innenstadt heißt für mich: {sight}. Und danach Kaffee. ({town})",
)
_TOWN_AS_TAG = (
    "{sight} {hour} {emoji} #{tag}",
    "{season} #{tag}",
    "Zuhause ist, wo man {hour} noch eine Runde dreht. #{tag}",
    "{sight}. {season} {emoji}\n#{tag}",
    "Feierabendrunde{emoji}#{tag}",
)
_ENGLISH = (
    "{sight} in {town}, {hour} {emoji}",
    "Came for one day, stayed for three. {town}, {hour}.",
    "{season} {sight}, {town}.",
    "My favourite view in {town}: {sight} {hour}.",
    "Nobody told me about {town}. {sight} {hour} {emoji}",
    "{town} {hour}. {season}",
    "Small town, big view: {sight}, {town} {emoji}",
    "My grandparents left {town} in 1951. Today I stood here {hour}.",
    "Worth every step up the hill. {sight}, {town}",
    "Exchange year in {town}, and this is my way to school {emoji}",
)
_NO_TOWN = (
    "{sight} {hour} {emoji}",
    "Mein Lieblingsplatz. {season}",
    "Wer erkennt es? {emoji}",
    "{season} {emoji}",
    "Einmal umdrehen lohnt sich {emoji}",
    "Heimat {emoji}",
)
_AMBIGUOUS = (
    "Neustadt {hour} {emoji}",
    "Mit dem Rad an der Gera entlang {emoji} {season}",
    "Auf dem Weg von Gotha nach {town}, {hour}",
    "Zwischen Weimar und {town} liegt mein schönster Blick {emoji}",
    "Neuhaus {hour}. {season}",
    "In Bad Berka gewohnt, in {town} fotografiert {emoji}",
)
_MORE_TAGS = (
    "thüringen",
    "heimat",
    "innenstadt",
    "altstadtliebe",
    "fachwerk",
    "thueringenentdecken",
    "lieblingsblick",
    "kleinstadt",
)
_FRIENDS = ("lotte.beispiel", "die.bank.am.markt.beispiel", "kurt_und_karla.beispiel")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2764\ufe0f]")


@dataclass(frozen=True)
class Caption:
    """A caption as its author typed it (with `@`), and the town that it lets a reader know, if any."""

    text: str
    town: str | None


def town_tag(town: str, rng: Random) -> str:
    """Return a town's name as people write it in a hashtag."""
    joined = re.sub(r"[^\w]", "", town.lower())
    if rng.random() < 0.3:
        for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
            joined = joined.replace(letter, plain)
    return joined


def write_caption(sight: Sight, view: View, hashtag: str, rng: Random) -> Caption | None:
    """Return a caption for a picture of a sight, or None for the few posts that have none."""
    kind = rng.choices(("town", "tag", "english", "none", "ambiguous", "silent"), (50, 17, 16, 8, 6, 3))[0]
    if kind == "silent":
        return None
    language = 1 if kind == "english" else 0
    templates = {
        "town": _WITH_TOWN,
        "tag": _TOWN_AS_TAG,
        "english": _ENGLISH,
        "none": _NO_TOWN,
        "ambiguous": _AMBIGUOUS,
    }
    words = _words(sight, view, language, rng)
    text = rng.choice(templates[kind]).format(**words)
    tags = _hashtags(text, hashtag, rng)
    glue = (
        rng.choice((" ", " ", " ", "\n\n", "\n.\n", ""))
        if not text.endswith(tuple("abcdefghijklmnopqrstuvwxyzäöüß"))
        else " "
    )
    between = "" if rng.random() < 0.14 else " "
    text = text.strip() + glue + between.join(f"#{tag}" for tag in tags)
    return Caption(text, None if kind in ("none", "ambiguous") else sight.ags)


def _words(sight: Sight, view: View, language: int, rng: Random) -> dict[str, str]:
    hour, season = _HOURS[view.hour], _SEASONS[view.season]
    emoji = rng.choice((hour[2] + "|" + season[2]).split("|"))
    return {
        "sight": (sight.german, sight.english)[language],
        "town": sight.town,
        "tag": town_tag(sight.town, rng),
        "hour": rng.choice(hour[language].split("|")),
        "season": rng.choice(season[language].split("|")),
        "emoji": emoji,
        "friend": rng.choice(_FRIENDS),
    }


def _hashtags(text: str, hashtag: str, rng: Random) -> list[str]:
    """Return the contest's hashtag with up to three others, five in the whole caption at most."""
    room = MOST_HASHTAGS - text.count("#") - 1
    extra = rng.sample(_MORE_TAGS, min(room, rng.choice((0, 0, 0, 1, 1, 2, 3, 4))))
    written = hashtag if rng.random() < 0.7 else hashtag.title()
    tags = [written, *extra]
    rng.shuffle(tags)
    return tags


def hashtags_in(text: str) -> list[str]:
    """Return the hashtags of a text in lower case, without `#`; an emoji ends a hashtag."""
    return [tag.lower() for tag in re.findall(r"#(\w+)", _EMOJI.sub(" ", text))]
