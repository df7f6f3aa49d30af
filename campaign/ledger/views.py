"""The page of the public ledger, and its files as plain GETs."""

from __future__ import annotations

from pathlib import Path

from flask import render_template, send_from_directory
from flask.typing import ResponseReturnValue

from campaign.access import public
from campaign.contests.services import current_contest
from campaign.errors import N_, NotFound
from campaign.extensions import settings
from campaign.ledger import notes
from campaign.ledger.publishing import FOLDER
from campaign.web import PublicBlueprint

bp = PublicBlueprint("ledger", __name__)


@bp.page("/transparenz")
def transparency() -> ResponseReturnValue:
    """Say how the vote can be checked, and what that proves and what not."""
    folder = _folder()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    names = [name for name in names if not name.rpartition("/")[2].startswith(".")]
    named = [name for name in names if not name.startswith("checkpoints/")]
    return render_template(
        "ledger/transparency.html",
        contest=current_contest(),
        checkpoint=_checkpoint(folder),
        key=_text(folder / "key.txt"),
        files=named,
        checkpoints=len(names) - len(named),
    )


@bp.get("/transparenz/<path:name>")
@public
def file(name: str) -> ResponseReturnValue:
    """Return a file as `campaign ledger publish` writes it."""
    if not (_folder() / name).is_file() or any(part.startswith(".") for part in Path(name).parts):
        raise NotFound(N_("Diese Datei gibt es im öffentlichen Protokoll nicht, oder noch nicht."))
    kind = "text/csv" if name.endswith(".csv") else "application/json" if name.endswith(".json") else "text/plain"
    return send_from_directory(_folder().resolve(), name, mimetype=f"{kind}; charset=utf-8", max_age=60)


def _folder() -> Path:
    return settings().site.data_dir / FOLDER


def _checkpoint(folder: Path) -> notes.Checkpoint | None:
    text = _text(folder / "checkpoint")
    return notes.parse(text) if text else None


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
