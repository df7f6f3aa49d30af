"""Pages by which tests steer the simulated API: faults, posts, the log of requests; loopback only."""

import ipaddress
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from campaign.demo.graph_answers import GraphApi
from campaign.demo.graph_desk import RequestLog
from campaign.demo.graph_media import to_wire_time


def control_pages(api: GraphApi) -> Blueprint:
    """Return the pages `/_faults`, `/_posts` and `/_log`."""
    pages = Blueprint("control", __name__)
    pages.before_request(_only_loopback)

    def read_faults() -> Response:
        return jsonify({"faults": api.faults.listed()})

    def add_fault() -> tuple[Response, int]:
        return _made(lambda wish: api.faults.add(**wish).__dict__)

    def clear_faults() -> tuple[str, int]:
        api.faults.clear()
        return "", 204

    def add_post() -> tuple[Response, int]:
        return _made(lambda wish: _describe(api, wish))

    pages.get("/_faults")(read_faults)
    pages.post("/_faults")(add_fault)
    pages.delete("/_faults")(clear_faults)
    pages.post("/_posts")(add_post)
    _add_log_pages(pages, api.log)
    return pages


def _add_log_pages(pages: Blueprint, log: RequestLog) -> None:
    def read_log() -> Response:
        return jsonify({"requests": log.listed()})

    def clear_log() -> tuple[str, int]:
        log.clear()
        return "", 204

    pages.get("/_log")(read_log)
    pages.delete("/_log")(clear_log)


def _only_loopback() -> None:
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 (a refusal, no binding)
        abort(403)


def _made(make: Callable[[dict[str, Any]], dict[str, Any]]) -> tuple[Response, int]:
    """Answer 201 with what was made from the JSON sent, or 400 with the reason."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        return jsonify({"error": "Send a JSON object."}), 400
    try:
        return jsonify(make(wish)), 201
    except (ValueError, TypeError, KeyError) as error:
        return jsonify({"error": str(error)}), 400


def _describe(api: GraphApi, wish: dict[str, Any]) -> dict[str, Any]:
    post = api.stream.add(wish, api.clock())
    return {
        "media_id": post.media_id,
        "shortcode": post.shortcode,
        "permalink": f"https://www.instagram.com/p/{post.shortcode}/",
        "timestamp": to_wire_time(post.timestamp),
        "children": [child.media_id for child in post.children],
        "creator": post.creator.account,
    }
