"""What every source does, whatever the platform: a new one gets these tests by a line in the registry and one in `platforms.py`."""

from __future__ import annotations

import gzip
import html
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from warcio.archiveiterator import ArchiveIterator

from domain.identity import derived_id
from domain.post import Gone, Post, PostKind
from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import Recorder
from sources.registry import SOURCES
from sources.source import AccountGone, Checkpoint, NotPermitted, Page, TryAgainLater, UnexpectedReply
from tests.sources.conftest import TOKEN, Clock
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.every import PLATFORMS, Author, Platform, Traits, Written

SECRET = "4f1e-secret"
NewClient = Callable[..., Http]


@dataclass
class Visit:
    """One account of one platform, and what reading it gives."""

    site: Site
    platform: Platform
    new_client: NewClient
    tokens: Path

    @property
    def author(self) -> Author:
        return self.platform.author

    @property
    def traits(self) -> Traits:
        return self.platform.traits

    def pages(self, checkpoint: Checkpoint | None = None, since: date | None = None, **settings: Any) -> list[Page]:
        """Without the profile, which has tests of its own."""
        http = self.new_client(retries=0, **{"tokens": self.tokens, **settings})
        account = replace(self.platform.account(self.site), since=since)
        return [without_profile(one) for one in SOURCES[self.platform.name].pages(account, checkpoint, http) if not is_profile(one)]

    def all_pages(self, checkpoint: Checkpoint | None = None) -> list[Page]:
        http = self.new_client(retries=0, tokens=self.tokens)
        return list(SOURCES[self.platform.name].pages(self.platform.account(self.site), checkpoint, http))

    def after(self) -> Checkpoint:
        return self.pages()[-1].checkpoint

    def asks(self, checkpoint: Checkpoint | None) -> list[str]:
        before = len(self.site.asked)
        self.pages(checkpoint)
        return [path for path in self.site.paths[before:] if path != "/robots.txt"]

    def fail_all(self, answer: Answer) -> None:
        self.site.otherwise = lambda asked: Answer(404) if asked.path == "/robots.txt" else answer


@pytest.fixture(params=sorted(SOURCES))
def visit(request: pytest.FixtureRequest, site: Site, new_client: NewClient, tokens: Path) -> Visit:
    platform = PLATFORMS[request.param]()
    site.otherwise = lambda asked: platform.answer(site, asked)
    return Visit(site, platform, new_client, tokens)


def is_profile(page: Page) -> bool:
    """Whether that is all that it tells of: what tells of the posts in the same reply has them on the same page."""
    return bool(page.posts) and all(post.kind is PostKind.PROFILE for post in page.posts) and page.shown == (page.posts[0].posted_at, page.posts[0].posted_at)


def without_profile(page: Page) -> Page:
    return replace(page, posts=tuple(post for post in page.posts if post.kind is not PostKind.PROFILE))


def posts(pages: list[Page]) -> list[Post]:
    return [post for page in pages for post in page.posts]


def texts(pages: list[Page]) -> list[str]:
    return [post.text for post in posts(pages)]


def gone(pages: list[Page]) -> list[Gone]:
    return [one for page in pages for one in page.gone]


def down_to(first: int, last: int) -> list[str]:
    return [f"Post {number}" for number in range(first, last - 1, -1)]


def asks_alone(visit: Visit, asked: Asked, post: Written) -> bool:
    """Whether that one post is asked for."""
    alone, path = visit.platform.native_id(visit.site, post), unquote(asked.path).removesuffix(".json")
    by_query = {alone, alone.rpartition("/")[2]} & {asked.query.get(key) for key in ("id", "ids", "photo_id", "rkey", "revids")}
    return bool(by_query) or f'["{alone}"]'.encode() in asked.body or path.endswith((f"/{post.number}", f"/{alone}"))


def test_every_source_is_tested_here() -> None:
    assert set(PLATFORMS) == set(SOURCES)
    assert all(source.name == name for name, source in SOURCES.items())


def test_it_states_its_terms(visit: Visit) -> None:
    terms = SOURCES[visit.platform.name].terms
    assert terms.use.endswith(".")
    assert terms.reference
    assert terms.keep_days is None or terms.keep_days > 0
    assert SOURCES[visit.platform.name].needs.handle
    assert SOURCES[visit.platform.name].daily.requests > 0
    assert bool(SOURCES[visit.platform.name].needs.token) is visit.traits.token


