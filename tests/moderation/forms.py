"""Forms that bring a file."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.staff.people import StaffClient


def send_file(staff: StaffClient, path: str, name: str, data: bytes | None, /, **form: Any) -> tuple[int, str]:
    """Send a form with a file (None: no file was chosen); returns the status, and where it leads or what it says."""
    file = FileStorage(io.BytesIO(data or b""), filename="" if data is None else "bild.jpg", name=name)
    # Encoded here: the test client would leave a temporary file of its own open.
    boundary, body = encode_multipart({"csrf_token": staff.token, **form, name: file})
    headers = {"Content-Type": f'multipart/form-data; boundary="{boundary}"'}
    answer = staff.client.post(path, data=body, headers=headers)
    return answer.status_code, answer.headers.get("Location", answer.text)
