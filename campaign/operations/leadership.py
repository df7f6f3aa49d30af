"""Of several schedulers exactly one leads: by a lease row that is renewed; a late leader stops by its own clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from campaign.extensions import db
from campaign.operations.models import Lease

LEASE = "scheduler"
LIFETIME = timedelta(seconds=20)


@dataclass
class Leadership:
    """One candidate; `until` is how long it may act without having renewed."""

    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    token: int = 0
    until: datetime | None = None

    def leads(self, now: datetime) -> bool:
        """Return whether this candidate may begin or go on with a unit of work."""
        return self.until is not None and now < self.until

    def campaign(self, now: datetime) -> bool:
        """Renew the lease, or take one that has expired; commits and returns whether this candidate leads."""
        self.token = self._renew(now) or self._take(now) or self._create(now) or 0
        self.until = now + LIFETIME if self.token else None
        return self.token > 0

    def resign(self, now: datetime) -> None:
        """Give the lease back, so that another candidate need not wait; commits."""
        mine = sa.update(Lease).where(Lease.name == LEASE, Lease.holder == self.holder)
        db.session.execute(mine.values(expires_at=now))
        db.session.commit()
        self.until = None

    def _renew(self, now: datetime) -> int | None:
        mine = (Lease.name == LEASE, Lease.holder == self.holder, Lease.expires_at > now)
        return self._write(sa.update(Lease).where(*mine).values(expires_at=now + LIFETIME))

    def _take(self, now: datetime) -> int | None:
        expired = (Lease.name == LEASE, Lease.expires_at <= now)
        values = {"holder": self.holder, "token": Lease.token + 1, "expires_at": now + LIFETIME}
        return self._write(sa.update(Lease).where(*expired).values(values))

    def _create(self, now: datetime) -> int | None:
        if db.session.get(Lease, LEASE) is not None:
            db.session.rollback()
            return None
        db.session.add(Lease(name=LEASE, holder=self.holder, token=1, expires_at=now + LIFETIME))
        try:
            db.session.commit()
        except IntegrityError:
            db.session.rollback()
            return None
        return 1

    def _write(self, update: sa.Update) -> int | None:
        token = db.session.scalar(update.returning(Lease.token))
        db.session.commit()
        return token