def test_its_page_in_the_docs(visit: Visit) -> None:
    page = Path(__file__).parents[2] / "docs" / "sources.md"
    assert f"`{visit.platform.name}`" in page.read_text(encoding="utf-8")


def test_nothing_is_asked_before_the_first_page(visit: Visit) -> None:
    pages = SOURCES[visit.platform.name].pages(visit.platform.account(visit.site), None, visit.new_client(tokens=visit.tokens))
    assert visit.site.asked == []
    next(iter(pages), None)
    assert visit.site.asked != []


def test_a_first_run_brings_every_public_post_newest_first(visit: Visit) -> None:
    visit.author.write_many(4)
    visit.author.write("For followers", public=False)
    visit.author.write_many(4)
    read = posts(visit.pages())
    assert [(post.text, post.native_id) for post in read] == [(post.text, visit.platform.native_id(visit.site, post)) for post in visit.author.public]
    assert all(post.account_id == visit.platform.account(visit.site).id for post in read)
    assert [post.posted_at for post in read] == [post.posted_at for post in visit.author.public]
    assert all(post.posted_at.tzinfo is UTC for post in read)


def test_what_is_not_public_is_nowhere(visit: Visit) -> None:
    visit.author.write(f"For followers {SECRET}", public=False)
    visit.author.write_many(2)
    assert SECRET not in repr(visit.pages())


def test_an_account_without_posts(visit: Visit) -> None:
    pages = visit.pages()
    assert posts(pages) == []
    assert visit.asks(pages[-1].checkpoint)[-1] == visit.platform.unchanged_asks


@pytest.mark.parametrize("after", [0, 1, 2])
def test_going_on_after_any_page_brings_exactly_the_rest(visit: Visit, after: int) -> None:
    if not visit.traits.paged:
        pytest.skip("it lists its newest posts at once")
    visit.author.write_many(10)
    pages = visit.pages()
    rest = visit.pages(pages[after].checkpoint)
    assert texts(rest) == texts(pages[after + 1 :])
    assert texts(pages[: after + 1]) + texts(rest) == down_to(10, 1)


def test_the_same_page_read_twice_is_the_same(visit: Visit) -> None:
    visit.author.write_many(7)
    pages = visit.pages()
    assert visit.pages(pages[0].checkpoint)[0].posts == visit.pages(pages[0].checkpoint)[0].posts
    assert posts(visit.pages()) == posts(pages)


def test_a_run_stops_at_its_limit_and_the_next_goes_on(visit: Visit) -> None:
    if not visit.traits.paged:
        pytest.skip("it lists its newest posts at once")
    visit.author.write_many(10)
    first = visit.pages(pages_per_run=2)
    assert texts(first) == down_to(10, 5)
    second = visit.pages(first[-1].checkpoint, pages_per_run=2)
    third = visit.pages(second[-1].checkpoint, pages_per_run=9)
    assert texts(second) + texts(third) == down_to(4, 1)


def test_new_posts_come_before_the_backfill_goes_on(visit: Visit) -> None:
    if not visit.traits.paged:
        pytest.skip("it lists its newest posts at once")
    visit.author.write_many(10)
    first = visit.pages(pages_per_run=2)
    visit.author.write_many(1)
    second = visit.pages(first[-1].checkpoint)
    assert texts(second) == ["Post 11", *down_to(4, 1)]


def test_an_unchanged_account_is_one_request(visit: Visit) -> None:
    visit.author.write_many(8)
    pages = visit.pages()
    before = len(visit.site.asked)
    again = visit.pages(pages[-1].checkpoint)
    assert [(page.unchanged, page.posts, page.gone, page.rejected) for page in again] == [(True, (), (), ())]
    asked = [one for one in visit.site.asked[before:] if one.path != "/robots.txt"]
    assert [one.path for one in asked] == [visit.platform.unchanged_asks]
    assert visit.asks(again[-1].checkpoint) == [visit.platform.unchanged_asks]
    assert not visit.traits.conditional or "If-None-Match" in asked[0].headers


def test_an_account_whose_server_knows_no_conditions(visit: Visit) -> None:
    def without(asked: Asked) -> Answer | None:
        if asked.path.endswith("getLatestCommit"):
            return json_answer({"error": "MethodNotImplemented"}, 501)
        headers = {name: value for name, value in asked.headers.items() if not name.startswith("If-")}
        answer = visit.platform.answer(visit.site, replace(asked, headers=headers))
        return answer and Answer(answer.status, answer.body, {name: value for name, value in answer.headers.items() if name != "ETag"})

    visit.site.otherwise = without
    visit.author.write_many(8)
    checkpoint = visit.after()
    assert [page.unchanged for page in visit.pages(checkpoint)] == [True]
    visit.author.write_many(1)
    assert texts(visit.pages(checkpoint)) == ["Post 9"]


