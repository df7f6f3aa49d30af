"""The demo's folder: its configuration, its accounts, its ports."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from campaign.clock import to_berlin
from campaign.errors import CampaignError
from campaign.staff.models import RoleName

HASHTAG = "schoensterblick"
TOKEN = "demo-token-of-the-simulated-instagram"  # noqa: S105 - opens nothing but the simulation
USER_ID = "17841400000000001"
APP_ID, APP_SECRET = "1029384756", "demo-secret-of-the-simulated-app"
ACCOUNTS = {
    "moderation@example.org": (RoleName.MODERATOR,),
    "leitung@example.org": (RoleName.ORGANISER,),
    "aufsicht@example.org": (RoleName.SCRUTINEER,),
    "admin@example.org": (RoleName.ADMIN, RoleName.ORGANISER),
}
POST_SECONDS = 20.0


@dataclass(frozen=True)
class Stage:
    """Where everything of one demo stands; the simulated Instagram and the page beside the site use the next ports."""

    folder: Path
    port: int

    @property
    def config(self) -> Path:
        """Return the configuration file that the demo's processes read."""
        return self.folder / "config.toml"

    @property
    def mails(self) -> Path:
        """Return the folder that the demo's mails are written to."""
        return self.folder / "mail"

    @property
    def site_url(self) -> str:
        """Return the address of the web site."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def instagram_port(self) -> int:
        """Return the port of the simulated Instagram."""
        return self.port + 1

    @property
    def outside_url(self) -> str:
        """Return the address of the page with mails and log-ins."""
        return f"http://127.0.0.1:{self.port + 2}"

    @property
    def password(self) -> str:
        """Return the password of all demo accounts."""
        return str(self._facts()["password"])

    @property
    def secret(self) -> str:
        """Return the secret key of this demo."""
        return str(self._facts()["secret"])

    def prepare(self, now: datetime, *, fresh: bool) -> None:
        """Make the folder, or take the one of the last time; `fresh` throws that away.

        Raises:
            CampaignError: a port is taken, or the folder is not a demo's.
        """
        for port in range(self.port, self.port + 3):
            _check_free(port)
        if fresh and self.folder.exists():
            self._check_is_demo()
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "demo.json").exists():
            facts = {"password": f"blick-{secrets.token_hex(5)}", "secret": secrets.token_hex(32)}
            (self.folder / "demo.json").write_text(json.dumps(facts), encoding="utf-8")
        self.write_config(collect_from=now - timedelta(hours=23), end=now + timedelta(days=6))

    def write_config(self, *, collect_from: datetime, end: datetime) -> None:
        """Write the configuration of a contest that collects and votes until `end`."""
        begin, until = _local(collect_from), _local(end)
        text = _CONFIG.format(
            site_url=self.site_url,
            secret=self.secret,
            begin=begin,
            until=until,
            hashtag=HASHTAG,
            api=f"http://127.0.0.1:{self.instagram_port}",
            host=f"127.0.0.1:{self.instagram_port}",
            user_id=USER_ID,
            token=TOKEN,
            app_id=APP_ID,
            app_secret=APP_SECRET,
        )
        self.config.write_text(text, encoding="utf-8")

    def _facts(self) -> dict[str, str]:
        return dict(json.loads((self.folder / "demo.json").read_text(encoding="utf-8")))

    def _check_is_demo(self) -> None:
        if not (self.folder / "demo.json").exists() and any(self.folder.iterdir()):
            raise CampaignError(f"{self.folder} is not the folder of a demo. Name another with --data-dir.")


def _local(moment: datetime) -> str:
    return to_berlin(moment).strftime("%Y-%m-%dT%H:%M:%S")


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CampaignError(f"Port {port} is taken. Choose others with --port.") from error


_CONFIG = """\
# Written anew at each start of the demo.
[site]
base_url = "{site_url}"
secret_key = "{secret}"
data_dir = "."

[contest]
slug = "demo"
title = "Der schönste Blick der Stadt"
hashtag = "{hashtag}"
mention = "schoenster.blick"
collect_from = {begin}
collect_until = {until}
vote_from = {begin}
vote_until = {until}
publish_at = {until}

[results]
minimum_ballots = 5

[instagram]
api_base_url = "{api}"
user_id = "{user_id}"
access_token = "{token}"
app_id = "{app_id}"
app_secret = "{app_secret}"
webhook_verify_token = "demo"
ingest_minutes = 0.1
media_hosts = ["{host}"]

[mail]
sender = "Der schönste Blick <stimme@example.org>"

[organiser]
address = "Musterstraße 1, 99084 Erfurt (Demo)"
email = "kontakt@example.org"
phone = "0361 000000"
represented_by = "Erika Muster (Demo)"
privacy_contact = "datenschutz@example.org"
"""
