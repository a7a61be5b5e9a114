"""The real server in a process of its own, as `plainview serve` runs it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.listening import ServeError, bound_socket
from dashboards.serve import refuse_clear_text
from dashboards.site_settings import SiteSettings, is_loopback
from storage import accounts
from storage.errors import StoreBusy
from storage.owner.card import read_card
from storage.owner.door import Door
from storage.owner.open import owning
from tests.dashboards.running import RunningSite, running_site


@pytest.fixture
def site_process(tmp_path: Path) -> Iterator[RunningSite]:
    """A site on a free port over an empty data folder."""
    with running_site(tmp_path / "data") as site:
        yield site


def test_serves_owns_the_store_and_stops_cleanly(site_process: RunningSite) -> None:
    card = read_card(site_process.folder)
    assert card is not None
    assert card.url == site_process.url
    assert site_process.get("/healthz")[0] == 200
    assert site_process.get("/")[0] == 302
    assert Door(site_process.folder).call(accounts.every) == []  # over HTTP, since the site holds the store
    with pytest.raises(StoreBusy), owning(site_process.folder, wait_s=0):
        pass
    assert site_process.stop(signal.SIGTERM) == 0
    assert read_card(site_process.folder) is None
    with owning(site_process.folder, wait_s=0) as store:
        assert accounts.every(store) == []


def test_an_interrupt_stops_it_as_well(site_process: RunningSite) -> None:
    assert site_process.stop(signal.SIGINT) == 0
    assert read_card(site_process.folder) is None


def test_the_first_start_tells_where_to_set_it_up_and_keeps_no_secret_open(site_process: RunningSite) -> None:
    assert site_process.setup_path is not None
    assert site_process.get(site_process.setup_path)[0] == 200
    assert site_process.get("/setup/guess")[0] == 404
    others_may_read = [path for path in site_process.folder.rglob("*") if path.stat().st_mode & 0o077]
    assert others_may_read == []


def test_a_second_start_on_the_same_port_or_store_is_one_clear_line(site_process: RunningSite, tmp_path: Path) -> None:
    port = int(site_process.url.rpartition(":")[2])
    taken = one_line_of(tmp_path / "other", port)
    assert f"port {port} on 127.0.0.1 is taken" in taken
    assert "--port" in taken
    owned = one_line_of(site_process.folder, 0, wait_s=0.1)
    assert "another Plainview process holds this store" in owned
    assert site_process.get("/healthz")[0] == 200


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o500)
    assert "cannot be written" in one_line_of(folder / "data", 0)


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    assert str(tmp_path / "data") in one_line_of(tmp_path / "data", 0)


def test_a_request_under_way_ends_before_the_store_is_closed(site_process: RunningSite) -> None:
    card = read_card(site_process.folder)
    assert card is not None
    copy = {"origin": "https://a.example", "text": "#" * 1_000_000, "status": 200, "fetched_at": "2026-06-01T12:00:00Z"}
    body = json.dumps({"copies": [copy]}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", int(card.url.rpartition(":")[2]), timeout=30)
    connection.putrequest("POST", "/store/robots.put")
    for name, value in {"Authorization": f"Bearer {card.token}", "Content-Type": "application/json", "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body[:1000])
    site_process.process.send_signal(signal.SIGTERM)
    connection.send(body[1000:])
    answer = connection.getresponse()
    answer.read()
    assert answer.status in {200, 503}  # done, or told to ask again because the card was withdrawn first
    connection.close()
    assert site_process.process.wait(20) == 0


def one_line_of(folder: Path, port: int, wait_s: float = 10) -> str:
    """What a start that cannot succeed says: the error's own words, which the command prints as one line."""
    code = (
        "import sys; from pathlib import Path; import dashboards.serve as site; site.LOCK_WAIT_S = float(sys.argv[3])\n"
        "try:\n    site.serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), print)\n"
        "except (site.ServeError, site.StorageError) as told:\n    print(told)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder), str(port), str(wait_s)], capture_output=True, text=True, timeout=60, check=True)
    (line,) = done.stdout.splitlines()
    assert done.stderr == ""
    return line


def test_an_address_of_no_one_is_refused() -> None:
    with pytest.raises(ServeError, match=r"192\.0\.2\.1"):
        bound_socket("192.0.2.1", 0)
    with pytest.raises(ServeError, match="not an address"):
        bound_socket("no such host.invalid", 0)


def test_the_port_is_held_from_the_moment_it_is_bound() -> None:
    with bound_socket("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port} on 127.0.0.1 is taken"):
            bound_socket("127.0.0.1", port)
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass  # who comes early waits in the queue and is not turned away


@pytest.mark.parametrize(
    ("host", "loopback"), [("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.0.0.5", False)]
)
def test_passwords_never_cross_a_network_in_clear(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    if not loopback:
        with pytest.raises(ServeError, match="in clear"):
            refuse_clear_text(host, SiteSettings())
    refuse_clear_text(host, SiteSettings(behind_tls_proxy=True))
