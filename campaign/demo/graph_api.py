"""A simulated Instagram Graph API: hashtag search as Meta documents it, with a picture host and faults on demand.

`python -m campaign.demo.graph_api --port 0` runs it as a server of its own on the loopback address.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from campaign.clock import utc_now
from campaign.demo.cdn import PictureHost
from campaign.demo.faults import FaultGate, Faults
from campaign.demo.graph_answers import Account, Clock, GraphApi, graph_answer
from campaign.demo.graph_control import control_pages
from campaign.demo.graph_errors import GraphError, bad_parameter, no_path
from campaign.demo.graph_gates import LogGate, VersionGate
from campaign.demo.graph_media import in_no_order
from campaign.demo.posts import PostStream
from campaign.operations.lifeline import end_with_parent

LOOPBACK = "127.0.0.1"
TOKEN = "demo-token"  # noqa: S105 (opens nothing but the simulation)
USER_ID = "17841400000000001"


def create_graph_api(
    stream: PostStream,
    *,
    token: str = TOKEN,
    user_id: str = USER_ID,
    clock: Clock = utc_now,
    picture_width: int = 1440,
    picture_folder: Path | None = None,
) -> Flask:
    """Return the simulated API for a stream; its `GraphApi` is found under `extensions["graph_api"]`.

    Pictures are drawn at `picture_width` pixels and kept in `picture_folder`, or in memory without one.
    """
    app = Flask(__name__)
    host = PictureHost(token, Faults(), width=picture_width, folder=picture_folder)
    api = GraphApi(stream, Account(token, user_id), clock, host)
    app.extensions["graph_api"] = api
    app.register_blueprint(control_pages(api))
    _add_graph_pages(app, api)
    gates = LogGate(FaultGate(VersionGate(app.wsgi_app), api.faults), api.log)
    app.wsgi_app = gates  # type: ignore[assignment, method-assign]
    return app


def _add_graph_pages(app: Flask, api: GraphApi) -> None:
    def guard() -> None:
        if not request.path.startswith(("/_", "/cdn/")) and request.url_rule is not None:
            api.require_token(request)

    def picture(name: str) -> Response:
        return _picture(api, name)

    def usage(response: Response) -> Response:
        if not request.path.startswith(("/_", "/cdn/")):
            response.headers["X-App-Usage"] = api.meter.count(api.clock())
            response.headers["facebook-api-version"] = "v26.0"
        return response

    app.before_request(guard)
    app.after_request(usage)
    app.get("/ig_hashtag_search")(api.search)
    app.get("/debug_token")(api.debug_token)
    app.get("/cdn/v/<name>")(picture)
    app.get("/<object_id>")(api.node)
    app.get("/<object_id>/<edge>")(api.edge)
    app.register_error_handler(GraphError, _graph_error)
    app.register_error_handler(HTTPException, _http_error)


def _graph_error(error: GraphError) -> Response:
    return graph_answer(error.body(f"{request.path} {utc_now()}"), error.status)


def _http_error(error: HTTPException) -> Response | HTTPException:
    """Answer unknown paths and methods as the Graph API does; the control pages keep plain HTTP errors."""
    if request.path.startswith(("/_", "/cdn/")):
        return error
    if error.code == 405:
        return _graph_error(bad_parameter(f"Unsupported {request.method.lower()} request."))
    return _graph_error(no_path(request.path))


def _picture(api: GraphApi, name: str) -> Response:
    now = api.clock()
    refusal = api.host.refusal(name, request.args.get("oh", ""), request.args.get("oe", ""), now)
    if refusal:
        return Response(refusal, 403, content_type="text/plain")
    found = api.stream.find(name.partition("_")[0], now)
    if found is None:
        return Response("Content not found", 404, content_type="text/plain")
    return api.host.answer(found[1], request.path)


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Keep quiet: the log of requests is a page."""


@dataclass
class RunningGraphApi:
    """A simulated API that listens; `stop` ends it."""

    api: GraphApi
    port: int
    server: BaseWSGIServer
    thread: Thread

    @property
    def url(self) -> str:
        """Address without a slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def faults(self) -> Faults:
        """The faults of this server."""
        return self.api.faults

    def stop(self) -> None:
        """Stop listening; may be called twice."""
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
        self.server.server_close()


def listen(app: Flask, port: int = 0) -> BaseWSGIServer:
    """Return a server for the app on the loopback address; port 0 takes a free one."""
    return make_server(LOOPBACK, port, app, threaded=True, request_handler=_Handler)


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
    chosen = _parser().parse_args(arguments)
    if chosen.supervised:
        end_with_parent()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    start = (chosen.start or utc_now()).astimezone(UTC)
    stream = PostStream(chosen.seed, start, chosen.every, start_posts=chosen.start_posts, hashtag=chosen.hashtag)
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder:
        app = create_graph_api(
            stream,
            token=chosen.token,
            user_id=chosen.user_id,
            picture_width=chosen.picture_width,
            picture_folder=Path(folder),
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
    parser.add_argument("--supervised", action="store_true", help="end when the parent process is gone")
    parser.add_argument("--start", type=datetime.fromisoformat, help="moment at which the stream starts (now)")
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
        while not done.wait(0.5):
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
