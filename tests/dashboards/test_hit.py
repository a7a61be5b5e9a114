from __future__ import annotations

import html
import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from domain.identity import sha256_hex
from domain.review import Outcome, Review
from domain.viewer import Role, Viewer
from storage import reviews
from storage.auditing import audit
from storage.store import Store
from tests.dashboards.conftest import SignedIn
from tests.dashboards.seeding import (
    BOX,
    MEANS,
    SECRET,
    SIZE,
    a_captured_post,
    a_hit,
    a_member_account,
    a_picture,
    an_authorised_account,
    artwork_finding,
    cited,
    collected,
    location_finding,
)

JUDGE = Viewer("j.lee", frozenset({Role.SUPERVISOR}))


def actions(store: Store) -> list[tuple[str, str, str]]:
    """Who did what to what, in order."""
    return [(entry.actor, entry.action, entry.subject) for entry in sorted(audit.entries(store), key=lambda entry: entry.seq)]


def test_the_page_holds_all_that_defends_the_hit(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    page = html.unescape(signed_in().get(f"/hits/{hit.id}").content.decode())
    for said in (
        "Department artwork: shoulder patch",
        hit.finding.because,
        "score 0.91",
        "flagged from 0.50",
        MEANS,
        "members shall not post any text",
        "Department artwork and/or logos unless approval is granted through the chain of command.",
        "version 2014-01-30, issued 2014-01-30",
        "https://social.example/@member/1",
        hit.media_sha256,
        hit.post_content_sha256,
        hit.directive_sha256,
        hit.finding.settings_sha256,
        "At the fair",
        "Plainview flags items, not people. A human decides.",
    ):
        assert said in page
    line = 0.004 * SIZE[0]
    assert f'<rect class="mark-over" x="{BOX.x - line}" y="{BOX.y - line}" width="{BOX.w + 2 * line}" height="{BOX.h + 2 * line}"' in page
    assert f'viewBox="0 0 {SIZE[0]} {SIZE[1]}"' in page
    assert 'rel="noreferrer noopener"' in page


def test_opening_a_hit_is_recorded(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    signed_in().get(f"/hits/{hit.id}")
    assert actions(store)[-1] == ("r.alvarez", "hit:opened", hit.id)


def test_an_exact_reading_has_no_bar_and_shows_what_was_read(signed_in: SignedIn, store: Store) -> None:
    account = a_member_account(store)
    captured = a_captured_post(store, account)
    collected(store, account, captured)
    (hit,) = cited(store, account, captured, location_finding())
    page = signed_in().get(f"/hits/{hit.id}").content.decode()
    assert 'class="score"' not in page
    assert "40.0000 N, 90.0000 W" in page
    assert "mark-over" not in page


def test_a_clause_of_another_text_is_not_replaced_by_this_one(signed_in: SignedIn, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from policy.directives import load_directive

    hit = a_hit(store)
    monkeypatch.setattr("dashboards.directive.in_force", lambda: replace(load_directive(), sha256="f" * 64))
    page = signed_in().get(f"/hits/{hit.id}").content.decode()
    assert "whose text is not installed here" in page
    assert "unless approval is granted through the chain of command.</p>" not in page


def test_earlier_decisions_are_shown(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    reviews.decide(store, viewer=JUDGE, review=Review(hit.id, Outcome.DISMISSED, "A pub's sign", "j.lee", datetime.now(UTC)))
    page = html.unescape(signed_in().get(f"/hits/{hit.id}").content.decode())
    assert "A pub's sign" in page
    assert "Decide again" in page


@pytest.mark.parametrize("shown", ["thumbnail", "marked", "region"])
def test_no_picture_carries_the_captured_bytes_or_their_metadata(signed_in: SignedIn, store: Store, shown: str) -> None:
    hit = a_hit(store)
    answer = signed_in().get(f"/hits/{hit.id}/{shown}.jpg")
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert sha256_hex(answer.content) != hit.media_sha256
    assert b"Camera that must not leak" not in answer.content
    assert not Image.open(io.BytesIO(answer.content)).getexif()


def test_only_the_marked_part_is_clear_before_the_picture_is_revealed(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    marked = Image.open(io.BytesIO(client.get(f"/hits/{hit.id}/marked.jpg").content))
    original = Image.open(io.BytesIO(a_picture(1)))
    inside = (BOX.x + 20, BOX.y + 20, BOX.x + 60, BOX.y + 70)
    assert difference(marked, original, inside) < 8
    assert difference(marked, original, SECRET) > 40


def test_the_whole_picture_is_shown_once_that_is_recorded(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    assert client.get(f"/hits/{hit.id}/whole.jpg").status_code == 403
    assert client.post(f"/hits/{hit.id}/reveal", {"filters": "?clause=IV.C.1.f"})["Location"] == f"/hits/{hit.id}?clause=IV.C.1.f"
    assert actions(store)[-1] == ("r.alvarez", "picture:revealed", hit.id)
    whole = client.get(f"/hits/{hit.id}/whole.jpg")
    assert difference(Image.open(io.BytesIO(whole.content)), Image.open(io.BytesIO(a_picture(1))), SECRET) < 10
    assert b"Camera that must not leak" not in whole.content
    assert "whole.jpg" in client.get(f"/hits/{hit.id}").content.decode()


def test_what_one_revealed_stays_blurred_for_another(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    signed_in().post(f"/hits/{hit.id}/reveal")
    assert signed_in(name="another").get(f"/hits/{hit.id}/whole.jpg").status_code == 403


def test_who_may_not_decide_may_not_reveal(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    auditor = signed_in(Role.AUDITOR)
    page = auditor.get(f"/hits/{hit.id}")
    assert page.status_code == 200
    assert b"Show whole picture" not in page.content
    assert auditor.post(f"/hits/{hit.id}/reveal").status_code == 403
    assert "picture:revealed" not in {action for _, action, _ in actions(store)}


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR])
def test_who_may_not_see_hits_learns_nothing_of_them(signed_in: SignedIn, store: Store, role: Role) -> None:
    hit = a_hit(store)
    client = signed_in(role)
    statuses = {client.get(f"/hits/{hit.id}{end}").status_code for end in ("", "/thumbnail.jpg", "/marked.jpg", "/region.jpg")}
    assert statuses == {404}
    assert client.get("/accounts").status_code == 403
    assert client.get(f"/references/{hit.finding.reference_sha256}.jpg").status_code == 403
    decision = {"outcome": "dismissed", "reason": "x", "opened_at": datetime.now(UTC).isoformat()}
    assert client.post(f"/hits/{hit.id}/decide", decision).status_code == 404
    unknown = client.get("/hits/hit_0000")
    assert client.get(f"/hits/{hit.id}").content.replace(hit.id.encode(), b"") == unknown.content.replace(b"hit_0000", b"")
    assert not reviews.listing(store, viewer=JUDGE)
    assert "hit:opened" not in {action for _, action, _ in actions(store)}


def test_what_is_not_there_is_not_there(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    for address in ("/hits/hit_0000", "/hits/hit_0000/thumbnail.jpg", f"/hits/{hit.id}/original.jpg", f"/references/{hit.media_sha256}.jpg", "/nowhere"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert b"Not here" in answer.content


def test_the_registered_artwork_stands_beside_it(signed_in: SignedIn, store: Store) -> None:
    hit = a_hit(store)
    client = signed_in()
    address = f"/references/{hit.finding.reference_sha256}.jpg"
    assert address in client.get(f"/hits/{hit.id}").content.decode()
    assert Image.open(io.BytesIO(client.get(address).content)).size == (120, 130)


def test_a_file_that_is_no_picture_is_said_to_be_none(signed_in: SignedIn, store: Store) -> None:
    account = an_authorised_account(store)
    captured = a_captured_post(store, account, picture=b"\xff\xd8 not a picture")
    collected(store, account, captured)
    (hit, *_) = cited(store, account, captured, artwork_finding())
    client = signed_in()
    assert client.get(f"/hits/{hit.id}").status_code == 200
    assert client.get(f"/hits/{hit.id}/marked.jpg").status_code == 404


def difference(one: Image.Image, other: Image.Image, part: tuple[int, int, int, int]) -> float:
    """How far two pictures differ in a part, as mean difference of grey values."""
    a, b = (image.convert("L").crop(part).tobytes() for image in (one, other))
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)
