"""The error bodies of the Graph API, as documented or noted by others from live calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any


@dataclass(eq=False)
class GraphError(Exception):
    """An answer that is an error: its HTTP status and what stands in the envelope."""

    message: str
    code: int
    subcode: int | None = None
    status: int = 400
    more: Mapping[str, Any] | None = None

    def body(self, trace: str) -> dict[str, Any]:
        """Return the error envelope (Meta, Handle Errors); `trace` makes the fbtrace_id."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException"}
        error |= self.more or {}
        error["code"] = self.code
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["fbtrace_id"] = "A" + sha256(trace.encode()).hexdigest()[:22]
        return {"error": error}


_DEFAULTS: tuple[GraphError, ...] = (
    GraphError("An unknown error has occurred.", 1, None, 400, {"is_transient": True}),
    GraphError("Service temporarily unavailable", 2, None, 503, {"is_transient": True}),
    GraphError("(#4) Application request limit reached", 4, None, 403, {"is_transient": True}),
    GraphError(
        "Application request limit reached",
        4,
        2207051,
        403,
        {
            "is_transient": False,
            "error_user_title": "Action is blocked",
            "error_user_msg": "We restrict certain activity to protect our community. Tell us if you think that we've"
            " made a mistake.",
        },
    ),
    GraphError(
        "(#10) To use 'Instagram Public Content Access', your use of this endpoint must be reviewed and approved by"
        " Facebook. To submit this 'Instagram Public Content Access' feature for review please read our"
        " documentation on reviewable features.",
        10,
    ),
    GraphError("(#17) User request limit reached", 17, None, 400, {"is_transient": True}),
    GraphError(
        "This API call could not be completed due to resource limits", 18, 2207034, 400, {"is_transient": False}
    ),
    GraphError("The requested resource does not exist", 24, 2207024, 400, {"is_transient": False}),
    GraphError(
        "The requested resource does not exist",
        24,
        2207045,
        400,
        {
            "is_transient": False,
            "error_user_title": "Media Not Found",
            "error_user_msg": "The requested media could not be embedded either because it does not exist or you don't"
            " have permission to embed it.",
        },
    ),
    GraphError("(#32) Page request limit reached", 32),
    GraphError("(#100) Invalid parameter", 100),
    GraphError(
        "Invalid parameter",
        100,
        2207047,
        400,
        {
            "is_transient": False,
            "error_user_title": "Invalid URL",
            "error_user_msg": "The provided URL is invalid.",
        },
    ),
    GraphError(
        "Error validating access token: Session has expired on Sunday, 01-Nov-26 07:00:00 PST."
        " The current time is Sunday, 22-Nov-26 07:55:10 PST.",
        190,
        463,
    ),
    GraphError("(#200) The user lacks the permission for this call.", 200, None, 403),
    GraphError("(#506) Duplicate status message", 506),
    GraphError("(#613) Calls to this api have exceeded the rate limit.", 613),
    GraphError(
        "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again. For more info,"
        " please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting.",
        80002,
    ),
)


def known_error(code: int, subcode: int | None = None) -> GraphError:
    """Return the usual body of an error code, or of code and subcode; an unlisted code gets a bare one."""
    alike = [error for error in _DEFAULTS if error.code == code]
    exact = [error for error in alike if error.subcode == subcode]
    return (exact or alike or [GraphError(f"(#{code}) Error", code)])[0]


def bad_parameter(message: str) -> GraphError:
    """Return error 100 for a wrong or missing parameter."""
    return GraphError(f"(#100) {message}", 100)


def no_field(name: str, node: str) -> GraphError:
    """Return the error for a field that a node does not have."""
    return GraphError(f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})", 100)


def bad_token() -> GraphError:
    """Return the error for a missing or wrong token."""
    return GraphError("Invalid OAuth access token - Cannot parse access token", 190)


def no_permission() -> GraphError:
    """Return the error for a token that lacks a permission."""
    return GraphError("(#10) Application does not have permission for this action", 10)


def no_object(object_id: str, method: str = "get") -> GraphError:
    """Return the error for an object that is missing or may not be read (100/33)."""
    return GraphError(
        f"Unsupported {method} request. Object with ID '{object_id}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation. Please read the Graph API documentation at"
        " https://developers.facebook.com/docs/graph-api",
        100,
        33,
    )


def no_path(path: str) -> GraphError:
    """Return the error for a path that the API does not know (2500)."""
    return GraphError(f"Unknown path components: {path}", 2500)
