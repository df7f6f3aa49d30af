"""What all pages share: languages, headers, error pages, template filters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, format_decimal, get_locale, gettext, lazy_gettext
from sqlalchemy.exc import DataError
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError
from werkzeug.routing import IntegerConverter, Map

from campaign.access import PUBLIC, SAFE_METHODS, public, rule_of
from campaign.clock import to_berlin, utc_now
from campaign.errors import CampaignError
from campaign.extensions import db, set_read_only, settings
from campaign.paths import STATIC

LANGUAGES = ("de", "en")
# What the number columns of the database hold.
LARGEST_NUMBER = 2**31 - 1
View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# A picture that may no longer be shown is gone within a minute, also where a shared cache does not tell the browser
# how old its copy is: both times, each with the stale answer beside which a cache asks anew, stay below that. Only
# while we do not answer at all an old page is better than none.
PAGE_CACHING = "public, max-age=10, s-maxage=20, stale-while-revalidate=10, stale-if-error=86400"
PICTURE_CACHING = "public, max-age=20, s-maxage=30, must-revalidate"
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class NumberConverter(IntegerConverter):
    """A number in a path (`<int:number>`); what no column of the database can hold is not found."""

    def __init__(self, url_map: Map, **limits: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_NUMBER, **limits})


def row_number(text: str) -> int:
    """Return a number from a form or the query of an address (a `type` for `args.get`).

    Raises:
        ValueError: it is none, or larger than the database knows.
    """
    number = int(text)
    if abs(number) > LARGEST_NUMBER:
        raise ValueError("too large")
    return number


class PublicBlueprint(Blueprint):
    """A blueprint whose pages are open to everybody, in German at the root and in English under /en."""

    def page(self, rule: str, *, methods: tuple[str, ...] = ("GET",), cached: bool = True) -> Callable[[View], View]:
        """Register a view in both languages; `cached=False` for pages that belong to one visitor."""

        def register(view: View) -> View:
            public(view).cached = cached  # type: ignore[attr-defined]
            name = view.__name__
            self.add_url_rule(rule, name, view, methods=methods, defaults={"lang": "de"})
            self.add_url_rule(f"/<any(en):lang>{rule}", name, view, methods=methods)
            return view

        return register


def carry_out(
    act: Callable[[], object], there: str, refused: Callable[[str, int], ResponseReturnValue]
) -> ResponseReturnValue:
    """Do something and go on to `there`; where it is refused, nothing is written and `refused` shows the sentence."""
    try:
        act()
    except CampaignError as error:
        db.session.rollback()
        return refused(gettext(error.message, **error.values), error.status)
    return redirect(there, 303)


def init_web(app: Flask) -> None:
    """Register what all pages share on the application."""
    app.url_map.converters["int"] = NumberConverter
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.url_defaults(_version_static)
    app.after_request(_finish)
    app.teardown_request(_release)
    app.register_error_handler(CampaignError, _show_error)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(DataError, _show_unstorable)
    app.register_error_handler(Exception, _show_crash)
    app.add_template_filter(_datetime, "datetime")
    app.add_template_filter(_number, "number")
    app.add_template_global(switch_language, "switch_language")
    app.add_template_global(settings, "settings")
    app.add_template_global(utc_now, "utc_now")
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES


def locale() -> str:
    """Return the language of the page that is being made."""
    return getattr(g, "lang", "de") if g else "de"


def switch_language(lang: str) -> str:
    """Return the address of the present page in another language."""
    if request.endpoint is None or not current_app.url_map.is_endpoint_expecting(request.endpoint, "lang"):
        return url_for("contests.start", lang=lang)
    return url_for(request.endpoint, **{**carried_args(), **(request.view_args or {}), "lang": lang})


def carried_args() -> dict[str, list[str]]:
    """Return what stands behind the `?` of the present address, fit for the `url_for` of the same page.

    Names that would mean something else there (`lang`, `endpoint`, `_anchor`, a part of the path) are left out.
    """
    meant = {"lang", "endpoint", *(request.view_args or {})}
    args = request.args.to_dict(flat=False)
    return {name: values for name, values in args.items() if name not in meant and not name.startswith("_")}


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.lang = values.pop("lang", "de") if values else _language_of_path()


def _language_of_path() -> str:
    return "en" if request.path == "/en" or request.path.startswith("/en/") else "de"


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = locale()


@lru_cache(maxsize=256)
def _file_version(path: Path, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _version_static(endpoint: str, values: dict[str, Any]) -> None:
    path = STATIC / str(values.get("filename", ""))
    if endpoint == "static" and path.is_file():
        values["v"] = _file_version(path, path.stat().st_mtime_ns)


def _finish(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if "Cache-Control" not in response.headers or request.endpoint == "static":
        response.headers["Cache-Control"] = _cache_control(response)
    if response.cache_control.public and not response.direct_passthrough:
        response.add_etag()
        response.make_conditional(request)
    return response


def _release(_error: BaseException | None) -> None:
    # The thread goes on to other work: neither an open transaction nor what a GET may not do sticks to it.
    db.session.rollback()
    set_read_only(False)


def _cache_control(response: Response) -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.endpoint == "static":
        lasting = "v" in request.args or request.path.startswith("/static/fonts/")
        return "public, max-age=31536000, immutable" if lasting else "public, max-age=300"
    is_page = (
        view is not None
        and request.method in SAFE_METHODS
        and response.status_code == 200
        and rule_of(current_app, request.endpoint or "") == PUBLIC
        and getattr(view, "cached", False)
    )
    return PAGE_CACHING if is_page else "no-store"


def _show_error(error: CampaignError) -> ResponseReturnValue:
    return _error_page(error.status, gettext(error.message, **error.values))


_STANDARD_TEXTS = {
    400: lazy_gettext("Diese Anfrage konnten wir nicht lesen. Geh zurück und versuch es noch einmal."),
    403: lazy_gettext("Diese Seite darfst du nicht öffnen."),
    404: lazy_gettext("Diese Seite gibt es nicht. Vielleicht ist die Adresse falsch geschrieben."),
    405: lazy_gettext("So lässt sich diese Seite nicht aufrufen."),
    408: lazy_gettext("Das hat zu lange gedauert. Schick es noch einmal ab, am besten mit besserem Netz."),
    413: lazy_gettext("Das war zu groß. Schick weniger auf einmal."),
    429: lazy_gettext("Das waren zu viele Versuche. Warte ein paar Minuten."),
    500: lazy_gettext("Bei uns ist etwas schiefgegangen. Versuch es in ein paar Minuten noch einmal."),
    503: lazy_gettext("Wir sind gerade überlastet. Versuch es in ein paar Minuten noch einmal."),
}


def _show_http_error(error: HTTPException) -> ResponseReturnValue:
    # Some come with a page of their own.
    if error.code is None or error.code < 400 or error.response is not None:
        return error.get_response()
    page = _error_page(error.code, str(_STANDARD_TEXTS.get(error.code, _STANDARD_TEXTS[400])))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            page.headers[name] = value
    return page


def _show_unstorable(error: DataError) -> ResponseReturnValue:
    # PostgreSQL keeps no NUL character, for one; what was sent is wrong, not we.
    current_app.logger.warning("the database refused a value that was sent", exc_info=error)
    return _show_http_error(BadRequest())


def _show_crash(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("a page failed", exc_info=error)
    return _show_http_error(InternalServerError())


def _error_page(status: int, message: str) -> Response:
    if request.path.startswith("/api/"):
        document = jsonify({"type": "about:blank", "status": status, "title": message})
        document.mimetype = "application/problem+json"
        response = document
    else:
        response = Response(render_template("errors/error.html", status=status, message=message))
    response.status_code = status
    return response


def _datetime(value: datetime, form: str = "d. MMMM y, HH:mm") -> str:
    # English writes the day of the month without a full stop.
    pattern = form if get_locale().language == "de" else form.replace("d.", "d")
    return str(format_datetime(to_berlin(value).replace(tzinfo=None), pattern, rebase=False))


def _number(value: float) -> str:
    return str(format_decimal(value))
