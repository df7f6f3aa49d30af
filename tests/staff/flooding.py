"""Wrong log-ins from many networks at once, sent by a process of its own: python -m tests.staff.flooding SITE EMAIL.

Every other one tries the account of that address, the rest any other. Prints how often each status was answered.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
import threading
from collections import Counter
from http.client import HTTPConnection
from urllib.parse import urlencode

TRIES, NETWORKS, SENDERS = 10_000, 500, 32


def flood(site: str, email: str) -> Counter[int]:
    """Send all the tries; returns how often each status was answered."""
    host, numbers = site.removeprefix("http://"), itertools.count()
    form_page = HTTPConnection(host, timeout=60)
    form_page.request("GET", "/anmelden")
    page = form_page.getresponse()
    cookie, text = page.headers["Set-Cookie"].partition(";")[0], page.read().decode()
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', text)[0]
    answered: list[int] = []

    def send() -> None:
        connection = HTTPConnection(host, timeout=60)
        while (number := next(numbers)) < TRIES:
            network = number % NETWORKS
            headers = {
                "Cookie": cookie,
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"10.{network // 250}.{network % 250}.9",
            }
            tried = email if number % 2 else f"somebody-{number}@example.org"
            form = {"csrf_token": token, "email": tried, "password": "wrong wrong wrong"}
            connection.request("POST", "/anmelden", urlencode(form), headers)
            answer = connection.getresponse()
            answer.read()
            answered.append(answer.status)

    senders = [threading.Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return Counter(answered)


if __name__ == "__main__":
    print(json.dumps(flood(*sys.argv[1:])))
