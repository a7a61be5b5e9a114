"""Reading an account over many runs, whatever happens to it in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.post import Gone, Post, PostKind, Rejected
from sources.reading.track import MOST_COMMENTS, MOST_GAPS, UNSETTLED, WINDOW, Gap, Item, Known, Read, Track, comment_locator, track_of
from sources.reading.walk import Walk
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, SourceError, TryAgainLater, UnexpectedReply
from tests.builders import NOON
from tests.sources.simulated.every import Author, Written, page_of


def item(post: Written) -> Item:
    made = Post("account_1", str(post.number), PostKind.POST, f"https://a.example/{post.number}", post.text, post.posted_at)
    return Item(made, f"{post.number:09d}", str(post.number))


def read(author: Author, below: str | None = None) -> Read:
    page = page_of(author, int(below) if below else None)
    return Read(tuple(map(item, page)), (), str(page[-1].number) if page else None)


def gone_from(author: Author, native_id: str, _known: Known) -> str | None:
    return None if any(str(post.number) == native_id for post in author.posts) else "404"


def run(author: Author, checkpoint: Checkpoint | None, pages: int = 50, hours: float = 0) -> list[Page]:
    now = NOON + timedelta(hours=hours)
    walk = Walk(track_of(checkpoint), lambda below: read(author, below), lambda name, known: gone_from(author, name, known), now, pages)
    return list(walk.from_first(read(author)))


class Watching(RuleBasedStateMachine):
    """Somebody writes, edits and deletes; we read now and then, sometimes only a page or two, and sometimes are stopped in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.author = Author()
        self.checkpoint: Checkpoint | None = None
        self.hours = 0.0
        self.seen: dict[str, str] = {}
        self.told_gone: list[str] = []

    @rule(count=st.integers(1, 12))
    def write(self, count: int) -> None:
        self.author.write_many(count)

    @rule(place=st.integers(0, 40))
    def edit(self, place: int) -> None:
        if place < len(self.author.posts):
            self.author.posts[place].text += " (corrected)"

    @rule(place=st.integers(0, 40))
    def delete(self, place: int) -> None:
        if place < len(self.author.posts):
            self.author.delete(self.author.posts[place])

    @rule(hours=st.floats(0, 30), pages=st.integers(1, 6), stop=st.integers(1, 6))
    def read(self, hours: float, pages: int, stop: int) -> None:
        self.hours += hours
        self.keep(run(self.author, self.checkpoint, pages, self.hours)[:stop])

    def keep(self, pages: list[Page]) -> None:
        for page in pages:
            self.seen |= {post.native_id: post.text for post in page.posts}
            self.told_gone += [gone.native_id for gone in page.gone]
            self.checkpoint = page.checkpoint
            assert page.unchanged <= (not page.posts and not page.gone)

    @invariant()
    def nothing_is_gone_that_is_there(self) -> None:
        assert not set(self.told_gone) & {str(post.number) for post in self.author.posts}
        assert len(set(self.told_gone)) == len(self.told_gone)

    def teardown(self) -> None:
        """A day later, read to the end: now everything is known as it is."""
        self.hours += 25
        self.keep(run(self.author, self.checkpoint, 500, self.hours))
        self.keep(run(self.author, self.checkpoint, 500, self.hours))
        assert {name: text for name, text in self.seen.items() if name not in self.told_gone} == {str(post.number): post.text for post in self.author.posts}
        assert [page.unchanged for page in run(self.author, self.checkpoint, 500, self.hours)] == [True]


TestWatching = Watching.TestCase
TestWatching.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_pages_that_lead_back_to_each_other_end() -> None:
    author = Author()
    author.write_many(3)
    page = read(author)
    walk = Walk(Track(), lambda _next: Read(page.items, (), "round and round"), lambda _name, _known: None, NOON, 1000)
    assert len(list(walk.from_first(Read(page.items, (), "round and round")))) == 2


def test_a_backfill_goes_on_below_posts_that_moved_up_to_the_first_page() -> None:
    """As many posts as a page holds are deleted before the backfill goes on: what it reads next is known by then, from the first page."""
    author = Author()
    author.write_many(7)
    first = run(author, None, pages=1)
    for post in author.posts[:3]:
        author.delete(post)
    assert [post.text for page in run(author, first[-1].checkpoint) for post in page.posts] == ["Post 4", "Post 3", "Post 2", "Post 1"]


