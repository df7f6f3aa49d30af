"""The simulated Graph API as a Flask application: its addresses, and what stands before and after each answer."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from campaign.clock import utc_now
from campaign.demo import graph_accounts, graph_hashtags
from campaign.demo.cdn import PictureHost
from campaign.demo.faults import FaultGate, Faults
from campaign.demo.graph_answers import graph_answer
from campaign.demo.graph_control import control_pages
from campaign.demo.graph_errors import GraphError, bad_parameter, no_object, no_path
from campaign.demo.graph_gates import LogGate, VersionGate
from campaign.demo.graph_oembed import oembed
from campaign.demo.graph_state import Account, Clock, GraphApi, Habits
from campaign.demo.posts import PostStream

TOKEN = "demo-token"  # noqa: S105 (opens nothing but the simulation)
USER_ID = "17841400000000001"
_OPEN = ("/instagram_oembed", "/oauth/access_token")


def create_graph_api(
    stream: PostStream,
    *,
    token: str = TOKEN,
    user_id: str = USER_ID,
    clock: Clock = utc_now,
    picture_width: int = 1440,
    picture_folder: Path | None = None,
    app_secret: str | None = None,
    webhook: tuple[str, str] | None = None,
    **habits: bool | int,
) -> Flask:
    """Return the simulated API for a stream; its `GraphApi` is found under `extensions["graph_api"]`.

    Pictures are drawn at `picture_width` pixels and kept in `picture_folder`, or in memory without one. With an
    `app_secret` proofs are checked, app tokens are known and tokens can be exchanged. `webhook` is the address and
    the secret to which new mentions are delivered. `habits` are the fields of `Habits`.
    """
    app = Flask(__name__)
    host = PictureHost(token, Faults(clock), width=picture_width, folder=picture_folder, draws=stream.pictures)
    account = Account(token, user_id, app_secret=app_secret)
    api = GraphApi(stream, account, clock, host, Habits(**habits))  # type: ignore[arg-type]
    app.extensions["graph_api"] = api
    app.register_blueprint(control_pages(api))
    _add_graph_pages(app, api)
    faults = FaultGate(VersionGate(app.wsgi_app), api.faults, api.limited)
    app.wsgi_app = LogGate(faults, api.log)  # type: ignore[assignment, method-assign]
    if webhook:
        api.webhooks.start(*webhook)
    return app


def _add_graph_pages(app: Flask, api: GraphApi) -> None:
    def guard() -> None:
        if _is_graph(request.path) and request.path not in _OPEN and request.url_rule is not None:
            now = api.clock()
            api.usage.count(now)
            g.token = api.tokens.require(request, now, app_is_enough=request.path == "/debug_token")
            api.usage.check(now)

    def usage(response: Response) -> Response:
        if _is_graph(request.path) and request.path not in _OPEN:
            response.headers.update(api.usage.headers(request.path, api.clock()))
        if _is_graph(request.path):
            response.headers["facebook-api-version"] = "v26.0"
        return response

    app.before_request(guard)
    app.after_request(usage)
    for rule, method, view in _ROUTES:
        app.add_url_rule(rule, f"{method} {rule}", partial(view, api), methods=[method])
    app.register_error_handler(GraphError, _graph_error)
    app.register_error_handler(HTTPException, _http_error)


def _is_graph(path: str) -> bool:
    return not path.startswith(("/_", "/cdn/"))


def _node(api: GraphApi, object_id: str) -> Response:
    """`GET /{id}`: our account or a hashtag."""
    if object_id == api.account.user_id:
        return graph_accounts.account(api)
    return graph_hashtags.hashtag(api, object_id)


def _edge(api: GraphApi, object_id: str, edge: str) -> Response:
    """`GET /{id}/{edge}`: media of a hashtag, or what belongs to our account."""
    if edge in graph_hashtags.EDGES:
        return graph_hashtags.media(api, object_id, edge)
    if object_id == api.account.user_id and edge == "tags":
        return graph_accounts.tags(api)
    if object_id == api.account.user_id and edge == "recently_searched_hashtags":
        return graph_hashtags.searched(api)
    raise no_path(f"/{edge}") if object_id.isdigit() else no_path(f"/{object_id}/{edge}")


def _act(api: GraphApi, object_id: str, edge: str) -> Response:
    """`POST /{id}/{edge}`: comments that we write."""
    if edge != "mentions":
        raise bad_parameter("Unsupported post request.")
    if object_id != api.account.user_id:
        raise no_object(object_id, "post")
    return graph_accounts.post_mention(api)


def _debug_token(api: GraphApi) -> Response:
    """`GET /debug_token`: what a token may do; a dead token is a 200 with `is_valid` false."""
    return graph_answer({"data": api.tokens.describe(request.args.get("input_token", ""), api.clock())})


def _exchange_token(api: GraphApi) -> Response:
    """`GET /oauth/access_token`: a new token for one that is still alive."""
    return graph_answer(api.tokens.exchange(request.args, api.clock()))


def _picture(api: GraphApi, name: str) -> Response:
    now = api.clock()
    refusal = api.host.refusal(name, request.args.get("oh", ""), request.args.get("oe", ""), now)
    if refusal:
        return Response(refusal, 403, content_type="text/plain")
    found = api.stream.find(name.partition("_")[0], now)
    if found is None:
        return Response("Content not found", 404, content_type="text/plain")
    return api.host.answer(found[1], request.path)


_ROUTES: tuple[tuple[str, str, Callable[..., Response]], ...] = (
    ("/ig_hashtag_search", "GET", graph_hashtags.search),
    ("/debug_token", "GET", _debug_token),
    ("/oauth/access_token", "GET", _exchange_token),
    ("/instagram_oembed", "GET", oembed),
    ("/cdn/v/<name>", "GET", _picture),
    ("/<object_id>", "GET", _node),
    ("/<object_id>/<edge>", "GET", _edge),
    ("/<object_id>/<edge>", "POST", _act),
)


def _graph_error(error: GraphError) -> Response:
    return graph_answer(error.body(f"{request.path} {utc_now()}"), error.status)


def _http_error(error: HTTPException) -> Response | HTTPException:
    """Answer unknown paths and methods as the Graph API does; the control pages keep plain HTTP errors."""
    if request.path.startswith(("/_", "/cdn/")):
        return error
    if error.code == 405:
        return _graph_error(bad_parameter(f"Unsupported {request.method.lower()} request."))
    return _graph_error(no_path(request.path))
