"""The accounts file is valid on any day, and says who was never approved and who took the consent back."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Compartment, Custody
from domain.authorization import DetectorName
from samples.accounts import ACCOUNTS, accounts_toml, write_accounts

ORIGIN = "http://127.0.0.1:8262"
ANY_DAY = st.dates(date(2024, 1, 1), date(2060, 12, 31))


def _accounts(today: date) -> dict[str, dict[str, Any]]:
    rows = tomllib.loads(accounts_toml(ORIGIN, today, "documents"))["account"]
    return dict(zip(ACCOUNTS, rows, strict=True))


@given(ANY_DAY)
def test_authorizations_are_live_whenever_it_is_run(today: date) -> None:
    for key, row in _accounts(today).items():
        if key == "k9":
            assert "authorization" not in row
            continue
        paper = row["authorization"]
        assert paper["from"] <= today <= paper["until"]
        assert paper["until"] - paper["from"] <= timedelta(days=365)


@given(ANY_DAY)
def test_only_the_workshop_was_revoked_and_that_is_past(today: date) -> None:
    revoked = {key: row["authorization"]["revoked"] for key, row in _accounts(today).items() if "revoked" in row.get("authorization", {})}
    assert list(revoked) == ["workshop"]
    assert _accounts(today)["workshop"]["authorization"]["from"] < revoked["workshop"].date()
    assert revoked["workshop"] < datetime.combine(today, time(0), UTC)


def test_every_row_speaks_the_vocabulary() -> None:
    for row in _accounts(date(2026, 6, 1)).values():
        assert Custody(row["custody"])
        assert Compartment(row["compartment"]) is Compartment.GENERAL
        assert row["url"].startswith(ORIGIN)
        assert frozenset(map(DetectorName, row.get("authorization", {}).get("detectors", []))) or "authorization" not in row


def test_a_member_allows_artwork_and_metadata_alone() -> None:
    assert _accounts(date(2026, 6, 1))["trails"]["authorization"]["detectors"] == ["artwork", "metadata"]


def test_written_file_lies_beside_the_papers_that_it_names(tmp_path: Path) -> None:
    path = write_accounts(tmp_path / "try", ORIGIN, date(2026, 6, 1))
    papers = [row["authorization"]["document"] for row in tomllib.loads(path.read_text("utf-8"))["account"] if "authorization" in row]
    assert len(papers) == 5
    for paper in papers:
        assert "Example City is invented" in (path.parent / paper).read_text("utf-8")


@pytest.mark.parametrize("key", ["k9", "workshop"])
def test_two_accounts_are_registered_but_never_collected(key: str) -> None:
    assert not ACCOUNTS[key].collected
