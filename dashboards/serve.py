"""`plainview serve`: owns the store and answers the review site, until it is told to stop.

The order matters. The port comes first, so that a second start fails before it touches anything; the store is opened under the owner's lock alone; the card
that sends other commands here is published last and withdrawn first.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from dashboards import opened
from dashboards.encrypting import Encryption, encryption
from dashboards.listening import Listener, ServeError, bound_socket
from dashboards.site_settings import EVERY_ADDRESS, SiteSettings, is_loopback
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.hourly_checkpoint import HourlyCheckpoint
from storage.batching.ingest import sweep
from storage.durable import private_folder
from storage.errors import StorageError, disk_errors
from storage.owner.open import owning, publish_card, withdraw_card
from storage.store import Store

LOCK_WAIT_S = 10.0
SWEEP_EVERY_S = 15.0

__all__ = ["ServeError", "StorageError", "serve"]


def serve(folder: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Own the store of `folder` and answer on `host` and `port` (0: a free one) until SIGTERM or SIGINT. To be called in the main thread.

    `ready` gets the lines for the terminal once requests are answered. Raises ServeError for what the port or address prevents, and the store's errors
    (StoreBusy, StoreNewer, StoreDamaged, StoreUnwritable, DiskFull); each says the mend. Nothing is changed in that case.
    """
    settings = SiteSettings.load()
    refuse_clear_text(host, settings)
    encrypted = encryption(settings)
    with _bound(host, port) as listening, _told_to_stop() as stopping:
        set_up(folder, host)
        with owning(folder, LOCK_WAIT_S) as store:
            _answer(store, _Place(listening, host, encrypted), settings, stopping, ready)


def refuse_clear_text(host: str, settings: SiteSettings) -> None:
    """Raises ServeError where passwords would cross a network unencrypted."""
    if not is_loopback(host) and not settings.behind_tls_proxy and not settings.speaks_tls:
        raise ServeError(
            f"{host} can be reached from other machines, and passwords would cross the network in clear: set certificate and private_key under [site] in"
            " plainview.toml, or listen on 127.0.0.1 behind a proxy that speaks TLS; behind_tls_proxy = true where such a proxy is the only way in"
        )


def set_up(folder: Path, host: str = "127.0.0.1") -> None:
    """Django on the data folder, answering to `host`: its settings, and its own small database brought up to date."""
    private_folder(folder)
    os.environ["PLAINVIEW_SITE_HOST"] = host
    os.environ["PLAINVIEW_STORAGE_FOLDER"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboards.settings"
    import django
    from django.core.management import call_command

    with disk_errors(folder):
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the site listens, and whether it speaks TLS there."""

    listening: socket.socket
    host: str
    encrypted: Encryption | None

    @property
    def address(self) -> str:
        """As a browser reaches it."""
        return self._at(self.host)

    @property
    def card_address(self) -> str:
        """Where this machine's other commands reach it: loopback, also when it listens on every address."""
        host = str(self.listening.getsockname()[0])
        return self._at("127.0.0.1" if host in EVERY_ADDRESS else host)

    def _at(self, host: str) -> str:
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.encrypted else 'http'}://{shown}:{self.listening.getsockname()[1]}"


def _answer(store: Store, place: _Place, settings: SiteSettings, stopping: threading.Event, ready: Callable[[str], None]) -> None:
    """Requests are answered from the card's publication until `stopping` is set; then no more come, and those under way end."""
    from django.core.wsgi import get_wsgi_application

    from dashboards import first_sign_in, shown_picture
    from dashboards.purging import Purging

    token = secrets.token_urlsafe(32)
    opened.hold(store, token)
    encrypted, address = place.encrypted, place.address
    listener = Listener(place.listening, get_wsgi_application(), settings.threads)
    if encrypted:
        encrypted.put_on(listener)
    listener.start()
    try:
        publish_card(store.folder, place.card_address, token, encrypted.certificate_sha256 if encrypted else None)
        ready(f"The review site is at {address}  (Ctrl-C stops it)")
        if setup := first_sign_in.offer():
            ready(f"Nobody can sign in yet. Open {address}/setup/{setup} once, and choose the first supervisor's name and password.")
        shown_picture.prepare(stopping)
        purging, checkpoints = Purging(store), HourlyCheckpoint(store, AuditSettings.load())
        while not stopping.wait(SWEEP_EVERY_S):
            sweep(store)
            for problem in (*purging.turn(), *checkpoints.turn()):
                ready(f"plainview: {problem}")
            shown_picture.prepare(stopping)
    finally:
        withdraw_card(store.folder)
        listener.stop()
        opened.let_go()


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    bound = bound_socket(host, port)
    try:
        yield bound
    finally:
        bound.close()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set instead of what they did before."""
    told = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
