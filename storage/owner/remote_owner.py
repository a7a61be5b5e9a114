"""The owner of the store on another machine, as a worker reaches it: by name, over TLS, with its own token."""

from __future__ import annotations

import json
import random
import stat
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests
from requests.exceptions import SSLError

from storage.errors import OutboxFull, StorageError, StoreBusy, StoreUnwritable, WorkerRefused
from storage.owner.remote import NobodyAnswers, said, sent
from storage.owner.service import TO_WORKERS


@dataclass(frozen=True, slots=True)
class RemoteOwner:
    """Its address (checked: https, or loopback), this worker's token, the certificate that vouches for it (None: public authorities), patience in seconds."""

    url: str
    token: str = field(repr=False)
    ca: Path | None = None
    wait_s: float = 30.0
    _own: threading.local = field(default_factory=threading.local, repr=False, compare=False)

    def once(self, method: str, path: str, body: bytes, wait_s: float) -> bytes:
        """The answer to one request for /store/<path>. Raises NobodyAnswers when it is worth asking again, and what the owner said was wrong."""
        try:
            reply = sent(self._session(), method, f"{self.url}/store/{path}", self.token, body, wait_s)
        except NobodyAnswers as error:
            raise self._not_vouched_for(error) from None
        self._refuse_strangers(reply)
        if reply.status_code == 503:
            raise NobodyAnswers(_reason(reply.content))
        if reply.status_code == 403:
            raise WorkerRefused(
                f"{self.url}: this worker's token does not reach {path.partition('/')[0]}: `plainview workers list` on the owner's machine says its scope"
            )
        return said(path, reply.status_code, reply.content)

    def persistently(self, method: str, path: str, body: bytes = b"") -> bytes:
        """As `once`, asked again until `wait_s` seconds are over. Raises StoreBusy then, or OutboxFull where the owner had no room."""
        deadline = time.monotonic() + self.wait_s
        while True:
            try:
                return self.once(method, path, body, max(deadline - time.monotonic(), 0.05))
            except NobodyAnswers as error:
                self.pause(deadline, str(error), 0.05, 0.5)

    def pause(self, deadline: float, why: str, least_s: float, most_s: float) -> None:
        """Waits a random moment. Raises StoreBusy after `deadline` (monotonic seconds), or OutboxFull where that is the reason."""
        if time.monotonic() >= deadline:
            if why.startswith("no room"):
                raise OutboxFull(f"{self.url}: the owner took nothing more within {self.wait_s:g} s ({why}): nothing was kept; see to its disk, then run again")
            raise StoreBusy(f"{self.url}: the owner of the store did not answer within {self.wait_s:g} s ({why}): is `plainview serve` running there?")
        time.sleep(random.uniform(least_s, most_s))  # noqa: S311 (spreads the askers, hides nothing)

    def _session(self) -> requests.Session:
        # One for each thread, kept: a handshake costs more than most calls.
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
            session.trust_env = False  # no proxy and no .netrc: the token goes to this address alone
            session.verify = str(self.ca) if self.ca else True
        return session

    def _not_vouched_for(self, error: NobodyAnswers) -> Exception:
        if isinstance(error.__cause__, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error.__cause__):
            whose = f"the certificate in {self.ca}" if self.ca else "any public authority"
            return StorageError(f"{self.url}: its certificate is not vouched for by {whose}, or is for another name: nothing was sent; set [storage] owner_ca")
        return error

    def _refuse_strangers(self, reply: requests.Response) -> None:
        if reply.status_code == 401:
            raise WorkerRefused(
                f"{self.url}: does not know this worker's token: it has ended, was revoked, or is of another store;"
                " `plainview workers add` on the owner's machine makes a new one"
            )
        if reply.headers.get("X-Owner") == TO_WORKERS:
            return
        if reply.status_code == 400:
            raise StorageError(f"{self.url}: does not answer to this name: add it to [site] names on the owner's machine, or correct [storage] owner here")
        raise NobodyAnswers(f"status {reply.status_code}")


def _reason(content: bytes) -> str:
    try:
        return f"no room: {json.loads(content)['message']}"
    except (ValueError, KeyError, TypeError):
        return "status 503"


def token_in(file: Path) -> str:
    """The token that lies in `file`. Raises StoreUnwritable for a file that is not there or that others may read."""
    try:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StoreUnwritable(f"{file}: others on this machine may read this worker's token; run: chmod 600 {file}")
        return file.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise StoreUnwritable(f"{file}: this worker's token cannot be read ({error}): put there what `plainview workers add` printed") from None
