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
from pathlib import Path
from types import FrameType

from dashboards import opened
from dashboards.listening import Listener, ServeError, bound_socket
from dashboards.site_settings import SiteSettings, is_loopback
from storage.durable import private_folder
from storage.errors import StorageError, disk_errors
from storage.ingest import sweep
from storage.open import owning, publish_card, withdraw_card
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
    with _bound(host, port) as listening, _told_to_stop() as stopping:
        set_up(folder)
        with owning(folder, LOCK_WAIT_S) as store:
            _answer(store, listening, host, settings, stopping, ready)


def refuse_clear_text(host: str, settings: SiteSettings) -> None:
    """Raises ServeError where passwords would cross a network unencrypted."""
    if not is_loopback(host) and not settings.behind_tls_proxy:
        raise ServeError(
            f"{host} can be reached from other machines, and passwords would cross the network in clear: listen on 127.0.0.1 behind a proxy that speaks TLS,"
            " or set behind_tls_proxy = true under [site] in plainview.toml where such a proxy is the only way in"
        )


def set_up(folder: Path) -> None:
    """Django on the data folder: its settings, and its own small database brought up to date."""
    private_folder(folder)
    os.environ["PLAINVIEW_STORAGE_FOLDER"] = str(folder.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "dashboards.settings"
    import django
    from django.core.management import call_command

    with disk_errors(folder):
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)


def _answer(store: Store, listening: socket.socket, host: str, settings: SiteSettings, stopping: threading.Event, ready: Callable[[str], None]) -> None:
    """Requests are answered from the card's publication until `stopping` is set; then no more come, and those under way end."""
    from django.core.wsgi import get_wsgi_application

    from dashboards import first_sign_in, shown_picture

    token = secrets.token_urlsafe(32)
    opened.hold(store, token)
    listener = Listener(listening, get_wsgi_application(), settings.threads)
    address = _address(host, listening)
    listener.start()
    try:
        publish_card(store.folder, _card_address(listening), token)
        ready(f"The review site is at {address}  (Ctrl-C stops it)")
        if setup := first_sign_in.offer():
            ready(f"Nobody can sign in yet. Open {address}/setup/{setup} once, and choose the first supervisor's name and password.")
        shown_picture.prepare(stopping)
        while not stopping.wait(SWEEP_EVERY_S):
            sweep(store)
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


def _address(host: str, listening: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def _card_address(listening: socket.socket) -> str:
    """Where this machine's other commands reach the site: loopback, also when it listens on every address."""
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 (compared, not listened on)
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
