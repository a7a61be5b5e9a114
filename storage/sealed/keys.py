"""The keys of the undercover compartment: one for each subject, wrapped by the master key, in a file that is neither in the data folder nor in any backup.

Destroying a subject's key is a rewrite of that one file: what was sealed under it, in every copy of every file, is then noise (crypto-shredding,
NIST SP 800-88 r1, section 2.6). So the file of keys is never copied by Plainview, and docs/compartments.md says how to keep one spare of it.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.durable import private_folder, write_whole
from storage.errors import CompartmentClosed, KeyDestroyed, disk_errors
from storage.sealed.master_key import MasterKey
from storage.sealed.sealing import SubjectKey

_NONCE = 12


@dataclass(frozen=True, slots=True)
class _Contents:
    master: str
    wrapped: Mapping[str, str]


class SubjectKeys:
    """The file of subject keys. Changed by the store's owner alone; read again whenever it has changed, so that a destroyed key is gone everywhere at once."""

    def __init__(self, path: Path, master: MasterKey) -> None:
        """Nothing is read or made yet."""
        self.path = path
        self._master = master
        self._seen: tuple[int, int] | None = None
        self._open: dict[str, SubjectKey] = {}

    def ids(self) -> frozenset[str]:
        """The subjects whose keys exist. Raises CompartmentClosed."""
        return frozenset(self._read().wrapped)

    def of(self, subject: str) -> SubjectKey:
        """That subject's key. Raises KeyDestroyed when there is none (any more), CompartmentClosed when the file cannot be used."""
        seen = self._stamp()
        if seen is None:
            raise CompartmentClosed(f"{self.path}: the subjects' keys are not there: mount the disk they are on, or put the spare copy of this file back")
        if seen != self._seen:
            self._open, self._seen = {}, seen
        if subject not in self._open:
            self._open[subject] = self._unwrapped(subject, self._read().wrapped)
        return self._open[subject]

    def make(self, subject: str) -> None:
        """A new key for a subject that has none; one that exists is left as it is. Durable before it returns."""
        with self._changing() as contents:
            if subject not in contents.wrapped:
                self._write(self.path, self._master, {**contents.wrapped, subject: _wrap(self._master, subject, secrets.token_bytes(32))})

    def destroy(self, subject: str) -> bool:
        """Ends that subject's key for good; False when there was none. What lay in the file before is overwritten where it lay."""
        with self._changing() as contents:
            if subject not in contents.wrapped:
                return False
            with _overwritten(self.path):
                self._write(self.path, self._master, {one: key for one, key in contents.wrapped.items() if one != subject})
        return True

    def rewrapped(self, path: Path, master: MasterKey) -> SubjectKeys:
        """The same keys under another master key, in the file `path` (which may be this one). The old file ends with it. May be repeated after a crash."""
        with self._changing() as contents:
            keys = {one: _wrap(master, one, _unwrap(self._master, one, wrapped)) for one, wrapped in contents.wrapped.items()}
            with _overwritten(self.path):
                self._write(path, master, keys)
                if path != self.path:
                    self.path.unlink(missing_ok=True)
        return SubjectKeys(path, master)

    def _unwrapped(self, subject: str, wrapped: Mapping[str, str]) -> SubjectKey:
        if subject not in wrapped:
            raise KeyDestroyed(f"the key of {subject} was destroyed: what it sealed cannot be read by anyone any more")
        return SubjectKey(subject, _unwrap(self._master, subject, wrapped[subject]))

    def _read(self) -> _Contents:
        try:
            said = json.loads(self.path.read_bytes())
            contents = _Contents(said["master"], dict(said["keys"]))
        except FileNotFoundError:
            return _Contents(self._master.id, {})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CompartmentClosed(f"{self.path}: the subjects' keys cannot be read ({type(error).__name__}): put the spare copy of this file back") from None
        if contents.master != self._master.id:
            raise CompartmentClosed(
                f"{self.path}: these keys are wrapped by master key {contents.master}, and {self._master.id} was given: name the right master key"
            )
        return contents

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    @contextmanager
    def _changing(self) -> Iterator[_Contents]:
        """What the file holds, while no other process changes it."""
        private_folder(self.path.parent)
        with disk_errors(self.path):
            descriptor = os.open(self.path.with_name(f"{self.path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield self._read()
        finally:
            os.close(descriptor)

    @staticmethod
    def _write(path: Path, master: MasterKey, wrapped: Mapping[str, str]) -> None:
        write_whole(
            path, json.dumps({"plainview": "subject keys", "version": 1, "master": master.id, "keys": dict(sorted(wrapped.items()))}, indent=1).encode()
        )


@contextmanager
def _overwritten(path: Path) -> Iterator[None]:
    """Once the block has put another file in its place, the old bytes are written over: a rename alone would leave them on the disk."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        yield
        with disk_errors(path):
            os.pwrite(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size), 0)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _wrap(master: MasterKey, subject: str, key: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + AESGCM(master.secret).encrypt(nonce, key, subject.encode())).decode()


def _unwrap(master: MasterKey, subject: str, wrapped: str) -> bytes:
    try:
        sealed = base64.b64decode(wrapped, validate=True)
        return AESGCM(master.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], subject.encode())
    except (InvalidTag, ValueError):
        raise CompartmentClosed(f"the key of {subject} cannot be unwrapped: the file of subject keys was damaged: put its spare copy back") from None
