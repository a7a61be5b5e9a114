"""A saved page is the account's own or is refused, and says nothing of who may see it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Account, Custody
from domain.post import PostKind
from domain.retention import OnDelete
from sources.exports.archive import NoPicture
from sources.exports.export import UnusableExport
from sources.exports.reading import Export
from sources.exports.registry import exporter_for, handed_in
from sources.exports.saved_page import PAGES, SavedPage, opened_page, read_page
from sources.reading.page_tree import MOST_BYTES
from sources.source import SourceError, UnexpectedReply
from tests.sources.recorded import recorded

AGENCY, ALERT = "https://local.nixle.com/example-city", "https://local.nixle.com/alert/11000002"
PROFILE = "https://myspace.com/ecpd"
NIXLE = Account("nixle", "Example City PD", AGENCY, Custody.DEPARTMENT_RUN)
MYSPACE = Account("myspace", "Example City PD", PROFILE, Custody.OPTED_IN)


def saved(name: str, head: bytes = b"") -> SavedPage:
    return SavedPage("page.html", head + recorded(name))


def names(export: Export) -> list[str]:
    return [one.post.native_id for one in export.posts]


def test_every_platform_whose_pages_are_read_has_no_export() -> None:
    for platform in PAGES:
        with pytest.raises(UnusableExport, match="saved pages of myspace and nixle too"):
            exporter_for(platform)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (b"", ALERT),
        (b"<!-- saved from url=(0040)" + ALERT.encode() + b" -->", ""),
        (b'<link rel="canonical" href="' + ALERT.encode() + b'">', ""),
        (b'<meta property="og:url" content="' + ALERT.encode() + b'">', ""),
        (b"", "http://www.local.nixle.com/alert/11000002?from=mail#top"),
    ],
)
def test_an_alerts_page_is_known_by_its_address_however_that_is_said(head: bytes, url: str) -> None:
    export = read_page(saved("nixle/alert.html", head), NIXLE, url)
    assert (names(export), export.posts[0].post.title) == ([ALERT], "ALERT: Road closed")
    assert export.posts[0].public is True
    assert len(export.posts[0].members) == len(export.posts[0].post.media) > 0


def test_a_profiles_page_waits_for_its_owner_and_tells_of_nobody_else() -> None:
    export = read_page(saved("myspace/profile.html"), MYSPACE, PROFILE + "/")
    assert [one.post.kind for one in export.posts] == [PostKind.PROFILE, PostKind.POST]
    assert {one.public for one in export.posts} == {None}
    assert "Neighbour" not in repr(export)
    assert [one.reason for one in export.rejected] == ["has no address of its own"]


@pytest.mark.parametrize(
    ("account", "url"),
    [
        (NIXLE, "https://local.nixle.com/another-city"),
        (NIXLE, "https://elsewhere.example/alert/11000002"),
        (NIXLE, "https://local.nixle.com:8443/alert/11000002"),
        (MYSPACE, "https://myspace.com/somebody"),
        (MYSPACE, "https://myspace.com/alert/11000002"),
        (MYSPACE, "https://myspace.com/"),
        (MYSPACE, "https://[myspace.com/ecpd"),
        (MYSPACE, "/ecpd"),
    ],
)
def test_a_page_from_elsewhere_is_refused(account: Account, url: str) -> None:
    with pytest.raises(UnusableExport, match="was not saved from"):
        read_page(saved("nixle/alert.html"), account, url)


def test_a_page_that_does_not_say_where_it_is_from() -> None:
    with pytest.raises(UnusableExport, match="--page-url"):
        read_page(saved("nixle/alert.html"), NIXLE, "")
    with pytest.raises(UnusableExport, match="--page-url"):
        read_page(saved("nixle/alert.html", b"<!-- saved from url=(0014)about:internet -->"), NIXLE, "")


def test_a_page_that_says_nothing_is_refused() -> None:
    with pytest.raises(UnexpectedReply):
        read_page(SavedPage("page.html", b"<html><body></body></html>"), MYSPACE, PROFILE)


@given(st.binary(max_size=200), st.sampled_from([NIXLE, MYSPACE]), st.text(max_size=40))
def test_whatever_the_file_holds_it_is_read_or_an_error_of_ours(content: bytes, account: Account, url: str) -> None:
    for address in (account.url, url):
        with suppress(SourceError):
            assert all(one.post.account_id == account.id for one in read_page(SavedPage("page.html", content), account, address).posts)


def test_one_file_of_bounded_size(tmp_path: Path) -> None:
    page, large, other = tmp_path / "page.HTM", tmp_path / "large.html", tmp_path / "page.zip"
    page.write_bytes(b"<html>")
    large.write_bytes(b"<" * (MOST_BYTES + 1))
    other.write_bytes(b"<html>")
    assert opened_page([page]).sha256 == (hashlib.sha256(b"<html>").hexdigest(),)
    for paths, words in [([page, page], "one saved page"), ([large], "larger than 2 MB"), ([other], "HTML only"), ([tmp_path / "none.html"], "cannot be read")]:
        with pytest.raises(UnusableExport, match=words):
            opened_page(paths)


def test_it_holds_no_pictures() -> None:
    page = saved("nixle/alert.html")
    assert not page.has("map.png")
    with pytest.raises(NoPicture):
        page.picture("map.png", 1000)


def test_the_platforms_own_terms_count(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(recorded("nixle/alert.html"))
    with handed_in([tmp_path / "page.html"], NIXLE, ALERT) as (origin, _, export):
        assert (origin.what, origin.terms.on_delete, names(export)) == ("a saved page of nixle", OnDelete.KEEP_BY_LAW, [ALERT])
        assert "by hand" in origin.terms.use


def test_an_export_has_no_page_url(tmp_path: Path) -> None:
    account = Account("x", "examplecity", "https://x.com/examplecity", Custody.OPTED_IN)
    with pytest.raises(UnusableExport, match="--page-url is for saved pages"), handed_in([tmp_path / "a.zip"], account, PROFILE):
        pass
