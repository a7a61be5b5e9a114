"""Time-stamps by an authority of our own (openssl), over loopback; and every way in which one can be missing or wrong."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from domain.account import Compartment
from storage.auditing import audit_checkpoints
from storage.auditing.audit_notes import new_signing_key, read_checkpoints, signing_key
from storage.auditing.audit_settings import AuditSettings
from storage.auditing.remote_time_stamps import NoTimeStamp, stamp_time, stamp_verifier, stamped
from storage.auditing.tree_head import TreeHead

NOTE = b"a note\n"
HEAD = TreeHead(Compartment.GENERAL, 3, "ab" * 32, "cd" * 32)
CONFIGURATION = """
[authority]
serial = serial
signer_cert = authority.pem
signer_key = authority.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
EC = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"


def openssl(place: Path, *commands: str) -> None:
    for command in commands:
        subprocess.run(["openssl", *command.split(" ")], cwd=place, check=True, capture_output=True, timeout=30)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority and the root that vouches for it."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl command, as an authority to ask")
    place = tmp_path_factory.mktemp("authority")
    (place / "ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
    (place / "conf").write_text(CONFIGURATION)
    (place / "serial").write_text("01\n")
    openssl(
        place,
        f"req -x509 {EC} -keyout root.key -out root.pem -days 30 -subj /CN=Invented-Root",
        f"req -x509 {EC} -keyout other.key -out other.pem -days 30 -subj /CN=Another-Root",
        f"req {EC} -keyout authority.key -out authority.csr -subj /CN=Invented-Authority",
        "x509 -req -in authority.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile ext -out authority.pem",
    )
    return place


class _Answering(BaseHTTPRequestHandler):
    place: Path
    url: str
    answers = "stamps"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        content, status = getattr(self, self.answers)(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def stamps(self, body: bytes) -> tuple[bytes, int]:
        (self.place / "query").write_bytes(body)
        openssl(self.place, "ts -reply -queryfile query -config conf -section authority -out reply")
        return (self.place / "reply").read_bytes(), 200

    def noise(self, body: bytes) -> tuple[bytes, int]:
        return b"hello", 200

    def flood(self, body: bytes) -> tuple[bytes, int]:
        return b"x" * 100_000, 200

    def error(self, body: bytes) -> tuple[bytes, int]:
        return b"", 500

    def repeats(self, body: bytes) -> tuple[bytes, int]:
        return (self.place / "reply").read_bytes(), 200

    def refuses(self, body: bytes) -> tuple[bytes, int]:
        return bytes.fromhex("30053003020102"), 200

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def asked(authority: Path) -> Iterator[type[_Answering]]:
    """The handler whose `answers` says how the authority at `url` answers."""

    class Handler(_Answering):
        place = authority

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    Handler.url = f"http://127.0.0.1:{server.server_port}/"
    yield Handler
    server.shutdown()
    server.server_close()


def test_a_stamp_proves_when_the_note_was_there(asked: type[_Answering], authority: Path) -> None:
    stamp = stamped(asked.url, NOTE)
    at = stamp_time(stamp, NOTE, stamp_verifier(authority / "root.pem"))
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(NoTimeStamp, match="does not hold"):
        stamp_time(stamp, NOTE + b"x", stamp_verifier(authority / "root.pem"))
    with pytest.raises(NoTimeStamp, match="does not hold"):
        stamp_time(stamp, NOTE, stamp_verifier(authority / "other.pem"))
    with pytest.raises(NoTimeStamp, match="no time-stamp answer"):
        stamp_time(stamp[:40], NOTE, stamp_verifier(authority / "root.pem"))
    asked.answers = "repeats"
    with pytest.raises(NoTimeStamp, match="stamped something else"):
        stamped(asked.url, NOTE)


@pytest.mark.parametrize(
    ("answers", "why"), [("noise", "no time-stamp answer"), ("flood", "no stamp"), ("error", "status 500"), ("refuses", "refused to stamp")]
)
def test_an_authority_that_does_not_stamp_is_said(asked: type[_Answering], answers: str, why: str) -> None:
    asked.answers = answers
    with pytest.raises(NoTimeStamp, match=why):
        stamped(asked.url, NOTE)


@pytest.mark.parametrize(("content", "why"), [(None, "is not there"), (b"x", "holds no PEM")])
def test_roots_that_are_none_are_said(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content:
        (tmp_path / "roots.pem").write_bytes(content)
    with pytest.raises(NoTimeStamp, match=why):
        stamp_verifier(tmp_path / "roots.pem")


def test_a_checkpoint_stays_without_its_stamp_and_is_stamped_when_the_authority_is_back(asked: type[_Answering], authority: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    table = AuditSettings(checkpoints=tmp_path / "notes", signing_key_file=tmp_path / "key", timestamp_url=asked.url)
    new_signing_key(table, data)
    away = audit_checkpoints.make([HEAD], table.model_copy(update={"timestamp_url": "http://127.0.0.1:9/"}), data)
    assert away.paths[0].exists()
    assert "cannot be reached" in away.problems[0]
    assert found(table, data, authority).stamps == 0
    assert audit_checkpoints.make([HEAD], table, data).problems == ()
    here = found(table, data, authority)
    assert (here.stamps, here.problems) == (1, ())
    asked.answers = "error"
    assert audit_checkpoints.make([HEAD], table, data).problems == ()  # it has its stamp: nobody is asked
    stamp = away.paths[0].with_name(away.paths[0].name + ".tsr")
    stamp.write_bytes(stamp.read_bytes()[:-1] + b"\x00")
    assert "does not hold" in found(table, data, authority).problems[0]


def found(table: AuditSettings, data: Path, authority: Path) -> audit_checkpoints.Checked:
    notes = read_checkpoints(data.parent / "notes", signing_key(table, data).verifier)
    return audit_checkpoints.check([], [], notes, authority / "root.pem")
