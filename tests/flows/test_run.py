"""`plainview run` under a real Prefect server: one account that fails stops no other, nothing is done twice, Prefect's files hold no content, and nothing of
an undercover account lies anywhere in clear."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.answering import Answer, answering

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(240)]

MARK = "MARKED-7f3a9c"
SECRET = "zqx-undercover-51e2"
ACCOUNT = """
[[account]]
platform = "feed"
handle = "{name}"
url = "http://{host}/{name}.xml"
custody = "department_run"
[account.authorization]
clause = "IV.B.2"
granted_by = "Chief of Police"
document = "approval.txt"
from = 2020-01-01
until = 2099-12-31
detectors = ["artwork", "metadata", "words"]
"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>{mark}</title><link>http://{host}/</link>
<item><guid>{mark}-one</guid><title>{mark} title</title><pubDate>Mon, 01 Jun 2026 12:00:00 GMT</pubDate>
<description>{mark} text &lt;img alt="{mark}" src="http://{host}/picture.jpg"&gt;</description></item></channel></rss>"""


@dataclass(frozen=True)
class Ran:
    """Two runs in one folder."""

    folder: Path
    temporary: Path
    environment: dict[str, str] = field(hash=False)
    first: subprocess.CompletedProcess[str] = field(hash=False)
    second: subprocess.CompletedProcess[str] = field(hash=False)

    @functools.cache  # noqa: B019 (one folder, which no test changes)
    def rows(self, *command: str) -> list[dict[str, Any]]:
        ended = plainview(self.folder, self.environment, *command, "--json")
        assert ended.returncode == 0, ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]


def plainview(folder: Path, environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("plainview")
    return subprocess.run([program, *command], cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=200, check=False)


def picture_with_a_position(camera: str) -> bytes:
    exif = Image.Exif()
    exif[0x0110] = camera
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 5.0, 59.0), 3: "W", 4: (94.0, 34.0, 42.0)})
    out = BytesIO()
    Image.effect_noise((320, 240), 40).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder, elsewhere = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("elsewhere")
    temporary = folder / "temporary"
    temporary.mkdir()
    environment = {"PLAINVIEW_MASTER_KEY_FILE": str(elsewhere / "master"), "TMPDIR": str(temporary)}
    answers: dict[str, Answer] = {
        "/picture.jpg": (200, "image/jpeg", picture_with_a_position("a camera")),
        f"/{SECRET}.jpg": (200, "image/jpeg", picture_with_a_position(SECRET)),
        "/rubbish.xml": (200, "application/rss+xml", f"<rss><{MARK}".encode()),
        "/broken.xml": (500, "text/plain", MARK.encode()),
    }
    with answering(answers) as host:
        answers["/good.xml"] = (200, "application/rss+xml", FEED.format(host=host, mark=MARK).encode())
        (folder / "approval.txt").write_text("signed", encoding="utf-8")
        accounts = "".join(ACCOUNT.format(name=name, host=host) for name in ("rubbish", "good", "broken"))
        network = f'[network]\nallow_hosts = ["{host}"]\nretries = 0\n'
        (folder / "plainview.toml").write_text(network + accounts, encoding="utf-8")
        answers[f"/{SECRET}.xml"] = (200, "application/rss+xml", FEED.format(host=host, mark=SECRET).replace("picture.jpg", f"{SECRET}.jpg").encode())
        enter_undercover(folder, elsewhere, environment, host)
        yield Ran(folder, temporary, environment, plainview(folder, environment, "run"), plainview(folder, environment, "run"))


def enter_undercover(folder: Path, elsewhere: Path, environment: dict[str, str], host: str) -> None:
    """An undercover account, from a file that lies in another folder."""
    (elsewhere / "approval.txt").write_text(SECRET, encoding="utf-8")
    account = ACCOUNT.format(name=SECRET, host=host).replace(
        'custody = "department_run"', f'custody = "opted_in"\ncompartment = "undercover"\nsubject = "{SECRET}"'
    )
    dates = {"IV.B.2": "IV.C.9", "2020-01-01": date.today().isoformat(), "2099-12-31": (date.today() + timedelta(days=30)).isoformat(), ', "words"': ""}
    for old, new in dates.items():
        account = account.replace(old, new)
    (elsewhere / "accounts.toml").write_text(account, encoding="utf-8")
    assert plainview(folder, {}, "keys", "new", environment["PLAINVIEW_MASTER_KEY_FILE"]).returncode == 0
    imported = plainview(folder, environment, "accounts", "import", str(elsewhere / "accounts.toml"))
    assert imported.stdout.startswith("2 new"), imported.stderr


def test_both_runs_end_well_and_say_what_came_of_it(ran: Ran) -> None:
    assert (ran.first.returncode, ran.second.returncode) == (0, 0), ran.first.stderr + ran.second.stderr
    for said in ("stored", "failed", "IV.", "To review"):
        assert said in ran.first.stdout
    assert "Collecting accounts: 3 of 3" in ran.first.stderr
    assert "Traceback" not in ran.first.stderr + ran.second.stderr


def test_an_account_that_fails_stops_no_other(ran: Ran) -> None:
    outcomes = Counter(row["last_outcome"] for row in ran.rows("accounts", "health"))
    assert outcomes["failed"] == 2
    assert sum(outcomes.values()) == 3
    assert sorted(row["kind"] for row in ran.rows("posts")) == ["post", "profile"]


def test_every_hit_can_be_defended(ran: Ran) -> None:
    rows = ran.rows("hits")
    assert rows
    needed = ("clause", "directive", "directive_version", "detector", "detector_version", "score", "threshold", "because", "means", "media_sha256", "found_at")
    for row in rows:
        assert all(row[name] not in (None, "") for name in needed), row
    assert {row["kind"] for row in rows} >= {"precise_location"}


def test_the_second_run_changes_nothing(ran: Ran) -> None:
    assert "0 new hits" in ran.second.stdout
    assert sorted(row["kind"] for row in ran.rows("posts")) == ["post", "profile"]


def test_prefects_files_hold_ids_and_counts_alone(ran: Ran) -> None:
    files = [path for path in (ran.folder / "data" / "prefect").rglob("*") if path.is_file()]
    assert any(path.name == "prefect.db" for path in files)
    assert [path.name for path in files if MARK.encode() in path.read_bytes()] == []
    assert MARK not in ran.first.stderr + ran.second.stderr


def test_the_audit_chain_is_whole_after_both(ran: Ran) -> None:
    assert plainview(ran.folder, ran.environment, "audit", "verify").returncode == 0


def test_the_coordinator_finds_what_the_undercover_account_shows(ran: Ran) -> None:
    (hit,) = [row for row in ran.rows("hits", "--undercover") if row["compartment"] == "undercover" and row["kind"] == "precise_location"]
    assert SECRET in hit["handle"]
    (post,) = [row for row in ran.rows("posts", "--undercover") if SECRET in row["text"]]
    assert post["posted_at"].startswith("2026-06-01T12:00")


def test_nobody_else_meets_it(ran: Ran) -> None:
    for command in ("hits", "posts", "accounts list", "accounts health", "authorizations list"):
        assert SECRET not in json.dumps(ran.rows(*command.split()))
    assert SECRET not in ran.first.stdout + ran.first.stderr + ran.second.stdout + ran.second.stderr


def test_nothing_of_it_lies_in_clear_in_any_file(ran: Ran) -> None:
    files = [path for path in ran.folder.rglob("*") if path.is_file()]
    assert any(MARK.encode() in path.read_bytes() for path in files if path.name.startswith("general.duckdb"))  # what is in clear is found
    assert [path for path in files if SECRET.encode() in path.read_bytes()] == []


def test_not_even_its_pseudonyms_are_told_to_the_general_files_and_prefect(ran: Ran) -> None:
    (account,) = ran.rows("accounts", "list", "--undercover")
    (subject,) = ran.rows("subjects", "list")
    own = {"undercover.duckdb", "undercover.duckdb.wal"}
    others = [path for path in ran.folder.rglob("*") if path.is_file() and path.name not in own and "vault-undercover" not in path.parts]
    assert any(path.name == "prefect.db" for path in others)
    for name in (account["id"], subject["id"]):
        assert [path for path in others if name.encode() in path.read_bytes()] == []
