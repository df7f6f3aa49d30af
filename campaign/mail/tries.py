"""Wrong PINs are counted, and after the sixth no PIN fits any more."""

from __future__ import annotations

from typing import NoReturn

import sqlalchemy as sa

from campaign.extensions import Model, db
from campaign.mail.confirmation import PIN_TRIES, Proof, wrong_proof


def refuse(table: type[Model], row_id: int, proof: Proof) -> NoReturn:
    """Say that a proof is not the one of the mail; a wrong PIN is first counted in the row's `pin_tries`, committed.

    Raises:
        InvalidInput: the link is not whole; nothing is counted.
        WrongPin: the PIN is wrong, and some tries are left.
        Gone: this was the last try.
    """
    if proof.link_code:
        raise wrong_proof(proof, 0)
    columns = sa.inspect(table).columns
    tried = sa.update(table).where(columns.id == row_id, columns.pin_tries < PIN_TRIES)
    tries = db.session.scalar(tried.values(pin_tries=columns.pin_tries + 1).returning(columns.pin_tries))
    db.session.commit()
    raise wrong_proof(proof, PIN_TRIES if tries is None else tries)