def test_only_what_is_new_comes_the_second_time(visit: Visit) -> None:
    visit.author.write_many(5)
    checkpoint = visit.after()
    visit.author.write_many(8)  # more than a page: the pages between are read too
    pages = visit.pages(checkpoint)
    assert texts(pages) == down_to(13, 6)
    assert [page.unchanged for page in visit.pages(pages[-1].checkpoint)] == [True]


@pytest.mark.parametrize("place", [0, 1, 4])
def test_an_edit_is_a_new_version_of_the_same_post(visit: Visit, place: int, clock: Clock) -> None:
    if not visit.traits.edits:
        pytest.skip("nothing can be edited there")
    visit.author.write_many(8)
    before = visit.pages()
    edited = visit.author.posts[place]
    edited.text = "Corrected"
    clock.pass_by(hours=25)  # beyond the first page it is found by the daily look through all that is remembered
    pages = visit.pages(before[-1].checkpoint)
    assert texts(pages) == ["Corrected"]
    old = next(post for post in posts(before) if post.native_id == visit.platform.native_id(visit.site, edited))
    assert posts(pages)[0].id == old.id
    assert posts(pages)[0].content_sha256 != old.content_sha256
    assert [page.unchanged for page in visit.pages(pages[-1].checkpoint)] == [True]


@pytest.mark.parametrize("place", [0, 1, 4])
def test_a_deleted_post_is_gone(visit: Visit, place: int, clock: Clock) -> None:
    if not visit.traits.deletes:
        pytest.skip("a deletion cannot be told there")
    visit.author.write_many(8)
    checkpoint = visit.after()
    deleted = visit.author.posts[place]
    visit.author.delete(deleted)
    clock.pass_by(hours=25)
    pages = visit.pages(checkpoint)
    assert [one.native_id for one in gone(pages)] == [visit.platform.native_id(visit.site, deleted)]
    assert visit.traits.tells_gone in gone(pages)[0].answer
    assert texts(pages) == []
    assert [page.unchanged for page in visit.pages(pages[-1].checkpoint)] == [True]


def test_what_the_daily_look_shows_again_as_it_is_known_is_told(visit: Visit, clock: Clock) -> None:
    """Of sources whose terms count from when a post was seen, all of that and the profile; of others nothing else."""
    visit.author.write_many(8)
    before = visit.all_pages()
    if visit.traits.edits:
        visit.author.posts[1].text = "Corrected"
    if visit.traits.deletes:
        visit.author.delete(visit.author.posts[4])
    clock.pass_by(hours=25)
    pages = visit.all_pages(before[-1].checkpoint)
    known = {post.id: post for post in posts(before)}
    told = [post for page in pages for post in page.refreshed]
    assert len({post.id for post in told}) == len(told)
    changed = {post.id for post in posts(pages)} | {derived_id("post", told[0].account_id, one.native_id) for one in gone(pages) if told}
    assert {post.id for post in told} <= known.keys() - changed
    if SOURCES[visit.platform.name].terms.refresh:
        assert {post.id: post.content_sha256 for post in told} == {name: known[name].content_sha256 for name in known.keys() - changed}
        assert any(post.kind is PostKind.PROFILE for post in told)
    again = visit.all_pages(pages[-1].checkpoint)
    assert [page.refreshed for page in again] == [()]  # one request, and nothing to write


def test_new_edited_and_deleted_at_once(visit: Visit, clock: Clock) -> None:
    visit.author.write_many(6)
    checkpoint = visit.after()
    if visit.traits.edits:
        visit.author.posts[1].text = "Corrected"
    if visit.traits.deletes:
        visit.author.delete(visit.author.posts[2])
    visit.author.write_many(1)
    if not visit.traits.at_once:
        clock.pass_by(hours=25)
    pages = visit.pages(checkpoint)
    assert texts(pages) == ["Post 7", *(["Corrected"] if visit.traits.edits else [])]
    assert len(gone(pages)) == visit.traits.deletes


