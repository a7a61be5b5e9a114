from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from domain.account import Compartment, Custody
from tests.builders import an_account, an_authorization


def test_platform_and_handle_make_an_account_itself() -> None:
    account = an_account()
    assert account.id == replace(account, url="https://elsewhere.example", custody=Custody.OPTED_IN).id
    assert account.id == replace(account, handle=account.handle.upper()).id


def test_an_undercover_account_has_the_id_that_the_store_gave_it_and_none_before() -> None:
    account = replace(an_account(), compartment=Compartment.UNDERCOVER)
    with pytest.raises(ValueError, match="no id before the store has given it one"):
        _ = account.id
    assert replace(account, pseudonym="undercover_1").id == "undercover_1"


@pytest.mark.parametrize("change", [{"platform": "bluesky"}, {"handle": "@press2@police.example.gov"}])
def test_another_platform_or_handle_is_another_account(change: dict[str, str]) -> None:
    assert replace(an_account(), **change).id != an_account().id  # type: ignore[arg-type]


def test_an_account_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        an_account().custody = Custody.OPTED_IN  # type: ignore[misc]


def test_the_same_paper_for_the_same_days_is_the_same_authorization() -> None:
    paper = an_authorization(an_account())
    assert paper.id == replace(paper, document="renamed.pdf", granted_by="the Chief").id
    assert paper.id != replace(paper, document_sha256="9" * 64).id
    assert paper.id != replace(paper, account_id="account_other").id
