"""Collecting one account: what is kept, what is refused, and what an account that fails leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cli.terminal import operator
from domain.account import Account, Custody
from domain.identity import sha256_hex
from flows.collect import budgets_of, outcomes_of
from flows.collect_account import collect_account
from flows.progress import Progress
from flows.station import Station
from samples.accounts import ACCOUNTS
from samples.manifest import load_manifest
from samples.serve import ExampleCity
from sources.client.http import Http
from storage import accounts, authorizations, checkpoints, posts
from storage.accounts import AccountStanding
from storage.auditing import audit
from storage.batching.batches import CollectedBatch, CollectionOutcome
from storage.checkpoints import Due
from tests.answering import Answer, answering
from tests.builders import an_authorization


def due_of(station: Station, key: str) -> Due:
    handle = ACCOUNTS[key].handle
    return next(one for one in station.door.call(checkpoints.due, now=station.now()) if one.account.handle == handle)


def standing_of(station: Station, account: Account) -> AccountStanding:
    return next(one for one in station.door.call(accounts.standing, now=station.now()) if one.account.id == account.id)


@pytest.mark.parametrize("key", [key for key, account in ACCOUNTS.items() if account.collected])
def test_a_permitted_account_is_kept_whole_and_only_what_is_public(station: Station, http: Http, city: ExampleCity, key: str) -> None:
    assert collect_account(station, http, due_of(station, key)) is CollectionOutcome.STORED
    stored = {row.native_id: row for row in station.door.call(posts.listing, viewer=operator())}
    expected = {post.native_id(city.origin) for post in load_manifest().posts if post.account == key and post.public}
    assert set(stored) == expected | {"profile"}
    pictures = [media for row in stored.values() for media in row.media]
    assert pictures
    assert all(media.media_sha256 and station.vault.has(media.media_sha256) for media in pictures)


@pytest.mark.parametrize("key", [key for key, account in ACCOUNTS.items() if account.collected])
def test_an_unchanged_account_costs_one_request_and_stores_nothing(station: Station, http: Http, city: ExampleCity, key: str) -> None:
    collect_account(station, http, due_of(station, key))
    before, asked = len(station.door.call(posts.listing, viewer=operator())), len(city.requests)
    assert collect_account(station, http, due_of(station, key)) is CollectionOutcome.UNCHANGED
    assert len(city.requests) - asked == 1
    assert len(station.door.call(posts.listing, viewer=operator())) == before


@pytest.mark.parametrize("key", [key for key, account in ACCOUNTS.items() if not account.collected])
def test_without_a_live_paper_nothing_is_asked(station: Station, http: Http, city: ExampleCity, key: str) -> None:
    due, asked = due_of(station, key), len(city.requests)
    assert collect_account(station, http, due) is CollectionOutcome.REFUSED
    assert len(city.requests) == asked
    after = standing_of(station, due.account)
    assert (after.last_outcome, after.posts, after.last_success) == ("refused", 0, None)
    assert after.last_detail
    assert any(entry.action == "collection:refused" and entry.subject == due.account.id for entry in station.door.call(audit.entries))


def test_revoking_stops_collection_at_the_next_run(station: Station, http: Http, city: ExampleCity) -> None:
    due = due_of(station, "trails")
    collect_account(station, http, due)
    station.door.call(authorizations.revoke, authorization_id=due.authorizations[0].id, by="tests", now=station.now())
    asked = len(city.requests)
    assert collect_account(station, http, due_of(station, "trails")) is CollectionOutcome.REFUSED
    assert len(city.requests) == asked


def _registered(station: Station, url: str, platform: str = "feed") -> Due:
    account = Account(platform, "press", url, Custody.DEPARTMENT_RUN)
    paper = an_authorization(account, valid_from=date(2020, 1, 1), valid_until=date(2100, 1, 1))
    now = datetime.now(UTC)
    station.door.call(accounts.add, account=account, by="tests", now=now)
    station.door.call(authorizations.grant, authorization=paper, by="tests", now=now)
    (due,) = station.door.call(checkpoints.due, now=now)
    return due


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><link>http://{host}/</link>
<item><guid>one</guid><title>Road closed</title><pubDate>Mon, 01 Jun 2026 12:00:00 GMT</pubDate>
<description>&lt;img src="http://{host}/there.png"&gt;&lt;img src="http://{host}/gone.png"&gt;</description></item></channel></rss>"""


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [(500, b"", "TryAgainLater"), (404, b"", "AccountGone"), (200, b"{not json", "UnexpectedReply"), (200, b"\x00\xff" * 50, "UnexpectedReply")],
)
def test_an_account_that_fails_says_how_and_keeps_its_checkpoint(new_station: Callable[..., Station], status: int, body: bytes, words: str) -> None:
    with answering({"/feed.json": (status, "application/feed+json", body)}) as host:
        station = new_station(host)
        due = _registered(station, f"http://{host}/feed.json")
        with Http(station.network) as http:
            assert collect_account(station, http, due) is CollectionOutcome.FAILED
    after = standing_of(station, due.account)
    assert after.last_detail.startswith(words)
    assert after.last_success is None
    assert after.posts == 0


def test_a_picture_that_cannot_be_had_is_recorded_and_stops_nothing(new_station: Callable[..., Station]) -> None:
    answers: dict[str, Answer] = {"/there.png": (200, "image/png", b"no picture at all")}
    with answering(answers) as host:
        answers["/feed.xml"] = (200, "application/rss+xml", FEED.format(host=host).encode())
        station = new_station(host)
        with Http(station.network) as http:
            assert collect_account(station, http, _registered(station, f"http://{host}/feed.xml")) is CollectionOutcome.STORED
    (post,) = station.door.call(posts.listing, viewer=operator())
    there, gone = post.media
    assert (there.mime, there.problem) == ("application/octet-stream", "")
    assert gone.media_sha256 is None
    assert "404" in gone.problem


