"""People who vote over HTTP at the same time, and do not give up when the site is gone for a moment."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests

from campaign.mail.folder import StoredMail, list_mails
from tests.processes import LOOK_SECONDS, eventually

PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Vote:
    """A ballot whose confirmation was seen (303): who, what, and the code of the receipt."""

    address: str
    numbers: tuple[int, ...]
    receipt: str


@dataclass
class Mailbox:
    """The folder of mails, each read once."""

    folder: Path
    _mails: dict[str, StoredMail] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def pin_for(self, code: str) -> str | None:
        """Return the PIN of the mail that asks to confirm a request, once it has come."""
        with self._lock:
            if len(list(self.folder.glob("*.eml"))) > len(self._mails):
                self._mails = {mail.name: mail for mail in list_mails(self.folder)}
            found = [mail for mail in self._mails.values() if f"anfrage={code}" in mail.text]
        pin = re.match(r"(\d{3})\s(\d{3})", found[0].subject) if found else None
        return pin[1] + pin[2] if pin else None


@dataclass
class Crowd:
    """Everybody who votes on a site; `votes` are the confirmations seen so far."""

    site: str
    mailbox: Mailbox
    votes: list[Vote] = field(default_factory=list)

    def start(self, wishes: Sequence[tuple[str, Sequence[tuple[int, ...]]]], people: int = 6) -> list[Future[None]]:
        """Let each address cast its ballots one after the other, several addresses at a time."""
        pool = ThreadPoolExecutor(people)
        futures = [pool.submit(self._all_of, address, ballots) for address, ballots in wishes]
        pool.shutdown(wait=False)
        return futures

    def _all_of(self, address: str, ballots: Sequence[tuple[int, ...]]) -> None:
        with requests.Session() as browser:
            browser.trust_env = False
            for numbers in ballots:
                self.votes.append(Vote(address, numbers, self._cast(browser, address, numbers)))

    def _cast(self, browser: requests.Session, address: str, numbers: tuple[int, ...]) -> str:
        form = {"bild": [str(number) for number in numbers], "email": address, "regeln": "y"}
        page = self._post(browser, "/abstimmen", form, 200)
        code = re.findall(r'name="anfrage" value="([^"]+)"', page.text)[0]
        pin = eventually(lambda: self.mailbox.pin_for(code), "the mail", seconds=PATIENCE_SECONDS)
        answer = self._post(browser, "/abstimmen/bestaetigen", {"anfrage": code, "pin": pin}, 303)
        return answer.headers["Location"].rpartition("/")[2]

    def _post(self, browser: requests.Session, path: str, form: Mapping[str, object], wanted: int) -> requests.Response:
        """Send a form until there is an answer, as a person does who presses the button again."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                answer = browser.post(f"{self.site}{path}", data=form, timeout=20, allow_redirects=False)
            except requests.RequestException:
                time.sleep(LOOK_SECONDS)
                continue
            assert answer.status_code == wanted, (answer.status_code, answer.text)
            return answer
        raise AssertionError(f"no answer from {path}")


def waiting(futures: Sequence[Future[None]], condition: Callable[[], bool]) -> Callable[[], bool]:
    """Return a question that is answered when the condition holds; a voter who failed ends the wait."""

    def ask() -> bool:
        for future in futures:
            if future.done():
                future.result()
        return condition()

    return ask
