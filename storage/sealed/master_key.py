"""The master key: 32 random bytes that wrap every subject's key. It never lies in the data folder."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storage.durable import private_folder, write_whole
from storage.errors import CompartmentClosed

SOURCES = ("PLAINVIEW_MASTER_KEY_FILE", "PLAINVIEW_MASTER_KEY", "PLAINVIEW_MASTER_KEY_KEYRING")
SUBJECT_KEYS = "PLAINVIEW_SUBJECT_KEYS_FILE"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class MasterKey:
    """`secret` wraps the subjects' keys (AES-256). `id` names it without telling it."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hexadecimal digits of SHA-256 over the key, behind a prefix of its own."""
        return hashlib.sha256(b"plainview master key\0" + self.secret).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """The master key that the environment names, and the file of subject keys that belongs to it."""

    master: MasterKey
    subject_keys: Path


def key_place(folder: Path, environment: Mapping[str, str]) -> KeyPlace | None:
    """What the environment says of the master key of data folder `folder`; None when it names none.

    One of PLAINVIEW_MASTER_KEY_FILE (a file outside the data folder, readable by its owner alone), PLAINVIEW_MASTER_KEY (base64 of 32 bytes) and
    PLAINVIEW_MASTER_KEY_KEYRING (`service:user` in the operating system's keyring). The subjects' keys lie in PLAINVIEW_SUBJECT_KEYS_FILE, or else beside the
    master key's file. Raises CompartmentClosed for a key that cannot be used.
    """
    named = [name for name in SOURCES if environment.get(name)]
    if not named:
        return None
    if len(named) > 1:
        raise CompartmentClosed(f"{' and '.join(named)} are both set: keep one, so that it is clear which master key counts")
    value = environment[named[0]]
    master = {SOURCES[0]: _from_file, SOURCES[1]: _from_text, SOURCES[2]: _from_keyring}[named[0]](value)
    beside = Path(f"{value}.subjects") if named[0] == SOURCES[0] else None
    keys = Path(environment[SUBJECT_KEYS]) if environment.get(SUBJECT_KEYS) else beside
    if keys is None:
        raise CompartmentClosed(f"{SUBJECT_KEYS} is not set: name the file, outside the data folder, that holds the subjects' keys")
    for path in (keys, Path(value)) if named[0] == SOURCES[0] else (keys,):
        refuse_inside(folder, path)
    return KeyPlace(master, keys)


def named_place(folder: Path) -> KeyPlace | None:
    """`key_place` of this process's own environment."""
    return key_place(folder, os.environ)


def new_master_key(path: Path) -> MasterKey:
    """A fresh key in the new file `path` (0600). Raises CompartmentClosed when something lies there."""
    if path.exists():
        raise CompartmentClosed(f"{path}: is there already, and a master key is never written over: name a new file")
    master = MasterKey(secrets.token_bytes(_BYTES))
    private_folder(path.parent)
    write_whole(path, base64.b64encode(master.secret) + b"\n")
    return master


def read_master_key(path: Path) -> MasterKey:
    """The key in that file. Raises CompartmentClosed."""
    return _from_file(str(path))


def _from_file(name: str) -> MasterKey:
    path = Path(name)
    try:
        if path.stat().st_mode & 0o077:
            raise CompartmentClosed(f"{path}: others on this machine may read this master key: run chmod 600 on it")
        return _decoded(path.read_text(encoding="ascii"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "not text"
        raise CompartmentClosed(f"{path}: the master key cannot be read ({said}): mount or restore it, or name another file") from None


def _from_text(value: str) -> MasterKey:
    return _decoded(value, "PLAINVIEW_MASTER_KEY")


def _from_keyring(name: str) -> MasterKey:
    import keyring
    from keyring.errors import KeyringError

    service, _, user = name.partition(":")
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise CompartmentClosed(f"the system's keyring could not be asked for {name} ({type(error).__name__}): unlock it, or keep the key in a file") from None
    if value is None:
        raise CompartmentClosed(f"the system's keyring holds nothing under {name}: put the master key there (base64 of 32 bytes), or name it rightly")
    return _decoded(value, f"the keyring's {name}")


def _decoded(text: str, where: str) -> MasterKey:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise CompartmentClosed(f"{where}: is no master key (base64 of {_BYTES} bytes): `plainview keys new FILE` makes one")
    return MasterKey(secret)


def refuse_inside(folder: Path, path: Path) -> None:
    """Raises CompartmentClosed when `path` lies in the data folder."""
    if path.resolve().is_relative_to(folder.resolve()):
        raise CompartmentClosed(f"{path}: lies in the data folder, and would be copied and stolen with what it locks: keep keys elsewhere")