def test_a_redirect_to_a_private_address_is_refused_by_name(new_station: Callable[..., Station]) -> None:
    with answering({}) as host:
        station = new_station()  # allows no private host at all
        due = _registered(station, f"http://{host}/feed.xml")
        with Http(station.network) as http:
            assert collect_account(station, http, due) is CollectionOutcome.FAILED
    assert "NotPermitted" in standing_of(station, due.account).last_detail


def test_no_outcome_holds_what_was_read(new_station: Callable[..., Station], tmp_path: Path) -> None:
    secret = "marked words of a post"
    with answering({"/feed.json": (200, "application/feed+json", f'{{"version": 7, "items": "{secret}"}}'.encode())}) as host:
        station = new_station(host)
        due = _registered(station, f"http://{host}/feed.json")
        with Http(station.network) as http:
            collect_account(station, http, due)
    assert secret not in standing_of(station, due.account).last_detail


def test_the_time_of_one_account_is_bounded(station: Station, http: Http) -> None:
    hurried = Station(station.storage, station.network, station.collect.model_copy(update={"account_seconds": 1e-9}))
    due = due_of(station, "press")
    assert collect_account(hurried, http, due) is CollectionOutcome.STORED  # one page, then its time is up
    rows = station.door.call(posts.listing, viewer=operator())
    assert rows
    assert all(media.media_sha256 is None and "time" in media.problem for row in rows for media in row.media)


def test_a_picture_that_a_busy_server_did_not_give_is_fetched_by_a_later_run(new_station: Callable[..., Station]) -> None:
    answers: dict[str, Answer] = {"/there.png": (503, "text/plain", b"busy"), "/gone.png": (404, "text/plain", b"")}
    with answering(answers) as host:
        answers["/feed.xml"] = (200, "application/rss+xml", FEED.format(host=host).encode())
        station = new_station(host)
        due = _registered(station, f"http://{host}/feed.xml")
        with Http(station.network) as http:
            collect_account(station, http, due)
            answers["/there.png"] = (200, "image/png", b"its bytes")
            (due,) = station.door.call(checkpoints.due, now=station.now())
            assert collect_account(station, http, due) is CollectionOutcome.STORED
            (due,) = station.door.call(checkpoints.due, now=station.now())
            assert collect_account(station, http, due) is CollectionOutcome.UNCHANGED
    (post,) = station.door.call(posts.listing, viewer=operator())
    assert post.version == 1
    assert [media.media_sha256 for media in post.media] == [sha256_hex(b"its bytes"), None]
    assert "404" in post.media[1].problem


def test_a_picture_that_turns_out_to_be_lost_is_not_asked_for_again(new_station: Callable[..., Station]) -> None:
    answers: dict[str, Answer] = {"/there.png": (503, "text/plain", b"busy"), "/gone.png": (404, "text/plain", b"")}
    with answering(answers) as host:
        answers["/feed.xml"] = (200, "application/rss+xml", FEED.format(host=host).encode())
        station = new_station(host)
        outcomes = [_collected_again(station, f"http://{host}/feed.xml")]
        del answers["/there.png"]
        outcomes += [_collected_again(station), _collected_again(station)]
    assert outcomes == [CollectionOutcome.STORED, CollectionOutcome.STORED, CollectionOutcome.UNCHANGED]
    (post,) = station.door.call(posts.listing, viewer=operator())
    assert all("404" in media.problem for media in post.media)


def _collected_again(station: Station, url: str | None = None) -> CollectionOutcome:
    if url:
        _registered(station, url)
    (due,) = station.door.call(checkpoints.due, now=station.now())
    with Http(station.network) as http:
        return collect_account(station, http, due)


VIDEOS = """<?xml version="1.0"?><feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry>
<yt:videoId>vid00000001</yt:videoId><yt:channelId>UCecpd109000000000000000</yt:channelId><title>Road closed</title><published>2026-06-01T12:00:00Z</published>
</entry></feed>"""


@pytest.mark.parametrize(
    ("platform", "path", "told"), [("youtube", "/channel/UCecpd109000000000000000", {"profile", "vid00000001"}), ("feed", "/feeds/videos.xml", set())]
)
def test_what_was_seen_again_is_handed_in_only_where_the_terms_count_from_then(
    new_station: Callable[..., Station], platform: str, path: str, told: set[str]
) -> None:
    with answering({"/feeds/videos.xml": (200, "application/atom+xml", VIDEOS.encode())}) as host:
        station = new_station(host)
        due = _registered(station, f"http://{host}{path}", platform)
        with Http(station.network) as http:
            assert collect_account(station, http, due) is CollectionOutcome.STORED
        (due,) = station.door.call(checkpoints.due, now=station.now())
        batches: list[CollectedBatch] = []
        with Http(station.network, now=lambda: datetime.now(UTC) + timedelta(hours=25)) as http:
            assert collect_account(station, http, due, keep=batches.append) is CollectionOutcome.UNCHANGED
    assert {post.native_id for batch in batches for post in batch.refreshed} == told
    assert {(batch.terms or {})["refresh"] for batch in batches} == {platform == "youtube"}


def test_a_paper_that_is_withdrawn_during_a_run_ends_that_account_alone(station: Station, http: Http) -> None:
    due = due_of(station, "trails")
    station.door.call(authorizations.revoke, authorization_id=due.authorizations[0].id, by="tests", now=station.now())
    outcomes = outcomes_of(station, http, [due, due_of(station, "blog")], Progress("collect", 2), budgets_of(station))
    assert outcomes == ["failed", "stored"]
    assert standing_of(station, due.account).posts == 0