def test_a_server_that_empties_its_list_is_asked_about_each_post_and_only_so_many() -> None:
    author = Author()
    author.write_many(60)
    checkpoint = run(author, None)[-1].checkpoint
    asked: list[str] = []

    def still_there(name: str, _known: Known) -> None:
        asked.append(name)

    walk = Walk(track_of(checkpoint), lambda _next: Read((), (), None), still_there, NOON, 50)
    assert [page.gone for page in walk.from_first(Read((), (), None))] == [()]
    assert len(asked) == 40
    assert walk.track.head == UNSETTLED  # the rest is asked about in the next run


def test_a_check_that_fails_is_made_again_in_the_next_run() -> None:
    author = Author()
    author.write_many(3)
    checkpoint = run(author, None)[-1].checkpoint
    author.delete(author.posts[1])

    def busy(_name: str, _known: Known) -> str | None:
        raise TryAgainLater(None, "busy")

    pages = list(Walk(track_of(checkpoint), lambda below: read(author, below), busy, NOON, 50).from_first(read(author)))
    assert [page.gone for page in pages] == [()]
    assert [page.gone for page in run(author, pages[-1].checkpoint)] == [(Gone("2", "404"),)]


@pytest.mark.parametrize("problem", [NotPermitted("robots.txt"), AccountGone("a.example/1: answered 404"), UnexpectedReply("a.example", "no JSON")])
def test_a_check_that_tells_nothing_is_not_made_again(problem: SourceError) -> None:
    author = Author()
    author.write_many(3)
    checkpoint = run(author, None)[-1].checkpoint
    author.delete(author.posts[1])

    def forbidden(_name: str, _known: Known) -> str | None:
        raise problem

    pages = list(Walk(track_of(checkpoint), lambda below: read(author, below), forbidden, NOON, 50).from_first(read(author)))
    assert [page.gone for page in pages] == [()]
    assert [page.unchanged for page in run(author, pages[-1].checkpoint)] == [True]


def test_what_leaves_the_end_of_a_window_is_not_gone() -> None:
    """A feed shows its newest entries only."""
    author = Author()
    author.write_many(3)

    def window() -> Read:
        return Read(tuple(map(item, author.posts[:3])), (), None, to_the_end=False)

    first = list(Walk(Track(), read_nothing, gone_always, NOON, 50).from_first(window()))
    author.write_many(2)
    later = list(Walk(track_of(first[-1].checkpoint), read_nothing, gone_always, NOON, 50).from_first(window()))
    assert [page.gone for page in later] == [()]
    author.delete(author.posts[1])
    last = list(Walk(track_of(later[-1].checkpoint), read_nothing, gone_always, NOON, 50).from_first(window()))
    assert [page.gone for page in last] == [(Gone("4", "404"),)]


def test_a_rejected_post_is_not_taken_for_a_deleted_one() -> None:
    author = Author()
    author.write_many(3)
    checkpoint = run(author, None)[-1].checkpoint
    listed = Read((item(author.posts[0]), item(author.posts[2])), (Rejected("2", "page[1]", "odd"),), None)
    pages = list(Walk(track_of(checkpoint), read_nothing, gone_always, NOON, 50).from_first(listed))
    assert [page.gone for page in pages] == [()]


@given(st.integers(0, 30))
def test_gaps_stay_few_and_still_cover_everything(count: int) -> None:
    track = Track()
    for number in range(count):
        track.add_gap(Gap(f"{number}", f"{number + 1:03d}", f"{number:03d}"))
    assert len(track.gaps) == min(count, MOST_GAPS)
    if count:
        assert (track.gaps[0].next, track.gaps[-1].until) == (f"{count - 1}", "000")


def test_only_the_newest_posts_are_remembered() -> None:
    track = Track()
    for number in range(WINDOW + 50):
        track.remember(item(Written(number, "x")))
    kept = track_of(track.checkpoint())
    assert sorted(map(int, kept.posts)) == list(range(50, WINDOW + 50))


def test_a_checkpoint_gives_back_what_was_put_in() -> None:
    track = Track(own={"did": "did:plc:a"}, posts={"a": Known("c", "o", "l")}, gaps=[Gap("n", None, None), Gap("n", "u", "d")], head="h", swept_at=NOON)
    assert track_of(track.checkpoint()) == track


def read_nothing(_next: str) -> Read:
    raise AssertionError("a window has no further pages")


def gone_always(_name: str, _known: Known) -> str:
    return "404"


