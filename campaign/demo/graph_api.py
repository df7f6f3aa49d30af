"""A simulated Instagram Graph API: hashtags, tags, mentions, oEmbed, tokens and webhooks as Meta documents them.

It has a picture host and faults on demand. `python -m campaign.demo.graph_api --port 0` runs it as a server of its own
on the loopback address.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from werkzeug.serving import BaseWSGIServer

from campaign.clock import utc_now
from campaign.demo.graph_app import TOKEN, USER_ID, create_graph_api
from campaign.demo.graph_media import in_no_order
from campaign.demo.graph_server import LOOPBACK, RunningGraphApi, listen
from campaign.demo.graph_state import GraphApi, Habits
from campaign.demo.posts import PostStream
from campaign.operations.lifeline import end_with_parent

__all__ = [
    "TOKEN",
    "USER_ID",
    "GraphApi",
    "Habits",
    "RunningGraphApi",
    "create_graph_api",
    "running",
    "running_graph_api",
]


@contextmanager
def running(stream: PostStream, *, port: int = 0, **options: object) -> Iterator[RunningGraphApi]:
    """Run the API in a thread for the length of a `with` block; options as for `create_graph_api`."""
    app = create_graph_api(stream, **options)  # type: ignore[arg-type]
    server = listen(app, port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    live = RunningGraphApi(app.extensions["graph_api"], server.server_port, server, thread)
    try:
        yield live
    finally:
        live.stop()


running_graph_api = running


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the API as a process until it is ended."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.webhook_url and not chosen.webhook_secret:
        parser.error("--webhook-url needs --webhook-secret")
    if chosen.supervised:
        end_with_parent()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    start = (chosen.start or utc_now()).astimezone(UTC)
    stream = PostStream(
        chosen.seed,
        start,
        chosen.every,
        start_posts=chosen.start_posts,
        hashtag=chosen.hashtag,
        mention_share=chosen.mention_share,
        tag_share=chosen.tag_share,
        pictures=chosen.pictures,
    )
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        app = create_graph_api(
            stream,
            token=chosen.token,
            user_id=chosen.user_id,
            picture_width=chosen.picture_width,
            picture_folder=Path(folder),
            app_secret=chosen.app_secret,
            require_proof=chosen.require_proof,
            webhook=(chosen.webhook_url, chosen.webhook_secret) if chosen.webhook_url else None,
        )
        server = listen(app, chosen.port)
        print(f"listening on http://{LOOPBACK}:{server.server_port}", flush=True)
        with suppress(KeyboardInterrupt), _closing(server), _drawing_ahead(app.extensions["graph_api"]):
            server.serve_forever()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="campaign.demo.graph_api", description="Simulated Instagram Graph API.")
    parser.add_argument("--port", type=int, default=0, help="port on the loopback address; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="number from which all posts follow")
    parser.add_argument("--every", type=float, default=20.0, help="seconds between two new posts")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--user-id", default=USER_ID)
    parser.add_argument("--start-posts", type=int, default=60, help="posts that are there at the start")
    parser.add_argument("--hashtag", default="schoensterblick")
    parser.add_argument("--picture-width", type=int, default=1440)
    parser.add_argument("--no-pictures", dest="pictures", action="store_false", help="one tiny picture stands for all")
    parser.add_argument("--supervised", action="store_true", help="end when the parent process is gone")
    parser.add_argument("--start", type=datetime.fromisoformat, help="moment at which the stream starts (now)")
    parser.add_argument("--mention-share", type=float, default=0.0, help="share of posts that @mention the account")
    parser.add_argument("--tag-share", type=float, default=0.0, help="share of posts that tag the account")
    parser.add_argument("--app-secret", help="secret of the app: checks proofs, lets tokens be exchanged")
    parser.add_argument("--require-proof", action="store_true", help="refuse calls without appsecret_proof")
    parser.add_argument("--webhook-url", help="address to which new mentions are delivered")
    parser.add_argument("--webhook-secret", help="secret that signs the deliveries: the app's")
    return parser


@contextmanager
def _closing(server: BaseWSGIServer) -> Iterator[None]:
    """Stop listening at the end of a `with` block."""
    try:
        yield
    finally:
        server.server_close()


@contextmanager
def _drawing_ahead(api: GraphApi) -> Iterator[None]:
    """Draw the pictures of new posts before anybody asks, in the order in which they are listed."""
    done = Event()

    def work() -> None:
        while api.stream.pictures and not done.wait(0.5):
            posts = in_no_order(api.stream.visible(api.clock()))
            api.host.draw_ahead((piece for post in posts for piece in post.pieces), done)

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


if __name__ == "__main__":
    main()
