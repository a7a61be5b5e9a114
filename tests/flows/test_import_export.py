"""Importing an export into a real store: what is stored, what is not, and what is on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cli.terminal import operator
from domain.account import Account
from domain.audit import AuditAction
from domain.identity import sha256_hex
from domain.post import Gone
from flows import import_export as flow
from flows.import_export import Fate, HandedIn, import_export, permitted, undecided
from flows.station import Station
from sources.exports.choices import key_of
from sources.exports.reading import read_export
from sources.exports.registry import exporter_for, handed_in, opened
from sources.source import NotPermitted
from storage import accounts, authorizations, posts
from storage.auditing import audit
from storage.auditing.audit import AuditEntry
from storage.batching.outbox import CapturedMedia, CapturedPost, CollectedBatch, CollectionOutcome
from storage.erasure import erasures
from storage.errors import Refused
from storage.posts import PostRow
from tests.builders import an_authorization
from tests.sources.exports.making import EXPORTS, MARK, PICTURE, TWEET, account_on, tweets_js, zipped

X_POST = "1800000000000000001"


@pytest.fixture
def here(new_station: Callable[..., Station]) -> Station:
    return new_station()


def registered(station: Station, platform: str, until: date = date(2100, 1, 1)) -> Account:
    account = account_on(platform)
    paper = replace(an_authorization(account, valid_from=until - timedelta(days=365)), valid_until=until)
    now = datetime.now(UTC)
    station.door.call(accounts.add, account=account, by="tests", now=now)
    station.door.call(authorizations.grant, authorization=paper, by="tests", now=now)
    return account


def live(station: Station, platform: str) -> Account:
    return registered(station, platform, datetime.now(UTC).date() + timedelta(days=30))


def papers(station: Station) -> list:  # type: ignore[type-arg]
    return station.door.call(authorizations.every)


def taken(station: Station, account: Account, *paths: Path, chosen: Mapping[str, bool] | None = None, all_public: bool = False) -> list[Fate]:
    with handed_in(paths, account) as (origin, files, export):
        yes = {key_of(one.post): True for one in undecided(export)} if all_public else chosen or {}
        return import_export(HandedIn(station, account, permitted(station, account, papers(station)), origin, files, "cli:tests"), export, yes)


def stored(station: Station) -> dict[str, PostRow]:
    return {row.native_id: row for row in station.door.call(posts.listing, viewer=operator())}


def entries(station: Station, action: str) -> list[AuditEntry]:
    return [entry for entry in station.door.call(audit.entries) if entry.action == action]  # the newest first


def everything(station: Station) -> bytes:
    return b"".join(path.read_bytes() for path in station.storage.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("platform", sorted(EXPORTS))
def test_what_is_public_is_stored_once_and_nothing_else(here: Station, tmp_path: Path, platform: str) -> None:
    account = live(here, platform)
    path = zipped(tmp_path / "a.zip", EXPORTS[platform])
    first = taken(here, account, path, all_public=True)
    imported = {fate.post.native_id for fate in first if fate.imported}
    assert imported
    assert set(stored(here)) == imported
    before = stored(here)
    again = taken(here, account, path, all_public=True)
    assert not any(fate.imported for fate in again)
    assert {fate.why for fate in again if fate.post.native_id in imported} == {"is stored already"}
    assert stored(here) == before
    assert MARK.encode() not in everything(here)
    (_, first_entry) = entries(here, AuditAction.EXPORT_IMPORTED)
    assert (first_entry.actor, first_entry.subject) == ("cli:tests", account.id)
    assert first_entry.detail == {"files": [sha256_hex(path.read_bytes())], "posts": len(first), "imported": len(imported), "rejected": 0}


def test_pictures_come_from_the_zip_and_say_why_where_they_do_not(here: Station, tmp_path: Path) -> None:
    files = {**EXPORTS["x"]}
    del files["data/tweets_media/1800000000000000001-small.mp4"]
    fates = taken(here, live(here, "x"), zipped(tmp_path / "a.zip", files), all_public=True)
    assert [fate.lost for fate in fates] == [1, 0]
    picture, video = stored(here)[X_POST].media
    assert (picture.media_sha256, picture.problem) == (sha256_hex(PICTURE), "")
    assert here.vault.get(str(picture.media_sha256)) == PICTURE
    assert (video.media_sha256, video.problem) == (None, "not captured: it is not in the export")


def test_a_picture_that_was_missing_is_taken_from_another_part_later(here: Station, tmp_path: Path) -> None:
    account = live(here, "instagram")
    files = dict(EXPORTS["instagram"])
    late = {"media/posts/202609/2.png": files.pop("media/posts/202609/2.png"), "media/posts/202609/3.mp4": b"a video"}
    one, two = zipped(tmp_path / "1.zip", files), zipped(tmp_path / "2.zip", late)
    taken(here, account, one, all_public=True)
    fates = taken(here, account, one, two, all_public=True)
    assert [fate.post.text for fate in fates if fate.imported] == ["Two of them"]
    (row,) = [row for row in stored(here).values() if row.text == "Two of them"]
    assert (row.version, [media.media_sha256 for media in row.media]) == (1, [sha256_hex(PICTURE), sha256_hex(b"a video")])


def test_only_what_the_owner_marked_is_taken(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    with opened([path], exporter_for("x")) as archive:
        first, second = undecided(read_export(archive, exporter_for("x"), account))
    fates = taken(here, account, path, chosen={key_of(first.post): True, key_of(second.post): False})
    assert [(fate.imported, fate.why) for fate in fates] == [(True, ""), (False, "its owner did not mark it as public")]
    assert set(stored(here)) == {X_POST}


def test_a_yes_to_what_was_edited_since_is_none(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    with opened([path], exporter_for("x")) as archive:
        chosen = {key_of(one.post): True for one in undecided(read_export(archive, exporter_for("x"), account))}
    edited = zipped(tmp_path / "b.zip", {"tweets.js": tweets_js([{"tweet": TWEET | {"full_text": "not for everybody"}}])})
    (fate,) = taken(here, account, edited, chosen=chosen)
    assert (fate.imported, fate.why) == (False, "its owner has not marked it as it reads now")
    assert stored(here) == {}


def collected(
    here: Station, account: Account, post: CapturedPost | None, gone: tuple[Gone, ...] = (), checkpoint: str | None = "state", on_delete: str = ""
) -> None:
    (paper,) = papers(here)
    shown = (post,) if post else ()
    terms: dict[str, object] = {"use": "x", "on_delete": on_delete}
    here.submit(CollectedBatch(account.id, paper.id, here.now(), CollectionOutcome.STORED, posts=shown, gone=gone, checkpoint=checkpoint, terms=terms))


def test_a_collected_post_and_an_imported_one_are_one_post_as_the_platform_showed_it(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    with opened([path], exporter_for("x")) as archive:
        post = read_export(archive, exporter_for("x"), account).posts[0].post
    live_one = replace(post, text="as the platform shows it")
    collected(here, account, CapturedPost(live_one, tuple(CapturedMedia(link, None, "404") for link in live_one.media)))
    fates = taken(here, account, path, all_public=True)
    assert fates[0].why == "is stored already, as the platform showed it"
    assert stored(here)[X_POST].text == "as the platform shows it"
    assert stored(here)[X_POST].version == 1


def test_what_had_gone_from_the_platform_stays_gone(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    taken(here, account, path, all_public=True)
    collected(here, account, None, (Gone(X_POST, "404"),))
    fates = taken(here, account, path, all_public=True)
    assert fates[0].why == "was seen to have gone from the platform"
    assert stored(here)[X_POST].gone_at


def test_an_export_does_not_bring_back_what_a_tombstone_is_left_of(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    taken(here, account, path, all_public=True)
    collected(here, account, None, (Gone(X_POST, "404"),), on_delete="tombstone")
    here.door.call(erasures.purge, by="tests", now=here.now())
    assert X_POST not in stored(here)
    fates = taken(here, account, path, all_public=True)
    assert fates[0].why == "was seen to have gone from the platform"
    assert X_POST not in stored(here)


def test_an_edit_in_a_newer_export_is_a_version_where_exports_alone_tell_of_the_post(here: Station, tmp_path: Path) -> None:
    account = live(here, "facebook")
    one = [{"timestamp": 1790000000, "data": [{"post": "One"}]}]
    taken(here, account, zipped(tmp_path / "1.zip", {"your_posts_1.json": json.dumps(one)}), all_public=True)
    one[0]["data"] = [{"post": "One, edited"}]
    taken(here, account, zipped(tmp_path / "2.zip", {"your_posts_1.json": json.dumps(one)}), all_public=True)
    (row,) = stored(here).values()
    assert (row.text, row.version) == ("One, edited", 2)


def test_an_import_is_no_sign_that_the_account_is_monitored_and_leaves_its_checkpoint(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    taken(here, account, path, all_public=True)
    (standing,) = here.door.call(accounts.standing, now=here.now())
    assert (standing.last_success, standing.last_attempt, standing.posts) == (None, None, 2)
    collected(here, account, None)
    (before,) = here.door.call(accounts.standing, now=here.now())
    taken(here, account, zipped(tmp_path / "b.zip", {"tweets.js": tweets_js([{"tweet": TWEET | {"id_str": "77"}}])}), all_public=True)
    (after,) = here.door.call(accounts.standing, now=here.now())
    assert before.last_success is not None
    assert (after.last_success, after.posts) == (before.last_success, 3)


def test_without_a_live_paper_nothing_is_imported_and_the_refusal_is_recorded(here: Station) -> None:
    account = registered(here, "x", date(2020, 12, 31))
    with pytest.raises(NotPermitted, match="ended on 2020-12-31"):
        permitted(here, account, papers(here))
    assert [entry.subject for entry in entries(here, AuditAction.COLLECTION_REFUSED)] == [account.id]


def test_a_paper_that_is_withdrawn_meanwhile_stops_the_import(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    (paper,) = papers(here)
    here.door.call(authorizations.revoke, authorization_id=paper.id, by="tests", now=here.now())
    with handed_in([zipped(tmp_path / "a.zip", EXPORTS["x"])], account) as (origin, files, export), pytest.raises(Refused):
        import_export(HandedIn(here, account, paper, origin, files, "cli:tests"), export, {key_of(one.post): True for one in export.posts})
    assert stored(here) == {}


def test_what_was_posted_before_collection_starts_is_left(here: Station, tmp_path: Path) -> None:
    account = live(here, "x")
    late = replace(account, since=date(2026, 11, 19))
    fates = taken(here, late, zipped(tmp_path / "a.zip", EXPORTS["x"]), all_public=True)
    assert {fate.why for fate in fates} == {"was posted before 2026-11-19, from when on the account is collected"}
    assert stored(here) == {}


def test_many_posts_go_in_several_batches(here: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "PER_BATCH", 3)
    tweets = [{"tweet": TWEET | {"id_str": str(number), "full_text": f"number {number}"}} for number in range(1, 8)]
    taken(here, live(here, "x"), zipped(tmp_path / "a.zip", {"tweets.js": tweets_js([*tweets, {}])}), all_public=True)
    assert len(stored(here)) == 7
    assert [entry.detail["posts"] for entry in entries(here, AuditAction.COLLECTION_STORED)] == [1, 3, 3]
    (entry,) = entries(here, AuditAction.EXPORT_IMPORTED)
    assert entry.detail["rejected"] == 1


def test_the_zip_is_not_kept(here: Station, tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", EXPORTS["x"])
    taken(here, live(here, "x"), path, all_public=True)
    assert not here.vault.has(sha256_hex(path.read_bytes()))
    assert path.read_bytes() not in everything(here)