def test_posts_that_were_seen_and_not_read_again_are_neither_new_nor_missing() -> None:
    author = Author()
    author.write_many(6)
    checkpoint = run(author, None)[-1].checkpoint
    track = track_of(checkpoint)
    author.write_many(1)
    author.delete(author.posts[2])

    def seen(below: str | None = None) -> Read:
        whole = read(author, below)
        known = {one.post.native_id: track.posts[one.post.native_id] for one in whole.items if one.post.native_id in track.posts}
        again = Read(tuple(one for one in whole.items if one.post.native_id not in known), (), whole.next, seen=known)
        assert (again.digest, again.lowest, again.names) == (whole.digest, whole.lowest, whole.names)
        return again

    pages = list(Walk(track, seen, lambda name, known: gone_from(author, name, known), NOON, 50).from_first(seen()))
    assert [post.text for page in pages for post in page.posts] == ["Post 7"]
    assert [one.native_id for page in pages for one in page.gone] == ["5"]


def with_comments(author: Author, below: str | None = None) -> Read:
    """As `read`, each post with its comments in its place."""
    plain = read(author, below)
    return replace(plain, items=tuple(one for post in plain.items for one in (post, *under(author, post))))


def under(author: Author, post: Item) -> Iterator[Item]:
    for one in author.comments.get(int(post.post.native_id), []):
        made = Post("account_1", f"c{one.number}", PostKind.VISITOR_COMMENT, f"https://a.example/c{one.number}", one.text, one.posted_at)
        yield Item(made, post.order, comment_locator(one.posted_at))


def visit(author: Author, checkpoint: Checkpoint | None, hours: float) -> list[Page]:
    there = {str(post.number) for post in author.posts} | {f"c{number}" for number in author.comment_numbers}

    def answer_if_gone(name: str, _known: Known) -> str | None:
        return None if name in there else "404"

    now = NOON + timedelta(hours=hours)
    return list(Walk(track_of(checkpoint), lambda below: with_comments(author, below), answer_if_gone, now, 500).from_first(with_comments(author)))


def told(pages: list[Page]) -> tuple[list[str], list[str]]:
    return [post.text for page in pages for post in page.posts], [one.native_id for page in pages for one in page.gone]


def test_many_comments_push_no_post_out_of_the_window() -> None:
    author = Author()
    author.write_many(30)
    author.comment(author.posts[0], MOST_COMMENTS)
    author.comment(author.posts[9], MOST_COMMENTS + 100)  # more than are remembered
    first = visit(author, None, 0)
    assert len(told(first)[0]) == 30 + 2 * MOST_COMMENTS + 100
    assert len(first[-1].checkpoint.state) < 100_000
    kept = track_of(first[-1].checkpoint)
    assert len([name for name in kept.posts if name.startswith("c")]) == MOST_COMMENTS
    author.posts[20].text = "Corrected"
    author.delete(author.posts[25])
    newest = author.comments_of(author.posts[9])
    newest[0].text = "Corrected comment"
    removed = newest.pop(1)
    author.comment(author.posts[0], 1)
    pages = visit(author, first[-1].checkpoint, 25)
    assert told(pages) == (["Comment 731", "Corrected comment", "Corrected"], [f"c{removed.number}", "5"])
    assert told(visit(author, pages[-1].checkpoint, 50)) == ([], [])  # what is beyond the remembered comments is not new again


def test_a_comment_under_the_last_post_of_a_page_is_gone() -> None:
    author = Author()
    author.write_many(6)
    for post in author.posts:
        author.comment(post, 2)
    checkpoint = visit(author, None, 0)[-1].checkpoint
    removed = [author.comments_of(author.posts[place]).pop().number for place in (2, 3, 5)]
    assert [sorted(one) for one in told(visit(author, checkpoint, 25))] == [[], sorted(f"c{number}" for number in removed)]


def test_comments_under_posts_that_are_forgotten_are_forgotten_too() -> None:
    author = Author()
    author.write_many(WINDOW + 5)
    old, newer = author.comment(author.posts[-1], 3), author.comment(author.posts[WINDOW - 1], 3)
    kept = track_of(visit(author, None, 0)[-1].checkpoint)
    assert {name for name in kept.posts if name.startswith("c")} == {f"c{one.number}" for one in newer}
    assert f"c{old[0].number}" not in kept.posts


def test_a_checkpoint_in_which_comments_shared_the_window_is_read_on() -> None:
    author = Author()
    author.write_many(4)
    author.comment(author.posts[0], 2)
    state = {"a": ["x", "000000001", "1"], "c7": ["x", "000000001", comment_locator(NOON)]}
    track = track_of(Checkpoint(json.dumps({"version": 1, "own": {}, "posts": state, "gaps": [], "head": "h", "swept_at": NOON.isoformat()})))
    assert (track.posts["c7"].commented, track.posts["a"].commented) == ("2026-06-01T12:00:00.000000", "")
    assert track.reaches() == ("000000001", "")
    assert not track.full
