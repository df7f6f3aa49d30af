"""Addresses that we need not write to, refused before a mail is on its way."""

from __future__ import annotations

from campaign.errors import N_, InvalidInput
from campaign.mail.addresses import Address
from campaign.mail.domains import is_disposable
from campaign.mail.hosts import has_mail_host
from campaign.sections import MailSettings

DISPOSABLE = N_("Wegwerf-Adressen nehmen wir nicht an. Nimm bitte eine Adresse, die du auch morgen noch hast.")
NO_HOST = N_("Bei dieser Adresse kommen keine Mails an. Prüf bitte, was hinter dem @ steht.")


def check_reachable(address: Address, mail: MailSettings) -> None:
    """Raise unless we write to addresses of this domain; asks the DNS only if `mail.check_domains` says so.

    Looks at the domain alone, so that the answer tells nothing of an address.

    Raises:
        InvalidInput: the domain gives away addresses that nobody keeps, or takes no mail.
    """
    domain = address.deliverable.rpartition("@")[2].lower()
    if is_disposable(domain):
        raise InvalidInput(DISPOSABLE)
    if mail.check_domains and not has_mail_host(domain):
        raise InvalidInput(NO_HOST)
