"""Example City's accounts file: what may be collected there, under whose written permission, for any day on which it is tried."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.account import Custody
from samples.manifest import DOCUMENTS

EVERYTHING = ("artwork", "evidence", "metadata", "words")


@dataclass(frozen=True, slots=True)
class SampleAccount:
    """One registered account. `url` is templated with the server's origin; `document` None means that nobody ever approved it."""

    key: str
    platform: str
    handle: str
    url: str
    custody: Custody
    document: str | None
    granted_by: str = ""
    detectors: tuple[str, ...] = ()
    revoked: bool = False

    @property
    def collected(self) -> bool:
        """Whether a live authorization lets Plainview collect it."""
        return self.document is not None and not self.revoked


DEPARTMENT, MEMBER = Custody.DEPARTMENT_RUN, Custody.OPTED_IN
CHIEF = "Chief of Police, Example City"

ACCOUNTS: dict[str, SampleAccount] = {
    account.key: account
    for account in (
        SampleAccount("blog", "feed", "Example City Police News", "{origin}/news/", DEPARTMENT, "approval-news-page.txt", CHIEF, EVERYTHING),
        SampleAccount("press", "mastodon", "@press@police.example.gov", "{origin}/@press", DEPARTMENT, "approval-press-account.txt", CHIEF, EVERYTHING),
        SampleAccount("bluesky", "bluesky", "police.example.gov", "{origin}", DEPARTMENT, "approval-bluesky-account.txt", CHIEF, EVERYTHING),
        SampleAccount("trails", "mastodon", "@trails@social.example", "{origin}/@trails", MEMBER, "opt-in-trails.txt", "Member 4417", ("artwork", "metadata")),
        SampleAccount("k9", "mastodon", "@k9unit@police.example.gov", "{origin}/@k9unit", DEPARTMENT, None),
        SampleAccount(
            "workshop", "mastodon", "@workshop@social.example", "{origin}/@workshop", MEMBER, "opt-in-workshop.txt", "Member 2086", ("artwork",), revoked=True
        ),
    )
}


def accounts_toml(origin: str, today: date, documents: str) -> str:
    """The accounts file for a server at `origin`, live on `today`; `documents` is the folder of the approvals as the file should name it."""
    return "\n".join([_HEADING, *(_account(account, origin, today, documents) for account in ACCOUNTS.values())])


def write_accounts(folder: Path, origin: str, today: date) -> Path:
    """Write `accounts.toml` and the approvals that it names into `folder`; returns the file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(DOCUMENTS, folder / "documents", dirs_exist_ok=True)
    path = folder / "accounts.toml"
    path.write_text(accounts_toml(origin, today, "documents"), "utf-8")
    return path


def _account(account: SampleAccount, origin: str, today: date, documents: str) -> str:
    lines = [
        "[[account]]",
        f'platform = "{account.platform}"',
        f'handle = "{account.handle}"',
        f'url = "{account.url.replace("{origin}", origin)}"',
        f'custody = "{account.custody}"',
        'compartment = "general"',
    ]
    if account.document:
        lines += _authorization(account, today, f"{documents}/{account.document}")
    return "\n".join(lines) + "\n"


def _authorization(account: SampleAccount, today: date, document: str) -> list[str]:
    since, until = _half_way_round(today) if account.revoked else (date(today.year, 1, 1), date(today.year, 12, 31))
    lines = [
        "[account.authorization]",
        'clause = "IV.B.2"' if account.custody is DEPARTMENT else 'clause = "IV.C.9"',
        f'granted_by = "{account.granted_by}"',
        f'document = "{document}"',
        f"from = {since.isoformat()}",
        f"until = {until.isoformat()}",
        f"detectors = {json.dumps(account.detectors)}",
    ]
    if account.revoked:
        lines.append(f"revoked = {since.replace(month=since.month + 2, day=15).isoformat()}T09:00:00Z")
    return lines


def _half_way_round(today: date) -> tuple[date, date]:
    """Twelve months that hold `today` and began at least three months before it, so that there was time to revoke them."""
    if today.month <= 6:
        return date(today.year - 1, 10, 1), date(today.year, 9, 30)
    return date(today.year, 4, 1), date(today.year + 1, 3, 31)


_HEADING = """# Example City: an invented department. Nothing here is real.
# Four accounts may be collected. One was never approved and one member took the consent back: Plainview must leave both alone.
"""
