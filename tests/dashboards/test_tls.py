"""The site with TLS of its own: workers know it by its certificate, this machine's commands by its fingerprint, and whoever says nothing holds up nobody."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dashboards.encrypting import encryption
from dashboards.listening import ServeError
from dashboards.serve import refuse_clear_text
from dashboards.site_settings import SiteSettings
from domain.identity import sha256_hex
from domain.worker import Scope
from storage import accounts, references
from storage.errors import StorageError, StoreBusy
from storage.owner import workers
from storage.owner.card import read_card, withdraw_card
from storage.owner.door import Door
from storage.owner.open import publish_card
from storage.owner.remote_door import RemoteDoor
from storage.owner.remote_owner import RemoteOwner
from tests.dashboards.running import RunningSite, running_site


def certified(folder: Path, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """A certificate for that address that vouches for itself, and its key, as files."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "store.police.example.gov")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
    folder.mkdir(exist_ok=True)
    certificate, private = folder / "site.pem", folder / "site.key"
    certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return certificate, private


@pytest.fixture(scope="module")
def site_over_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = certified(folder / "certificates")
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PLAINVIEW_SITE_CERTIFICATE", str(certificate))
            patch.setenv("PLAINVIEW_SITE_PRIVATE_KEY", str(key))
            site = stack.enter_context(running_site(folder / "data"))
        now = datetime.now(UTC)
        until, digest = (now + timedelta(days=9)).date(), sha256_hex(b"token")
        door = Door(site.folder)
        door.call(workers.add, name="host-1", token_sha256=digest, scopes=frozenset({Scope.EXAMINE}), valid_until=until, by="tests", now=now)
        yield site


def worker(site: RunningSite, ca: Path | None, wait_s: float = 10) -> RemoteDoor:
    return RemoteDoor(site.folder.parent / "worker", RemoteOwner(site.url, "token", ca, wait_s))


def test_this_machines_commands_know_the_site_by_its_fingerprint(site_over_tls: RunningSite) -> None:
    card = read_card(site_over_tls.folder)
    assert card is not None
    assert card.url == site_over_tls.url
    assert card.url.startswith("https://127.0.0.1:")
    assert Door(site_over_tls.folder, wait_s=10).call(accounts.every) == []


def test_a_worker_knows_it_by_the_certificate_that_it_was_given(site_over_tls: RunningSite) -> None:
    ca = site_over_tls.folder.parent / "certificates" / "site.pem"
    assert worker(site_over_tls, ca).call(references.every) == []


def test_a_certificate_that_nobody_vouches_for_is_one_clear_line_and_gets_no_token(site_over_tls: RunningSite, tmp_path: Path) -> None:
    other, _ = certified(tmp_path / "other")
    with pytest.raises(StorageError, match=r"is not vouched for by the certificate in .*nothing was sent; set \[storage\] owner_ca"):
        worker(site_over_tls, other).call(references.every)
    with pytest.raises(StorageError, match="is not vouched for by any public authority"):
        worker(site_over_tls, None).call(references.every)


def test_another_certificate_than_the_cards_is_not_spoken_to(site_over_tls: RunningSite, tmp_path: Path) -> None:
    card = read_card(site_over_tls.folder)
    assert card is not None
    (tmp_path / "elsewhere").mkdir()
    with (tmp_path / "elsewhere" / "owner.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        publish_card(tmp_path / "elsewhere", card.url, card.token, "0" * 64)
        with pytest.raises(StoreBusy, match="did not answer"):
            Door(tmp_path / "elsewhere", wait_s=0.2).call(accounts.every)
        withdraw_card(tmp_path / "elsewhere")


def test_whoever_connects_and_says_nothing_holds_up_nobody(site_over_tls: RunningSite) -> None:
    host, _, port = site_over_tls.url.removeprefix("https://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5), socket.create_connection((host, int(port)), timeout=5):
        assert Door(site_over_tls.folder, wait_s=5).call(accounts.every) == []


def test_whoever_speaks_in_clear_gets_no_answer_and_stops_nothing(site_over_tls: RunningSite) -> None:
    host, _, port = site_over_tls.url.removeprefix("https://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" not in plain.recv(1000)
    assert Door(site_over_tls.folder, wait_s=5).call(accounts.every) == []


def test_with_a_certificate_the_site_may_be_reached_from_other_machines(tmp_path: Path) -> None:
    certificate, key = certified(tmp_path)
    refuse_clear_text("0.0.0.0", SiteSettings(certificate=certificate, private_key=key))


def test_files_that_cannot_be_used_are_one_clear_line_each(tmp_path: Path) -> None:
    certificate, key = certified(tmp_path / "a")
    _, other = certified(tmp_path / "b")
    assert encryption(SiteSettings()) is None
    with pytest.raises(ServeError, match="private_key is not: name both"):
        encryption(SiteSettings(certificate=certificate))
    with pytest.raises(ServeError, match="certificate is not: name both"):
        encryption(SiteSettings(private_key=key))
    with pytest.raises(ServeError, match="are no certificate in PEM form with its key"):
        encryption(SiteSettings(certificate=certificate, private_key=other))
    with pytest.raises(ServeError, match="are no certificate in PEM form with its key"):
        encryption(SiteSettings(certificate=key, private_key=key))
    with pytest.raises(ServeError, match="cannot be read"):
        encryption(SiteSettings(certificate=certificate, private_key=tmp_path / "none"))
    key.chmod(0o640)
    with pytest.raises(ServeError, match="others on this machine may read the site's private key; run: chmod 600"):
        encryption(SiteSettings(certificate=certificate, private_key=key))
