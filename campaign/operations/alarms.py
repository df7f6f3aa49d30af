"""Telling staff by mail, once for each occasion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
import structlog
from flask import render_template
from flask_babel import force_locale, format_datetime, gettext
from sqlalchemy.exc import IntegrityError

from campaign.clock import to_berlin
from campaign.extensions import db, settings
from campaign.mail.message import Content
from campaign.mail.services import enqueue
from campaign.operations.models import Alarm
from campaign.operations.notices import Notice
from campaign.staff.models import Role, RoleName, Staff

TOLD = (RoleName.ORGANISER, RoleName.ADMIN)

log = structlog.get_logger()


def announce(notices: Iterable[Notice], now: datetime) -> int:
    """Mail to organisers and admins what they have not been told yet, each in one transaction; returns how many.

    While there is nobody to tell, the log says it and nothing counts as told.
    """
    told = [notice.key for notice in notices if _tell(notice, now)]
    db.session.rollback()
    return len(told)


def latest_alarms(limit: int) -> list[Alarm]:
    """Return what staff were told last, the latest first."""
    return list(db.session.scalars(sa.select(Alarm).order_by(Alarm.raised_at.desc(), Alarm.key).limit(limit)))


def last_told(occasion: str) -> datetime | None:
    """Return when staff were last told of an occasion of this kind: the first word of its key."""
    return db.session.scalar(sa.select(sa.func.max(Alarm.raised_at)).where(Alarm.key.startswith(f"{occasion} ")))


def _tell(notice: Notice, now: datetime) -> bool:
    if db.session.get(Alarm, notice.key) is not None:
        return False
    recipients = _recipients()
    if not recipients:
        log.warning("there is nobody to tell", occasion=notice.key)
        return False
    for address in recipients:
        enqueue("alarm", _content(notice, address), now)
    message = _filled(notice.text, notice.values)
    db.session.add(Alarm(key=notice.key, message=message, recipients=len(recipients), raised_at=now))
    try:
        db.session.commit()
    except IntegrityError:
        # Another scheduler was faster: its mails go out, ours went with the transaction.
        db.session.rollback()
        return False
    log.warning("staff are told", occasion=notice.key, recipients=len(recipients))
    return True


def _recipients() -> list[str]:
    told = Staff.roles.any(Role.name.in_([role.value for role in TOLD]))
    # Whoever was invited and has not come yet is nobody to tell.
    query = sa.select(Staff.email).where(Staff.active, Staff.password.is_not(None), told)
    return list(db.session.scalars(query.order_by(Staff.email)))


def _content(notice: Notice, address: str) -> Content:
    site = settings().site.base_url
    with force_locale("de"):
        values = {
            "subject": _filled(notice.subject, notice.values),
            "message": _filled(notice.text, notice.values),
            "remedy": _filled(notice.remedy, notice.values),
            "link": f"{site}{notice.page}",
        }
        return Content(
            address,
            values["subject"],
            render_template("mail/alarm.txt", **values),
            render_template("mail/alarm.html", **values),
        )


def _filled(message: str, values: Mapping[str, object]) -> str:
    with force_locale("de"):
        shown = {name: _shown(value) for name, value in values.items()}
        return str(gettext(message, **shown))


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return str(format_datetime(to_berlin(value), "d. MMMM yyyy, HH:mm 'Uhr'", rebase=False))
    return str(gettext(value)) if isinstance(value, str) and value else str(value)
