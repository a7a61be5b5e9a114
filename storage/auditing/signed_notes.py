"""Signed notes (C2SP signed-note v1.0.0) with Ed25519 (RFC 8032), and the checkpoint of a transparency log in one (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.account import Compartment
from storage.auditing.tree_head import TreeHead

LONGEST = 64 * 1024  # bytes; more is no checkpoint of ours
_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_HEAD = "chain "


class UnusableNote(Exception):
    """A note that proves nothing: not readable, not signed by the key that is trusted, or changed after signing. The message says which."""


class UnusableKey(ValueError):
    """A text that is no key line."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name. As text: `<name>+<8 hexadecimal digits>+<base64>`, the line to keep elsewhere."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the SHA-256 over name, newline, type and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        """The verification key line."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def read(cls, line: str) -> Verifier:
        """The key that such a line names. Raises UnusableKey."""
        name, key_id, key = _key_parts(line.strip().split("+", 2))
        verifier = cls(name, key)
        if verifier.key_id.hex() != key_id:
            raise UnusableKey("its name, number and key do not belong together")
        return verifier


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key under a name. As text: `PRIVATE+KEY+<name>+<8 hexadecimal digits>+<base64>`."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """Its public half."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @classmethod
    def new(cls, name: str) -> Signer:
        """A fresh key."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def read(cls, line: str) -> Signer:
        """The key that such a line holds. Raises UnusableKey."""
        if not line.startswith("PRIVATE+KEY+"):
            raise UnusableKey("it does not begin with PRIVATE+KEY+")
        name, key_id, seed = _key_parts(line.strip().removeprefix("PRIVATE+KEY+").split("+", 2))
        signer = cls(name, seed)
        if signer.verifier.key_id.hex() != key_id:
            raise UnusableKey("its name, number and key do not belong together")
        return signer

    def secret_line(self) -> str:
        """What its file holds."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{base64.b64encode(_ED25519 + self.seed).decode()}\n"

    def signed(self, text: str) -> bytes:
        """The note of `text`, which ends in a newline. The same text makes the same bytes."""
        signature = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n".encode()


def is_key_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no space, no plus."""
    return _NAME.fullmatch(name) is not None and name.isprintable()


def checkpoint_text(head: TreeHead, origin: str) -> str:
    """The text of the checkpoint: origin, size, root in base64, and a line with the chain's hash of the last entry, which alone commits to all before it."""
    root = base64.b64encode(bytes.fromhex(head.root)).decode()
    return f"{origin}/{head.compartment}\n{head.size}\n{root}\n{_HEAD}{head.head}\n"


def opened_checkpoint(note: bytes, verifier: Verifier) -> TreeHead:
    """The tree head that `note` vouches for, once its signature by `verifier` holds. Raises UnusableNote."""
    text = _verified(note, verifier)
    lines = text.split("\n")
    try:
        origin, size, root, head, end = lines
        name, _, compartment = origin.rpartition("/")
        found = TreeHead(Compartment(compartment), int(size), base64.b64decode(root, validate=True).hex(), head.removeprefix(_HEAD))
    except (ValueError, binascii.Error):
        raise UnusableNote("it is signed, but is no checkpoint of this audit") from None
    if end or checkpoint_text(found, name) != text or name != verifier.name:
        raise UnusableNote("it is signed, but is no checkpoint of this audit")
    return found


def _verified(note: bytes, verifier: Verifier) -> str:
    """The text, which ends in a newline. Every signature by the trusted key must hold, and there must be one; those of other keys count for nothing."""
    text, lines = _split(note)
    known = [signature for name, signature in lines if name == verifier.name and signature[:4] == verifier.key_id]
    if not known:
        raise UnusableNote("it is not signed by the key that is trusted")
    for signature in known:
        try:
            Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature[4:], text.encode())
        except InvalidSignature:
            raise UnusableNote("it was forged, or changed after it was signed") from None
    return text


def _split(note: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    try:
        whole = note.decode()
    except UnicodeDecodeError:
        raise UnusableNote("it is not UTF-8") from None
    text, found, signatures = whole.rpartition("\n\n")
    lines = [_SIGNATURE.fullmatch(line) for line in signatures.removesuffix("\n").split("\n")]
    if len(note) > LONGEST or not found or not whole.endswith("\n") or any(ord(one) < 32 and one != "\n" for one in whole) or None in lines:
        raise UnusableNote("it is no signed note")
    try:
        return text + "\n", [(line[1], base64.b64decode(line[2], validate=True)) for line in lines if line]
    except binascii.Error:
        raise UnusableNote("it is no signed note") from None


def _key_parts(parts: list[str]) -> tuple[str, str, bytes]:
    try:
        name, key_id, encoded = parts
        content = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise UnusableKey("a key line reads <name>+<number>+<base64>") from None
    if not is_key_name(name) or content[:1] != _ED25519 or len(content) != 33:
        raise UnusableKey("a key line reads <name>+<number>+<base64>, of an Ed25519 key")
    return name, key_id, content[1:]
