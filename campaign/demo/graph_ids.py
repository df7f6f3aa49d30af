"""Ids and shortcodes as Instagram gives them: a shortcode tells when its post was made.

A shortcode is the numeric id in base64url: 41 bits of milliseconds since 2011-08-24, 13 bits for the shard, 10 bits
for the order within the millisecond (Instagram Engineering, "Sharding & IDs at Instagram", 2012).
"""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

EPOCH = datetime.fromtimestamp(1314220021, UTC) + timedelta(milliseconds=721)
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_LOW_BITS = 23


def draw_id(rng: Random) -> str:
    """Return an id as the Graph API shows it: 17 digits that say nothing about time."""
    return f"{rng.choice(('178', '179', '180'))}{rng.randrange(10**14):014d}"


def shortcode(moment: datetime, media_id: str) -> str:
    """Return the shortcode of a post made at a moment: 11 characters; its lower bits follow from the media id."""
    milliseconds = max(0, (moment - EPOCH) // timedelta(milliseconds=1))
    low = int.from_bytes(sha256(f"code {media_id}".encode()).digest()[:3]) >> 1
    number = milliseconds << _LOW_BITS | low
    return "".join(_CODE[number >> shift & 63] for shift in range(60, -1, -6))


def moment_of(code: str) -> datetime:
    """Return when the post with a shortcode was made, to the millisecond; raises ValueError for other text."""
    number = 0
    for char in code:
        number = number * 64 + _CODE.index(char)
    return EPOCH + timedelta(milliseconds=number >> _LOW_BITS)