def test_a_post_that_is_not_listed_but_still_there_is_not_gone(visit: Visit) -> None:
    visit.author.write_many(6)
    checkpoint = visit.after()
    hidden = visit.author.posts[1]
    listed = visit.site.otherwise

    def unlisted(asked: Asked) -> Answer | None:
        visit.author.posts = [post for post in visit.author.posts if post is not hidden]
        if asks_alone(visit, asked, hidden):
            visit.author.posts.insert(1, hidden)
        return listed(asked)

    visit.site.otherwise = unlisted
    assert gone(visit.pages(checkpoint)) == []


def test_whatever_is_answered_for_one_post_the_visit_goes_on(visit: Visit, clock: Clock) -> None:
    if not visit.traits.deletes:
        pytest.skip("one post cannot be asked for")
    visit.author.write_many(4)
    checkpoint = visit.after()
    deleted = visit.author.posts[1]
    visit.author.delete(deleted)
    visit.author.write_many(1)
    clock.pass_by(hours=0 if visit.traits.at_once else 25)
    listed = visit.site.otherwise
    for status in (404, 410, 400, 403, 500, 200):
        alone = Answer(status, b"rubbish")
        visit.site.otherwise = lambda asked, alone=alone: alone if asks_alone(visit, asked, deleted) else listed(asked)  # type: ignore[misc]
        before = len(visit.site.asked)
        pages = visit.pages(checkpoint)
        assert any(asks_alone(visit, asked, deleted) for asked in visit.site.asked[before:])
        assert texts(pages) == ["Post 5"]
        assert len(gone(pages)) == (visit.traits.gone_by_status and status in {404, 410})
        if status == 500:  # what could not be answered for a while is asked again
            visit.site.otherwise = listed
            assert len(gone(visit.pages(pages[-1].checkpoint))) == 1


def test_an_odd_entry_is_rejected_and_the_others_are_kept(visit: Visit) -> None:
    visit.author.write_many(2)
    visit.author.write(SECRET, broken=True)
    visit.author.write_many(2)
    pages = visit.pages()
    assert texts(pages) == ["Post 5", "Post 4", "Post 2", "Post 1"]
    rejected = [one for page in pages for one in page.rejected]
    assert len(rejected) == 1
    assert rejected[0].path.startswith(visit.site.host)
    assert SECRET not in repr(pages)
    assert [page.unchanged for page in visit.pages(pages[-1].checkpoint)] == [True]


def test_an_account_that_is_not_there(visit: Visit) -> None:
    visit.author.write_many(2)
    checkpoint = visit.after()
    for status in (404, 410):
        visit.fail_all(Answer(status, SECRET.encode()))
        for known in (None, checkpoint):
            with pytest.raises(AccountGone) as problem:
                visit.pages(known)
            assert SECRET not in str(problem.value)


def test_a_token_that_does_not_count(visit: Visit, tmp_path: Path) -> None:
    if not visit.traits.token:
        pytest.skip("it is read without one")
    with pytest.raises(NotPermitted, match=rf"\[{visit.platform.name}\]"):
        visit.pages(tokens=None)
    assert visit.site.asked == []
    visit.fail_all(json_answer({"error": SECRET}, 401))
    with pytest.raises(NotPermitted, match="token") as problem:
        visit.pages()
    assert SECRET not in str(problem.value)
    assert TOKEN not in str(problem.value)


def test_the_token_is_sent_to_the_platform_and_shown_to_nobody(visit: Visit) -> None:
    visit.author.write_many(2)
    pages = visit.pages()
    asked = [one for one in visit.site.asked if one.path != "/robots.txt"]
    carried = [TOKEN in repr(one.headers) or TOKEN in repr(one.query) for one in asked]
    assert all(carried) if visit.traits.token else not any(carried)
    assert TOKEN not in repr(pages)


def test_only_what_was_posted_since_the_day_that_was_named(visit: Visit) -> None:
    visit.author.write_many(3)
    visit.author.written += 3 * 24 * 60  # three days on
    visit.author.write_many(5)
    newer = [post.text for post in visit.author.posts[:5]]
    checkpoint = None
    for _ in range(2):
        pages = visit.pages(checkpoint, since=visit.author.posts[4].posted_at.date())
        assert texts(pages) == newer
        checkpoint, newer = pages[-1].checkpoint, []


