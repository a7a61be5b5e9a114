"""A department's working folder, and the real command in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from tests.servers.watched import Watched
from tests.servers.x_mock import TOKEN

NETWORK = """[network]
allow_hosts = {hosts}
contact = "press@police.example.gov"
tokens = "{tokens}"

{more}
"""
ACCOUNT = """
[[account]]
platform = "{one.platform}"
handle = "{one.handle}"
url = "{one.url}"
custody = "department_run"
[account.authorization]
clause = "IV.B.2"
granted_by = "Chief of Police"
document = "approval.txt"
from = 2020-01-01
until = 2099-12-31
detectors = ["artwork", "metadata", "words"]
"""


@dataclass
class Desk:
    """`said`: all that the command has printed. Papers and tokens lie in `elsewhere`."""

    folder: Path
    elsewhere: Path
    said: str = field(default="", repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def set_up(self, accounts: Sequence[Watched]) -> None:
        """Settings, a file of tokens, and the accounts with their paper."""
        tokens = self.elsewhere / "tokens.toml"
        tokens.touch(mode=0o600)
        tokens.write_text(f'[x]\n"*" = "{TOKEN}"\n', encoding="utf-8")
        hosts = sorted({host for one in accounts for host in one.hosts})
        settings = NETWORK.format(hosts=json.dumps(hosts), tokens=tokens, more="\n".join(one.settings for one in accounts))
        (self.folder / "plainview.toml").write_text(settings, encoding="utf-8")
        (self.elsewhere / "approval.txt").write_text("signed", encoding="utf-8")
        (self.elsewhere / "accounts.toml").write_text("".join(ACCOUNT.format(one=one) for one in accounts), encoding="utf-8")
        self.plainview("accounts", "import", str(self.elsewhere / "accounts.toml"))

    def plainview(self, *command: str) -> str:
        """What the command printed; it must have ended well."""
        program = Path(sys.executable).with_name("plainview")
        temporary = self.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        environment = os.environ | {"TMPDIR": str(temporary)}
        ended = subprocess.run([program, *command], cwd=self.folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
        self.said += ended.stdout + ended.stderr
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def rows(self, *command: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.plainview(*command, "--json").splitlines()]

    def attempts(self) -> dict[tuple[str, str], tuple[str, str, int]]:
        """By platform and url of the account: outcome, detail and requests of its last attempt, as the store tells."""
        found = """
            SELECT platform, url, max_by(outcome, collected_at), max_by(detail, collected_at), max_by(requests, collected_at)
            FROM collection JOIN account ON account.id = account_id GROUP BY ALL"""
        with duckdb.connect(str(self.data / "general.duckdb"), read_only=True) as database:
            return {(platform, url): (outcome, detail, requests) for platform, url, outcome, detail, requests in database.execute(found).fetchall()}
