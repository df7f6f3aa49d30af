"""A process that confirms ballots or sends mails until it is killed; says on stdout what it has done.

Run as `python -m tests.voting.worker confirm|send DATABASE_URL DATA_DIR SMTP_URL`; confirmations come on stdin.
"""

from __future__ import annotations

import sys
import threading
from datetime import timedelta
from pathlib import Path

from campaign import create_app
from campaign.mail.confirmation import Proof
from campaign.mail.services import send_due
from campaign.voting.confirming import Tap, confirm_ballot
from tests.factories import NOW, make_settings


def main(act: str, database_url: str, data_dir: str, smtp_url: str) -> None:
    """Do one kind of work."""
    app = create_app(make_settings(Path(data_dir), database_url=database_url, mail={"smtp_url": smtp_url}))

    speaking = threading.Lock()

    def confirm(lines: list[str]) -> None:
        for line in lines:
            code, pin = line.split()
            with app.app_context():
                confirm_ballot(Tap(code, Proof(pin), NOW + timedelta(minutes=1)))
            with speaking:
                print(code, flush=True)

    if act == "send":
        with app.app_context():
            print("sending", flush=True)
            send_due(NOW + timedelta(minutes=float(sys.argv[5])), limit=1000)
        return
    lines = sys.stdin.read().splitlines()
    threads = [threading.Thread(target=confirm, args=(lines[start::3],)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:5])