def test_the_posts_of_a_page_are_in_the_reply_that_it_names(visit: Visit) -> None:
    visit.author.write_many(4)
    recorder = Recorder("Plainview test")
    http = visit.new_client(retries=0, tokens=visit.tokens).visit(recorder, Meter())
    pages = list(SOURCES[visit.platform.name].pages(visit.platform.account(visit.site), None, http))
    taken = recorder.take()
    assert taken is not None
    assert TOKEN.encode() not in gzip.decompress(taken.content)
    replies = {
        record.rec_headers.get_header("WARC-Record-ID"): record.content_stream().read().decode()
        for record in ArchiveIterator(io.BytesIO(taken.content))
        if record.rec_type == "response"
    }
    assert sum(len(page.posts) for page in pages) >= 4
    for page in pages:
        assert all(post.text in html.unescape(replies[page.record]) for post in page.posts if post.kind is not PostKind.PROFILE)
        assert not page.posts or page.record in replies


def test_a_busy_server_is_tried_later(visit: Visit) -> None:
    visit.author.write_many(2)
    checkpoint = visit.after()
    for status in (429, 500, 502, 503, 504):
        visit.fail_all(Answer(status, SECRET.encode(), {"Retry-After": "7"}))
        for known in (None, checkpoint):
            with pytest.raises(TryAgainLater) as problem:
                visit.pages(known)
            assert problem.value.retry_after_s == 7
            assert SECRET not in str(problem.value)


ODD_BODIES = [
    b"",
    b"null",
    b"7",
    b'"text"',
    b'{"error": "4f1e-secret"}',
    b"<html>4f1e-secret</html>",
    b"\x00\xff",
    b"[" * 100_000,
    b"{" + b'"a":{' * 50_000,
    b"NaN",
    b"9" * 5000,
    b"1e999",
]


def test_a_reply_of_another_shape(visit: Visit) -> None:
    visit.author.write_many(2)
    checkpoint = visit.after()
    for body in ODD_BODIES:
        visit.fail_all(Answer(200, body))
        for known in (None, checkpoint):
            with pytest.raises(UnexpectedReply) as problem:
                visit.pages(known)
            assert problem.value.path.startswith(visit.site.host)
            assert SECRET not in str(problem.value)


def test_an_answer_that_is_not_documented(visit: Visit) -> None:
    for status in (201, 204, 301, 400, 401, 403, 451):
        visit.fail_all(Answer(status, b"" if status == 204 else b"{}"))
        with pytest.raises((UnexpectedReply, NotPermitted) if status in {401, 403} else UnexpectedReply, match=visit.site.host):
            visit.pages()


def test_a_failure_in_the_middle_loses_nothing(visit: Visit) -> None:
    if not visit.traits.paged:
        pytest.skip("it lists its newest posts at once")
    visit.author.write_many(10)
    http = visit.new_client(retries=0, tokens=visit.tokens)
    read = SOURCES[visit.platform.name].pages(visit.platform.account(visit.site), None, http)
    reading = (page for page in read if not is_profile(page))
    first = without_profile(next(reading))
    works, visit.site.otherwise = visit.site.otherwise, lambda _asked: Answer(503)
    with pytest.raises(TryAgainLater):
        next(reading)
    visit.site.otherwise = works
    assert texts([first]) + texts(visit.pages(first.checkpoint)) == down_to(10, 1)


@pytest.mark.parametrize(
    "state", ["", "{}", "[]", "null", "nonsense", '{"version": 0}', '{"version": 1, "own": 7}', '{"version": 1, "own": {}, "posts": {"a": 1}}']
)
def test_a_checkpoint_that_cannot_be_read_begins_anew(visit: Visit, state: str) -> None:
    visit.author.write_many(2)
    assert texts(visit.pages(Checkpoint(state))) == ["Post 2", "Post 1"]


def test_a_checkpoint_stays_small(visit: Visit) -> None:
    if not visit.traits.paged:
        pytest.skip("it lists its newest posts at once")
    visit.author.write_many(300)
    pages = visit.pages(pages_per_run=200)
    assert len(posts(pages)) == 300
    assert len(pages[-1].checkpoint.state) < 100_000


def test_a_handle_that_comes_to_name_somebody_else_is_not_followed(visit: Visit, clock: Clock) -> None:
    if not visit.traits.renamed:
        pytest.skip("an address stands for itself")
    visit.author.write_many(2)
    checkpoint = visit.after()
    clock.pass_by(hours=25)
    visit.platform.identity = visit.platform.identity.replace("109", "110").replace("ecpd", "else")
    with pytest.raises(AccountGone, match="another account"):
        visit.pages(checkpoint)
