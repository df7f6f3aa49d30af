"""Pages by which tests and the demo steer the simulated API: faults, posts, comments, tokens, usage; loopback only."""

import ipaddress
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from campaign.demo.graph_desk import RequestLog
from campaign.demo.graph_media import to_wire_time
from campaign.demo.graph_posts import Post
from campaign.demo.graph_state import GraphApi
from campaign.demo.graph_webhooks import Delivery, deliver, deliver_test, read_changes, send, verify

Made = tuple[Response, int]


def control_pages(api: GraphApi) -> Blueprint:
    """Return the pages `/_faults`, `/_posts`, `/_comments`, `/_webhook`, `/_token`, `/_usage` and `/_log`."""
    pages = Blueprint("control", __name__)
    pages.before_request(_only_loopback)
    _add_fault_pages(pages, api)
    _add_post_pages(pages, api)
    _add_comment_pages(pages, api)
    _add_webhook_pages(pages, api)
    _add_token_pages(pages, api)
    _add_log_pages(pages, api.log)
    return pages


def _add_fault_pages(pages: Blueprint, api: GraphApi) -> None:
    def read_faults() -> Response:
        return jsonify({"faults": api.faults.listed()})

    def add_fault() -> Made:
        return _made(lambda wish: api.faults.add(**wish).__dict__)

    def clear_faults() -> tuple[str, int]:
        api.faults.clear()
        return "", 204

    pages.get("/_faults")(read_faults)
    pages.post("/_faults")(add_fault)
    pages.delete("/_faults")(clear_faults)


def _add_post_pages(pages: Blueprint, api: GraphApi) -> None:
    def add_post() -> Made:
        return _made(lambda wish: _describe(api.stream.add(wish, api.clock())))

    def remove_post(name: str) -> Made:
        return _changed(lambda: api.stream.remove(name, api.clock()))

    def restore_post(name: str) -> Made:
        return _changed(lambda: api.stream.restore(name, api.clock()))

    def set_private(name: str) -> Made:
        wish = request.get_json(silent=True)
        private = bool(wish.get("private", True)) if isinstance(wish, dict) else True
        return _changed(lambda: api.stream.set_private(name, private, api.clock()))

    pages.post("/_posts")(add_post)
    pages.delete("/_posts/<name>")(remove_post)
    pages.post("/_posts/<name>/restore")(restore_post)
    pages.post("/_posts/<name>/private")(set_private)


def _add_comment_pages(pages: Blueprint, api: GraphApi) -> None:
    def read_comments() -> Response:
        listed = api.comments.under(request.args.get("media_id"))
        return jsonify({"comments": [comment.described() for comment in listed]})

    def add_comment() -> Made:
        return _made(lambda wish: _comment(api, wish))

    pages.get("/_comments")(read_comments)
    pages.post("/_comments")(add_comment)


def _comment(api: GraphApi, wish: dict[str, Any]) -> dict[str, Any]:
    """Let somebody comment: keys media_id, text, and username (else the author of the post), parent."""
    comment = api.comment(str(wish["media_id"]), str(wish["text"]), wish.get("username"), wish.get("parent"))
    return comment.described() | {"id": comment.comment_id}


def _add_webhook_pages(pages: Blueprint, api: GraphApi) -> None:
    def read_deliveries() -> Response:
        return jsonify({"deliveries": [delivery.described() for delivery in api.webhooks.deliveries]})

    def set_receiver() -> Made:
        return _made(lambda wish: _start_webhooks(api, wish))

    def send_webhook() -> Made:
        return _made(lambda wish: _send_webhook(api, wish))

    pages.get("/_webhook")(read_deliveries)
    pages.put("/_webhook")(set_receiver)
    pages.post("/_webhook")(send_webhook)


def _start_webhooks(api: GraphApi, wish: dict[str, Any]) -> dict[str, Any]:
    """Deliver new mentions to `url` from now on, signed with `secret`."""
    api.webhooks.start(str(wish["url"]), str(wish["secret"]))
    return {"url": wish["url"]}


def _send_webhook(api: GraphApi, wish: dict[str, Any]) -> dict[str, Any]:
    """Send by hand: `action` is mentions (the usual), test, replay or verify.

    mentions: `mentions` (a list of media_id and comment_id) or one pair; `signature` signs wrongly on purpose.
    replay: the last delivery again, byte for byte. verify: the handshake with `verify_token`.
    """
    url, secret = str(wish["url"]), str(wish.get("secret", ""))
    action, now = wish.get("action", "mentions"), api.clock()
    if action == "verify":
        return {"verified": verify(url, str(wish["verify_token"]))}
    if action == "test":
        made = [deliver_test(url, secret, now)]
    elif action == "replay":
        made = [send(url, last.body, last.signature) for last in [_last(api)]]
    else:
        made = deliver(url, secret, read_changes(wish), api.account.user_id, now, signature=wish.get("signature"))
    api.webhooks.deliveries.extend(made)
    return {"deliveries": [delivery.described() for delivery in made]}


def _last(api: GraphApi) -> Delivery:
    if not api.webhooks.deliveries:
        raise ValueError("Nothing has been delivered yet.")
    return api.webhooks.deliveries[-1]


def _add_token_pages(pages: Blueprint, api: GraphApi) -> None:
    def set_token() -> Made:
        return _made(lambda wish: api.tokens.set(wish, api.clock()).described())

    def set_usage() -> Made:
        return _made(lambda wish: api.usage.set(wish, api.clock()))

    def clear_usage() -> tuple[str, int]:
        api.usage.clear()
        return "", 204

    pages.post("/_token")(set_token)
    pages.post("/_usage")(set_usage)
    pages.delete("/_usage")(clear_usage)


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


def _made(make: Callable[[dict[str, Any]], dict[str, Any]]) -> Made:
    """Answer 201 with what was made from the JSON sent, or 400 with the reason."""
    wish = request.get_json(silent=True)
    if not isinstance(wish, dict):
        return jsonify({"error": "Send a JSON object."}), 400
    try:
        return jsonify(make(wish)), 201
    except (ValueError, TypeError, KeyError) as error:
        return jsonify({"error": str(error)}), 400


def _changed(change: Callable[[], Post]) -> Made:
    """Answer 200 with the post that was changed, or 404 when there is none of that name."""
    try:
        return jsonify(_describe(change())), 200
    except KeyError:
        return jsonify({"error": "There is no such post."}), 404


def _describe(post: Post) -> dict[str, Any]:
    return {
        "media_id": post.media_id,
        "shortcode": post.shortcode,
        "permalink": post.permalink,
        "timestamp": to_wire_time(post.timestamp),
        "children": [child.media_id for child in post.children],
        "creator": post.creator.account,
    }
