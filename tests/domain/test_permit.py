from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.permit import Permit, PermitKind

PERMIT = Permit(PermitKind.ARTWORK, "IV.C.1.f", "Chief of Police", "permits/7.pdf", "a" * 64, date(2026, 1, 1), date(2026, 12, 31), "account_1", "patch")


def test_the_same_paper_for_the_same_scope_is_the_same_permit() -> None:
    assert replace(PERMIT, document="renamed.pdf", granted_by="the Chief", clause="").id == PERMIT.id


@pytest.mark.parametrize(
    "change", [{"kind": PermitKind.PHOTOGRAPHS}, {"account_id": None}, {"label": None}, {"document_sha256": "b" * 64}, {"valid_until": date(2026, 12, 30)}]
)
def test_another_scope_is_another_permit(change: dict[str, object]) -> None:
    assert replace(PERMIT, **change).id != PERMIT.id  # type: ignore[arg-type]
