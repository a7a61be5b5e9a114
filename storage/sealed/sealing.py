"""Sealing: values and files under one subject's key (AES-256-GCM, NIST SP 800-38D), and names that only the key can make.

A sealed value is a token in a text: `~pv1.<subject>.<base64url>~`. Lengths are padded (Padmé, Nikitin et al. 2019, section 4: at most 12% more), so that the
size of a public picture does not betray whose it is.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from storage.errors import KeyDestroyed, StoreDamaged

_NONCE = 12
_LEAST = 32
_TOKEN = re.compile(r"~pv1\.(subject_[0-9a-f]{32})\.([A-Za-z0-9_-]+={0,2})~")
_FILE = b"plainview sealed 1\n"
DESTROYED = "(unreadable: the key was destroyed)"


class SubjectKey:
    """One subject's key. What it seals is bound to the subject: a token moved to another does not open."""

    def __init__(self, subject: str, secret: bytes) -> None:
        """`secret`: 32 random bytes, from which the key for sealing and the key for names are derived (HKDF, RFC 5869)."""
        self.subject = subject
        self._cipher = AESGCM(_derived(secret, b"plainview sealing"))
        self._naming = _derived(secret, b"plainview naming")

    def __repr__(self) -> str:
        """Never the key."""
        return f"SubjectKey({self.subject})"

    def seal(self, text: str) -> str:
        """`text` as a token; an empty text stays empty."""
        return f"~pv1.{self.subject}.{base64.urlsafe_b64encode(self._sealed(text.encode())).decode()}~" if text else text

    def seal_file(self, content: bytes) -> bytes:
        """`content` as the bytes of a sealed file, which names its subject and nothing else."""
        return _FILE + self.subject.encode() + b"\n" + self._sealed(content)

    def unseal(self, sealed: bytes) -> bytes:
        """What a token's or file's sealed part holds. Raises StoreDamaged when it was changed or is another subject's."""
        try:
            padded = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self.subject.encode())
        except (InvalidTag, ValueError):
            raise StoreDamaged(f"a value of {self.subject} is not what was sealed: restore it from a backup") from None
        return padded[8 : 8 + int.from_bytes(padded[:8], "big")]

    def keyed(self, value: str) -> str:
        """A name for `value` (64 hexadecimal digits, HMAC-SHA256): the same each time, and nobody without the key can tell what it names."""
        return hmac.digest(self._naming, value.encode(), "sha256").hex()

    def _sealed(self, content: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        framed = len(content).to_bytes(8, "big") + content
        return nonce + self._cipher.encrypt(nonce, framed.ljust(padded_length(len(framed)), b"\0"), self.subject.encode())


def padded_length(length: int) -> int:
    """`length` rounded up so that only its magnitude shows (Padmé)."""
    length = max(length, _LEAST)
    exponent = length.bit_length() - 1
    step = 1 << max(exponent - exponent.bit_length(), 0)
    return -(-length // step) * step


def opened(text: str, key_of: Callable[[str], SubjectKey]) -> str:
    """`text` with every token in it opened; one whose key was destroyed reads DESTROYED."""
    return _TOKEN.sub(lambda token: _opened(token, key_of), text) if "~pv1." in text else text


def subject_of_file(content: bytes) -> tuple[str, bytes]:
    """The subject whose key sealed this file, and its sealed part. Raises StoreDamaged for what is no sealed file."""
    magic, _, rest = content.partition(b"\n")
    subject, found, sealed = rest.partition(b"\n")
    if magic + b"\n" != _FILE or not found:
        raise StoreDamaged("a file of the undercover vault is not sealed: restore it from a backup")
    return subject.decode("ascii", "replace"), sealed


def _opened(token: re.Match[str], key_of: Callable[[str], SubjectKey]) -> str:
    try:
        return key_of(token[1]).unseal(base64.urlsafe_b64decode(token[2])).decode()
    except KeyDestroyed:
        return DESTROYED


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, purpose).derive(secret)
