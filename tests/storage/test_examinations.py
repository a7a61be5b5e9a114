"""Examinations: each detector sees each picture once, of posts that are public now, and what it saw is cited once under each text of the directive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Account
from domain.authorization import DetectorName
from domain.finding import Box, Finding, FindingKind, Where
from domain.identity import clean_text, sha256_hex
from domain.post import Gone, Post, PostKind
from storage import examinations
from storage.batching.batches import Compliant
from storage.batching.wire import written
from storage.errors import Refused
from storage.examinations import DetectorKey, Uncited
from storage.store import Store
from tests.builders import NOON, a_finding, a_post, an_account
from tests.storage.filling import ARTWORK, DIRECTIVE_SHA256, a_hit, a_picture, cited, collected, examined, not_captured, register, rows, showing, take_in

LATER = NOON + timedelta(hours=1)
ONE, TWO = sha256_hex(b"one"), sha256_hex(b"two")


@pytest.fixture
def post(store: Store, account: Account) -> Post:
    """A stored post that shows one picture."""
    shown = showing(a_post(account), a_picture(b"one"))
    take_in(store, collected(account, shown))
    return shown.post


def pending(store: Store, *accounts: Account, detector: DetectorKey = ARTWORK) -> list[str]:
    return [one.media_sha256 for one in examinations.pending(store, detector=detector, account_ids=[one.id for one in accounts])]


def uncited(store: Store, account: Account, directive_sha256: str = DIRECTIVE_SHA256) -> list[Uncited]:
    return examinations.uncited(store, detector=ARTWORK, account_ids=[account.id], directive_sha256=directive_sha256)


def test_a_new_picture_is_pending_until_it_is_examined(store: Store, account: Account, post: Post) -> None:
    (one,) = examinations.pending(store, detector=ARTWORK, account_ids=[account.id])
    assert (one.media_sha256, one.mime, one.byte_size, one.width, one.height) == (ONE, "image/jpeg", 3, 640, 480)
    take_in(store, examined(ONE))
    assert pending(store, account) == []


def test_another_detector_looks_too(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE))
    assert pending(store, account, detector=replace(ARTWORK, name="metadata")) == [ONE]


@pytest.mark.parametrize("other", [replace(ARTWORK, version="2"), replace(ARTWORK, settings_sha256="c" * 64)])
def test_what_an_earlier_version_or_setting_has_seen_is_not_new(store: Store, account: Account, post: Post, other: DetectorKey) -> None:
    assert pending(store, account, detector=other) == [ONE]
    take_in(store, examined(ONE))
    assert pending(store, account, detector=other) == []


def test_a_picture_that_could_not_be_examined_is_not_tried_for_ever(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE, fingerprint=None, error="not a picture"))
    assert pending(store, account) == []
    assert uncited(store, account) == []


def test_what_visitors_show_is_looked_at_only_by_whoever_may(store: Store, account: Account, post: Post) -> None:
    comment = replace(a_post(account, "comment-1", "Look"), kind=PostKind.VISITOR_COMMENT)
    same = a_picture(b"one", "https://police.example.gov/same.jpg")
    take_in(store, collected(account, showing(comment, a_picture(b"theirs"), same)))
    assert pending(store, account) == [ONE]  # which a post of the department's own shows too
    everything = examinations.pending(store, detector=ARTWORK, account_ids=[account.id], visitors=True)
    assert {one.media_sha256 for one in everything} == {ONE, sha256_hex(b"theirs")}
    take_in(store, examined(ONE))
    assert {one.kind for one in uncited(store, account)} == {PostKind.POST, PostKind.VISITOR_COMMENT}


def test_only_the_accounts_asked_for_count(store: Store, account: Account, post: Post) -> None:
    other = an_account(handle="@other@police.example.gov")
    register(store, other)
    take_in(store, collected(other, showing(a_post(other), a_picture(b"two"))))
    assert pending(store, account) == [ONE]
    assert pending(store, other) == [TWO]
    assert pending(store, account, other) == sorted([ONE, TWO])
    assert pending(store) == []


def test_what_an_edit_took_away_is_not_examined(store: Store, account: Account, post: Post) -> None:
    take_in(store, collected(account, showing(a_post(account, text="edited"), a_picture(b"two")), at=LATER))
    assert pending(store, account) == [TWO]


def test_what_has_gone_is_not_examined_nor_cited_and_is_again_when_it_comes_back(store: Store, account: Account, post: Post) -> None:
    take_in(store, collected(account, at=LATER, gone=(Gone(post.native_id, "404"),)))
    assert pending(store, account) == []
    take_in(store, examined(ONE, a_finding()))
    assert uncited(store, account) == []
    take_in(store, collected(account, showing(a_post(account), a_picture(b"one")), at=LATER))
    assert [one.media_sha256 for one in uncited(store, account)] == [ONE]


def test_what_was_not_captured_is_not_pending(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account), not_captured())))
    assert pending(store, account) == []


def test_a_picture_that_two_posts_show_is_examined_once_and_cited_for_each(store: Store, account: Account, post: Post) -> None:
    take_in(store, collected(account, showing(a_post(account, "https://police.example.gov/posts/2"), a_picture(b"one"), a_picture(b"one"))))
    assert pending(store, account) == [ONE]
    take_in(store, examined(ONE, a_finding()))
    assert len({one.post_id for one in uncited(store, account)}) == len(uncited(store, account)) == 2


def test_an_examination_that_comes_again_changes_nothing(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE, a_finding(score=0.8)))
    take_in(store, examined(ONE, a_finding(score=0.9), a_finding(label="seal")))
    assert rows(store, "SELECT score, label FROM finding") == [(0.8, "patch")]
    assert rows(store, "SELECT count(*) FROM examination") == [(1,)]


def test_the_same_finding_twice_in_one_picture_is_one(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE, a_finding(), a_finding(), a_finding(box=Box(1, 1, 5, 5))))
    assert rows(store, "SELECT count(*) FROM finding") == [(2,)]


def test_only_what_was_examined_itself_and_without_error_is_compared_with(store: Store) -> None:
    take_in(store, examined(ONE, fingerprint="1" * 64))
    take_in(store, examined(TWO, fingerprint="2" * 64, same_as=ONE))
    take_in(store, examined("3" * 64, fingerprint="3" * 64, error="cut off"))
    take_in(store, examined("4" * 64, fingerprint=None))
    assert examinations.fingerprints(store, detector=ARTWORK) == [(ONE, "1" * 64)]


def test_how_often_it_sees_something_is_counted_by_picture(store: Store) -> None:
    take_in(store, examined(ONE, a_finding(), a_finding(label="seal")))
    take_in(store, examined(TWO))
    take_in(store, examined("3" * 64, error="cut off"))
    assert examinations.flagged(store, detector=ARTWORK) == (1, 2)
    assert examinations.flagged(store, detector=replace(ARTWORK, version="2")) == (0, 0)


def test_uncited_tells_all_that_citing_needs(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE, a_finding()))
    assert uncited(store, account) == [Uncited(account, post.id, post.content_sha256, PostKind.POST, ONE, NOON, NOON, (a_finding(),))]


def test_what_was_cited_is_done_under_that_text_of_the_directive_alone(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE, a_finding()))
    take_in(store, cited(post, ONE, compliant=(Compliant(a_finding(), "IV.C.1.f", "permit_x"),)))
    assert uncited(store, account) == []
    assert len(uncited(store, account, directive_sha256="e" * 64)) == 1
    assert rows(store, "SELECT clause, permit_id, finding_id = (SELECT id FROM finding) FROM compliant") == [("IV.C.1.f", "permit_x", True)]


def test_an_edited_post_is_cited_again_and_the_same_hit_is_not_doubled(store: Store, account: Account, post: Post) -> None:
    take_in(store, examined(ONE, a_finding()))
    take_in(store, cited(post, ONE, a_hit(post, ONE, a_finding())))
    edited = showing(a_post(account, text="edited"), a_picture(b"one"))
    take_in(store, collected(account, edited, at=LATER))
    assert [one.post_content_sha256 for one in uncited(store, account)] == [edited.post.content_sha256]
    take_in(store, cited(edited.post, ONE, a_hit(edited.post, ONE, a_finding())))
    assert rows(store, "SELECT count(*) FROM citation") == [(2,)]
    assert rows(store, "SELECT count(*) FROM hit") == [(1,)]


def test_a_hit_on_a_post_that_is_not_stored_is_refused(store: Store, account: Account) -> None:
    stranger = a_post(account, "https://police.example.gov/posts/never")
    with pytest.raises(AssertionError, match="a hit on a post that is not stored"):
        take_in(store, cited(stranger, ONE, a_hit(stranger, ONE, a_finding())))
    assert rows(store, "SELECT count(*) FROM hit") == [(0,)]
    assert rows(store, "SELECT count(*) FROM citation") == [(0,)]


def test_a_hit_of_another_post_than_its_item_cannot_be_written(account: Account) -> None:
    mixed = cited(a_post(account, "other"), ONE, a_hit(a_post(account), ONE, a_finding()))
    with pytest.raises(Refused, match="is of another post"):
        written(mixed)


NUMBERS = count()
numbers = st.integers(0, 100_000)
boxes = st.none() | st.builds(Box, numbers, numbers, st.integers(1, 100_000), st.integers(1, 100_000))
spans = st.none() | st.tuples(numbers, numbers)
findings = st.builds(
    Finding,
    kind=st.sampled_from(FindingKind),
    label=st.text(max_size=20),
    score=st.floats(0.5, 1),
    threshold=st.floats(0, 0.5),
    where=st.builds(Where, boxes, spans, st.none() | st.floats(0, 1e6)),
    because=st.text(min_size=1, max_size=50).filter(lambda text: bool(clean_text(text).strip())),
    detector=st.just(DetectorName.ARTWORK),
    detector_version=st.just("1"),
    settings_sha256=st.just("b" * 64),
    text=st.none() | st.text(max_size=50),
    reference_sha256=st.none() | st.just("c" * 64),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(finding=findings)
def test_any_finding_comes_back_as_it_was(store: Store, finding: Finding) -> None:
    picture = sha256_hex(str(next(NUMBERS)).encode())
    take_in(store, examined(picture, finding))
    clean = replace(
        finding, label=clean_text(finding.label), because=clean_text(finding.because), text=None if finding.text is None else clean_text(finding.text)
    )
    assert examinations.findings(store, detector=ARTWORK, media_sha256=picture) == [clean]
