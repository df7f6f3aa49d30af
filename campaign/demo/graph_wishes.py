"""Posts that a test wishes for: a mapping of keys becomes a post."""

from collections.abc import Mapping
from datetime import datetime
from random import Random
from typing import Any

from campaign.demo.captions import hashtags_in
from campaign.demo.drawing import Shot
from campaign.demo.graph_ids import draw_id, shortcode
from campaign.demo.graph_posts import Piece, Post

_WISHES = (
    "caption media_type seed picture_fault timestamp media_id shortcode hashtag children media_url tags_us username"
    " private embeds comments_off"
)
WISHES = frozenset(_WISHES.split())


def read_wish(wish: Mapping[str, Any], now: datetime, hashtag: str, rng: Random) -> Post:
    """Return the post that a wish describes; raises ValueError when it cannot be read.

    Keys, all optional: caption (None for none), media_type, seed, picture_fault, timestamp (ISO 8601), media_id,
    shortcode, hashtag (None: none but those of the caption), children (number of pictures of an album), media_url
    (false leaves it out), tags_us (true: our account is marked in the picture), username (of who posts), private,
    embeds (false: cannot be embedded), comments_off (true: nobody may comment).
    """
    unknown = set(wish) - WISHES
    if unknown:
        raise ValueError(f"Unknown keys: {', '.join(sorted(unknown))}.")
    moment = datetime.fromisoformat(wish["timestamp"]) if wish.get("timestamp") else now
    cover = _read_cover(wish, moment, rng)
    caption = wish.get("caption", f"Ein Blick #{hashtag}")
    tag = wish.get("hashtag", hashtag)
    return Post(
        cover,
        caption,
        moment,
        frozenset({*([] if tag is None else [str(tag).lower()]), *hashtags_in(caption or "")}),
        _children(wish, cover, moment, rng),
        likes=0,
        appeared=now,
        author=wish.get("username"),
        tags_us=bool(wish.get("tags_us")),
        embeddable=bool(wish.get("embeds", True)),
        comments_off=bool(wish.get("comments_off")),
    )


def _read_cover(wish: Mapping[str, Any], moment: datetime, rng: Random) -> Piece:
    kind = wish.get("media_type", "IMAGE")
    if moment.tzinfo is None or kind not in ("IMAGE", "VIDEO", "CAROUSEL_ALBUM"):
        raise ValueError("timestamp needs an offset; media_type is IMAGE, VIDEO or CAROUSEL_ALBUM.")
    media_id = draw_id(rng)
    media_id = str(wish.get("media_id", media_id))
    code = str(wish.get("shortcode", shortcode(moment, media_id)))
    shot = Shot(int(wish.get("seed", rng.randrange(10**6))), moment)
    address = bool(wish.get("media_url", kind != "CAROUSEL_ALBUM"))
    return Piece(media_id, code, kind, shot, wish.get("picture_fault"), address)


def _children(wish: Mapping[str, Any], cover: Piece, moment: datetime, rng: Random) -> tuple[Piece, ...]:
    count = int(wish.get("children", 2)) if cover.media_type == "CAROUSEL_ALBUM" else 0
    ids = [draw_id(rng) for _ in range(count)]
    return tuple(
        Piece(media_id, shortcode(moment, media_id), "IMAGE", Shot(cover.shot.seed + step, moment), cover.fault)
        for step, media_id in enumerate(ids)
    )
