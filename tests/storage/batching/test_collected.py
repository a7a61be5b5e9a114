"""A collected batch: versions of posts, what disappears and comes back, what was rejected, and where the account stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.account import Account
from domain.authorization import Authorization
from domain.identity import clean_text
from domain.post import Gone, Post, Rejected
from storage import accounts, authorizations, checkpoints, posts
from storage.batching.batches import CapturedPost, CollectionOutcome
from storage.posts import PostRow
from storage.store import Store
from tests.builders import NOON, a_post, an_account
from tests.storage.filling import MEMBER, SUPERVISOR, a_picture, collected, not_captured, register, rows, showing, take_in

LATER = NOON + timedelta(hours=1)
EVEN_LATER = NOON + timedelta(hours=2)
CASES = count()


def listed(store: Store) -> list[PostRow]:
    return posts.listing(store, viewer=SUPERVISOR)


def versions(store: Store) -> list[tuple[object, ...]]:
    return rows(store, "SELECT version, text FROM post ORDER BY id, version")


def test_a_post_is_stored_with_its_pictures(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account), a_picture(b"one", alt="a badge"), not_captured())))
    (row,) = listed(store)
    assert (row.platform, row.handle, row.text, row.version, row.first_seen, row.captured_at, row.gone_at) == (
        account.platform,
        account.handle,
        "Road closed",
        1,
        NOON,
        NOON,
        None,
    )
    assert [(one.alt, one.mime, one.problem) for one in row.media] == [("a badge", "image/jpeg", ""), ("", None, "status 503")]


def test_an_unchanged_post_writes_nothing(store: Store, account: Account) -> None:
    shown = showing(a_post(account), a_picture())
    take_in(store, collected(account, shown))
    take_in(store, collected(account, shown, at=LATER))
    assert versions(store) == [(1, "Road closed")]
    assert rows(store, "SELECT count(*) FROM post_media") == [(1,)]


def test_an_edit_is_a_new_version_and_the_old_one_stays(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account))))
    take_in(store, collected(account, showing(a_post(account, text="Road open")), at=LATER))
    assert versions(store) == [(1, "Road closed"), (2, "Road open")]
    (row,) = listed(store)
    assert (row.text, row.version, row.first_seen, row.captured_at) == ("Road open", 2, NOON, LATER)


def test_an_edit_back_is_a_third_version(store: Store, account: Account) -> None:
    for hours, text in enumerate(["Road closed", "Road open", "Road closed"]):
        take_in(store, collected(account, showing(a_post(account, text=text)), at=NOON + timedelta(hours=hours)))
    assert versions(store) == [(1, "Road closed"), (2, "Road open"), (3, "Road closed")]
    assert listed(store)[0].version == 3


def test_several_versions_in_one_batch_are_kept_in_their_order(store: Store, account: Account) -> None:
    shown = [showing(a_post(account, text=text)) for text in ["one", "one", "two", "one", "one"]]
    take_in(store, collected(account, *shown))
    assert versions(store) == [(1, "one"), (2, "two"), (3, "one")]
    assert [row.text for row in listed(store)] == ["one"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("AB")), max_size=4), max_size=5))
def test_versions_follow_what_was_seen(store: Store, account: Account, batches: list[list[tuple[int, str]]]) -> None:
    """Whatever the order of sightings, the versions of a post are its texts in order, each run of the same text once."""
    case = next(CASES)
    expected: dict[str, list[str]] = {}
    for hours, batch in enumerate(batches):
        seen = [a_post(account, f"case {case}/{number}", text) for number, text in batch]
        for post in seen:
            texts = expected.setdefault(post.id, [])
            if texts[-1:] != [post.text]:
                texts.append(post.text)
        take_in(store, collected(account, *map(showing, seen), at=NOON + timedelta(hours=hours)))
    found: dict[object, list[object]] = {}
    for post_id, text in rows(store, f"SELECT id, text FROM post WHERE native_id LIKE 'case {case}/%' ORDER BY id, version"):
        found.setdefault(post_id, []).append(text)
    assert found == expected


def test_a_post_that_has_gone_says_since_when_and_is_told_once(store: Store, account: Account) -> None:
    post = a_post(account)
    take_in(store, collected(account, showing(post)))
    take_in(store, collected(account, at=LATER, gone=(Gone(post.native_id, "404"),)))
    take_in(store, collected(account, at=EVEN_LATER, gone=(Gone(post.native_id, "404"),)))
    assert [row.gone_at for row in listed(store)] == [LATER]
    assert rows(store, "SELECT answer, observed_at FROM gone") == [("404", LATER)]


def test_a_post_that_comes_back_unchanged_is_there_again(store: Store, account: Account) -> None:
    post = a_post(account)
    take_in(store, collected(account, showing(post)))
    take_in(store, collected(account, at=LATER, gone=(Gone(post.native_id, "404"),)))
    take_in(store, collected(account, showing(post), at=EVEN_LATER))
    (row,) = listed(store)
    assert (row.gone_at, row.version, row.captured_at, row.first_seen) == (None, 2, EVEN_LATER, NOON)


def test_that_an_unknown_post_has_gone_is_nothing_of_ours(store: Store, account: Account) -> None:
    take_in(store, collected(account, gone=(Gone("https://police.example.gov/never-seen", "404"),)))
    assert rows(store, "SELECT * FROM gone") == []


def test_a_picture_that_is_captured_at_last_is_kept_beside_the_failure(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account), not_captured())))
    take_in(store, collected(account, showing(a_post(account), not_captured()), at=LATER))
    take_in(store, collected(account, showing(a_post(account), a_picture()), at=EVEN_LATER))
    assert rows(store, "SELECT problem, media_sha256 IS NULL FROM post_media ORDER BY captured_at") == [("status 503", True), ("", False)]
    take_in(store, collected(account, showing(a_post(account), not_captured(problem="status 404")), at=EVEN_LATER))
    assert [one.mime for one in listed(store)[0].media] == ["image/jpeg"]


def test_the_latest_reason_why_a_picture_is_missing_is_shown(store: Store, account: Account) -> None:
    for hours, problem in enumerate(["later: status 503", "later: status 500", "status 404", "not asked for again"]):
        take_in(store, collected(account, showing(a_post(account), not_captured(problem=problem)), at=NOON + timedelta(hours=hours)))
    assert rows(store, "SELECT count(*) FROM post_media") == [(2,)]
    assert [one.problem for one in listed(store)[0].media] == ["status 404"]
    assert posts.uncaptured(store, account_id=account.id, since=NOON) == []


def test_what_a_later_run_may_still_get_is_told_of_until_it_has_it(store: Store, account: Account) -> None:
    shown = showing(a_post(account), a_picture(b"one"), not_captured(problem="later: status 503"))
    take_in(store, collected(account, shown))
    (one,) = posts.uncaptured(store, account_id=account.id, since=NOON)
    assert (one.post.id, one.post.content_sha256, one.missing) == (shown.post.id, shown.post.content_sha256, (1,))
    assert posts.uncaptured(store, account_id=account.id, since=LATER) == []
    take_in(store, collected(account, showing(a_post(account), a_picture(b"one"), a_picture(b"two")), at=LATER))
    assert posts.uncaptured(store, account_id=account.id, since=NOON) == []


def test_other_bytes_at_the_same_address_are_kept_and_shown(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account), a_picture(b"one"))))
    take_in(store, collected(account, showing(a_post(account), a_picture(b"two")), at=LATER))
    assert rows(store, "SELECT count(*) FROM post_media") == [(2,)]
    assert [one.media_sha256 for one in listed(store)[0].media] == [a_picture(b"two").media.sha256]  # type: ignore[union-attr]


def test_what_was_rejected_is_kept_once(store: Store, account: Account) -> None:
    piece = Rejected(None, "$.items[3]", "has no id")
    take_in(store, collected(account, rejected=(piece, piece)))
    take_in(store, collected(account, rejected=(piece,), at=LATER))
    assert rows(store, "SELECT native_id, path, reason, observed_at FROM rejected") == [(None, "$.items[3]", "has no id", NOON)]


def test_the_account_stands_where_its_last_attempt_left_it(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account)), checkpoint="page 2"))
    take_in(store, collected(account, outcome=CollectionOutcome.UNCHANGED, at=LATER))
    take_in(store, collected(account, outcome=CollectionOutcome.FAILED, at=EVEN_LATER, detail="status 500"))
    (standing,) = accounts.standing(store, now=EVEN_LATER)
    assert (standing.last_attempt, standing.last_outcome, standing.last_detail) == (EVEN_LATER, "failed", "status 500")
    assert (standing.last_success, standing.posts, standing.hits_open) == (LATER, 1, 0)
    assert [due.checkpoint for due in checkpoints.due(store, now=EVEN_LATER)] == ["page 2"]


@pytest.mark.parametrize(
    ("outcome", "action"),
    [
        (CollectionOutcome.STORED, "collection:stored"),
        (CollectionOutcome.UNCHANGED, "collection:stored"),
        (CollectionOutcome.REFUSED, "collection:refused"),
        (CollectionOutcome.FAILED, "collection:failed"),
    ],
)
def test_every_attempt_is_a_row_and_an_audit_entry(store: Store, account: Account, outcome: CollectionOutcome, action: str) -> None:
    batch_id = take_in(store, collected(account, outcome=outcome))
    assert rows(store, "SELECT batch_id, outcome, terms FROM collection") == [(batch_id, str(outcome), '{"use":"public record"}')]
    assert rows(store, "SELECT action, subject FROM audit ORDER BY seq DESC LIMIT 1") == [(action, account.id)]


def test_only_the_newest_version_is_listed_and_only_to_those_who_may_see_it(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account)), showing(a_post(account, "https://police.example.gov/posts/2"))))
    assert len(listed(store)) == 2
    assert posts.listing(store, viewer=MEMBER) == []
    assert len(posts.listing(store, viewer=SUPERVISOR, limit=1)) == 1
    assert posts.listing(store, viewer=SUPERVISOR, since=LATER) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(), title=st.text(max_size=20), alt=st.text(max_size=20), name=st.text(min_size=1, max_size=20))
def test_any_text_comes_back_as_it_was_but_for_what_no_store_keeps(store: Store, account: Account, text: str, title: str, alt: str, name: str) -> None:
    post = replace(a_post(account, "https://police.example.gov/" + clean_text(name), text), title=title)
    take_in(store, collected(account, CapturedPost(replace(post, media=(a_picture(alt=alt).link,)), (a_picture(alt=alt),))))
    found = rows(store, f"SELECT text, title FROM post WHERE native_id = '{_quoted(clean_text(post.native_id))}' ORDER BY version DESC LIMIT 1")
    assert found == [(clean_text(text), clean_text(title))]


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@pytest.mark.parametrize("native_id", ["a[1]*?", "\ud800", "\x00nul", "'; DROP TABLE post; --", "🚓" * 500])
def test_odd_names_are_names(store: Store, account: Account, native_id: str) -> None:
    take_in(store, collected(account, showing(a_post(account, native_id))))
    assert [row.native_id for row in listed(store)] == [clean_text(native_id)]


def refused(store: Store, batch: object) -> str:
    with pytest.raises(AssertionError) as told:
        take_in(store, batch)  # type: ignore[arg-type]
    assert rows(store, "SELECT count(*) FROM post") == [(0,)]
    assert rows(store, "SELECT count(*) FROM collection") == [(0,)]
    assert rows(store, "SELECT action FROM audit ORDER BY seq DESC LIMIT 1") == [("batch:refused",)]
    return str(told.value)


def test_an_account_that_is_not_registered_is_refused(store: Store) -> None:
    assert "is not registered" in refused(store, collected(an_account(), showing(a_post(an_account()))))


def test_posts_without_an_authorization_are_refused(store: Store, account: Account) -> None:
    assert "no authorization" in refused(store, collected(account, showing(a_post(account)), authorized=False))


def test_posts_under_a_failed_outcome_without_an_authorization_are_refused(store: Store, account: Account) -> None:
    assert "no authorization" in refused(store, collected(account, showing(a_post(account)), authorized=False, outcome=CollectionOutcome.FAILED))


def test_posts_collected_after_the_authorization_ended_are_refused(store: Store, account: Account) -> None:
    assert "no authorization" in refused(store, collected(account, showing(a_post(account)), at=NOON.replace(year=2027)))


def test_posts_collected_on_the_authorizations_last_day_are_stored(store: Store, account: Account) -> None:
    take_in(store, collected(account, showing(a_post(account)), at=NOON.replace(month=12, day=31, hour=23)))
    assert len(listed(store)) == 1


def test_posts_collected_after_a_revocation_are_refused_and_those_before_are_stored(store: Store, account: Account, authorization: Authorization) -> None:
    authorizations.revoke(store, authorization_id=authorization.id, by="tests", now=LATER)
    assert "no authorization" in refused(store, collected(account, showing(a_post(account)), at=EVEN_LATER))
    take_in(store, collected(account, showing(a_post(account)), at=NOON))


def test_another_accounts_authorization_does_not_do(store: Store, account: Account) -> None:
    other = an_account(handle="@chief@police.example.gov")
    register(store, other)
    foreign = collected(other, showing(a_post(other)))
    assert "no authorization" in refused(store, replace(foreign, authorization_id=collected(account).authorization_id))


def test_a_refusal_needs_no_authorization(store: Store, account: Account) -> None:
    take_in(store, collected(account, outcome=CollectionOutcome.REFUSED, authorized=False, detail="no live authorization"))
    assert [one.last_outcome for one in accounts.standing(store, now=NOON)] == ["refused"]


def test_a_post_of_another_account_cannot_be_written_into_a_batch(store: Store, account: Account) -> None:
    foreign: Post = a_post(an_account(handle="@other@police.example.gov"))
    with pytest.raises(Exception, match="is of another account"):
        take_in(store, collected(account, showing(foreign)))
