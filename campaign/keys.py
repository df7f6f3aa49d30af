"""Keys derived from `site.secret_key`: one per purpose, so that none can stand in for another."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from campaign.errors import CampaignError


class Keyring:
    """Signs and seals with subkeys of one secret (HKDF-SHA256, RFC 5869)."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte subkey of a purpose."""
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return kdf.derive(self._secret)

    def fingerprint(self, purpose: str, value: str) -> str:
        """Return HMAC-SHA256 of the value under the purpose's subkey, 64 hexadecimal digits."""
        return hmac.new(self.derive(purpose), value.encode(), hashlib.sha256).hexdigest()

    def seal(self, purpose: str, text: str) -> bytes:
        """Encrypt and authenticate a text (Fernet: AES-128-CBC with HMAC-SHA256)."""
        return self._box(purpose).encrypt(text.encode())

    def unseal(self, purpose: str, sealed: bytes) -> str:
        """Return the sealed text.

        Raises:
            CampaignError: it was sealed under another `site.secret_key`, or altered.
        """
        try:
            return self._box(purpose).decrypt(sealed).decode()
        except InvalidToken as error:
            raise CampaignError(
                "Stored data cannot be decrypted. Put back the site.secret_key that it was written with."
            ) from error

    def _box(self, purpose: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.derive(purpose)))


def network_of(remote_address: str | None, ipv6_bits: int = 64, ipv4_bits: int = 24) -> str:
    """Return the network that an IP address belongs to: /24 of IPv4, /64 of IPv6, or shorter; or `unknown`."""
    try:
        address = ipaddress.ip_address((remote_address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{ipv4_bits if address.version == 4 else ipv6_bits}", strict=False))
