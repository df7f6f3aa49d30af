"""Passkeys (WebAuthn Level 2): made on a device of the staff, they log in alone or stand in for the app's code."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from campaign.errors import N_, Conflict, InvalidInput
from campaign.extensions import db
from campaign.staff import audit
from campaign.staff.actors import Actor
from campaign.staff.factors import ISSUER, lock_account, passkeys_of, tell_of_change
from campaign.staff.models import Passkey, Staff

NAME_LENGTH = 60
MOST = 10
# What a browser sends back is read by a parser for binary data: nothing longer reaches it.
LONGEST_ANSWER = 20_000
WRONG = N_("Mit diesem Passkey hat es nicht geklappt. Versuch es noch einmal.")


@dataclass(frozen=True)
class Site:
    """Whom passkeys belong to: the host, and the origin that browsers name."""

    host: str
    origin: str


@dataclass(frozen=True)
class Answer:
    """What a browser sent back, as JSON, to which site, and what it was asked to sign."""

    text: str
    site: Site
    challenge: str


def registration_options(staff: Staff, handle: str, site: Site, challenge: str) -> str:
    """Return as JSON what a browser needs to make a passkey that knows the account by that handle."""
    return options_to_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=ISSUER,
            user_id=handle.encode(),
            user_name=staff.email,
            challenge=base64url_to_bytes(challenge),
            # Without a name typed first, and with the device's own lock: both are needed to log in by it alone.
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(passkeys_of(staff.id)),
        )
    )


def authentication_options(site: Site, challenge: str, passkeys: Sequence[Passkey] = ()) -> str:
    """Return as JSON what a browser needs to answer with a passkey: one of these, or any of the site."""
    return options_to_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=base64url_to_bytes(challenge),
            allow_credentials=_descriptors(passkeys),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def new_handle() -> str:
    """Return what authenticators know an account by."""
    return secrets.token_urlsafe(32)


def add(staff: Staff, answer: Answer, name: str, actor: Actor, now: datetime) -> Passkey:
    """Keep a passkey that a browser has just made; flushed.

    Raises:
        InvalidInput: the answer does not fit what was asked.
        Conflict: the passkey is known already, or there are ten.
    """
    try:
        credential = parse_registration_credential_json(answer.text[:LONGEST_ANSWER])
        made = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_origin=answer.site.origin,
            expected_rp_id=answer.site.host,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(WRONG) from error
    credential_id = bytes_to_base64url(made.credential_id)
    if len(passkeys_of(staff.id)) >= MOST or _by_id(credential_id) is not None:
        raise Conflict(N_("Diesen Passkey gibt es schon, oder es sind zehn. Entferne vorher einen."))
    passkey = Passkey(
        staff_id=staff.id,
        credential_id=credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=" ".join(name.split())[:NAME_LENGTH] or "Passkey",
        transports=[transport.value for transport in credential.response.transports or ()],
        created_at=now,
    )
    tell_of_change(staff, now)
    db.session.add(passkey)
    audit.record(actor, "staff.passkey_add", f"staff:{staff.id}", now, after={"name": passkey.name})
    return passkey


def owner_of(answer: Answer, now: datetime) -> Staff:
    """Return whose passkey answered; flushed.

    Raises:
        InvalidInput: the answer does not fit what was asked, no account has the passkey, or it is closed.
    """
    try:
        credential = parse_authentication_credential_json(answer.text[:LONGEST_ANSWER])
        passkey = _by_id(bytes_to_base64url(credential.raw_id))
        if passkey is None:
            raise InvalidInput(WRONG)
        staff = db.session.get_one(Staff, passkey.staff_id)
        seen = verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(answer.challenge),
            expected_origin=answer.site.origin,
            expected_rp_id=answer.site.host,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(WRONG) from error
    if not staff.active or not _is_handle(staff, credential.response.user_handle):
        raise InvalidInput(WRONG)
    passkey.sign_count, passkey.used_at = seen.new_sign_count, now
    db.session.flush()
    return staff


def remove(staff: Staff, passkey_id: int, actor: Actor, now: datetime) -> None:
    """Take a passkey from an account; commits. One that is gone already is gone.

    Raises:
        Conflict: it is the only second factor.
    """
    lock_account(staff)
    passkeys = passkeys_of(staff.id)
    passkey = next((one for one in passkeys if one.id == passkey_id), None)
    if passkey is None:
        return
    if staff.totp_secret is None and len(passkeys) == 1:
        raise Conflict(N_("Das ist dein einziger zweiter Faktor. Richte vorher einen anderen ein."))
    tell_of_change(staff, now)
    db.session.delete(passkey)
    audit.record(actor, "staff.passkey_remove", f"staff:{staff.id}", now, before={"name": passkey.name})
    db.session.commit()


def _by_id(credential_id: str) -> Passkey | None:
    return db.session.scalar(sa.select(Passkey).filter_by(credential_id=credential_id).with_for_update())


def _is_handle(staff: Staff, handle: bytes | None) -> bool:
    # Keys that are no passkeys in the narrow sense send none.
    return handle is None or handle == (staff.passkey_handle or "").encode()


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(passkey.credential_id),
            transports=[AuthenticatorTransport(name) for name in passkey.transports],
        )
        for passkey in passkeys
    ]
