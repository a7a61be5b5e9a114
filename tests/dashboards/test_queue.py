from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.store import Store
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import a_hit


def test_smoke(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    answer = client.get("/")
    assert answer.status_code == 200
    page = client.get(f"/hits/{hit.id}")
    assert page.status_code == 200
    for shown in ("thumbnail", "marked", "region"):
        assert client.get(f"/hits/{hit.id}/{shown}.jpg").status_code == 200
