"""`GET /instagram_oembed`: the frame of a post for a web page, open to everybody (Meta, Instagram oEmbed).

Since 2026-05-15 without a token; since 2025-11-03 without author and thumbnail.
"""

import re
from urllib.parse import urlsplit

from flask import Response, request

from campaign.demo.graph_answers import graph_answer
from campaign.demo.graph_errors import bad_parameter, known_error
from campaign.demo.graph_media import check_fields, read_fields
from campaign.demo.graph_posts import Post
from campaign.demo.graph_state import GraphApi
from campaign.demo.graph_tokens import token_in

_PATH = re.compile(r"/(?:[\w.]+/)?(?:p|reel|reels|tv)/([\w-]+)/?", re.ASCII)
_HOSTS = ("instagram.com", "www.instagram.com", "instagr.am")
_WIDTHS = (320, 658)
_SCRIPT = '<script async src="//www.instagram.com/embed.js"></script>'


def oembed(api: GraphApi) -> Response:
    """Answer with exactly six keys, or with 24/2207045 for a post that is gone, private or not embeddable."""
    now = api.clock()
    if token_in(request):
        api.tokens.require(request, now, app_is_enough=True)
    api.oembeds.count(now)
    if api.oembeds.seen(now) > api.oembeds.budget:
        raise known_error(4)
    if "url" not in request.args:
        raise bad_parameter("The parameter url is required.")
    post = api.stream.find_code(_read_code(request.args["url"]), now)
    if post is None or not post.embeddable:
        raise known_error(24, 2207045)
    body = {
        "version": "1.0",
        "provider_name": "Instagram",
        "provider_url": "https://www.instagram.com/",
        "type": "rich",
        "width": _width(),
        "html": _frame(post),
    }
    fields = read_fields(request.args.get("fields", ",".join(body)))
    check_fields(fields, frozenset(body), "InstagramOEmbed")
    return graph_answer({name: value for name, value in body.items() if name in fields})


def _read_code(url: str) -> str:
    """Return the shortcode in an address; raises error 100/2207047 for an address that is no post's."""
    parts = urlsplit(url)
    found = _PATH.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or parts.hostname not in _HOSTS or found is None:
        raise known_error(100, 2207047)
    return found[1]


def _width() -> int:
    text = request.args.get("maxwidth", "658")
    if not text.isdigit() or not _WIDTHS[0] <= int(text) <= _WIDTHS[1]:
        raise bad_parameter(f"Param maxwidth must be a number between {_WIDTHS[0]} and {_WIDTHS[1]}")
    return int(text)


def _frame(post: Post) -> str:
    caption = "" if request.args.get("hidecaption") == "true" else " data-instgrm-captioned"
    address = f"{post.permalink}?utm_source=ig_embed&amp;utm_campaign=loading"
    quote = (
        f'<blockquote class="instagram-media"{caption} data-instgrm-permalink="{address}" data-instgrm-version="14">'
        f'<a href="{address}" target="_blank">View this post on Instagram</a></blockquote>'
    )
    return quote if request.args.get("omitscript") == "true" else f"{quote}\n{_SCRIPT}"
