from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from domain.identity import Json
from domain.post import MediaLink, PostKind, Rejected
from sources.platforms.mediawiki.edits import Edit, hidden, parse_edits, parse_if_gone, parse_revisions, parse_texts, text_of_revision
from sources.platforms.mediawiki.files import media_of, parse_files, parse_prefixes, uploaded_at
from sources.platforms.mediawiki.redact import own_summaries, own_texts
from sources.platforms.mediawiki.source import parse_user, parse_user_page
from sources.platforms.mediawiki.text import MOST_PAIRS, added, files_shown
from sources.reading.shape import At, json_at
from sources.reading.track import Read
from sources.source import AccountGone, UnexpectedReply
from tests.sources.recorded import recorded, recorded_json

WIKI, SCRIPT = "wiki.example/revid", "https://wiki.example/w/index.php"
LISTED = "reply.query.usercontribs"


@pytest.fixture(scope="module")
def read() -> Read:
    listing = parse_edits(recorded_json("mediawiki/usercontribs.json"), "109")
    return parse_revisions(listing.edits, parse_texts(recorded_json("mediawiki/texts.json")), "account_1", WIKI, SCRIPT)


def text(read: Read, revision: int) -> str:
    return next(item.post.text for item in read.items if item.post.native_id == f"{WIKI}/{revision}")


def edits() -> dict[int, Edit]:
    return {edit.revision: edit for edit in parse_edits(recorded_json("mediawiki/usercontribs.json"), "109").edits}


def test_a_whole_edit(read: Read) -> None:
    post = read.items[1].post
    assert (post.native_id, post.kind, post.url, post.title) == (f"{WIKI}/929", PostKind.REVISION, f"{SCRIPT}?oldid=929", "Example City")
    assert (post.text, post.posted_at, post.edited_at) == ("In 2026 they moved.", datetime(2026, 5, 30, 10, 0, 1, tzinfo=UTC), None)


def test_the_text_is_what_was_added_after_the_summary(read: Read) -> None:
    assert text(read, 930).splitlines() == [
        "the new station",  # the section's name, which the wiki wrote, is left out
        "[[File:Station opening.jpg|thumb|alt=A ribbon is cut|The chief [[Jo Example]] opens it]]",
        "<gallery>",
        "File:Patch_of_the_department.png|alt=A patch|The patch",
        "Datei:Missing.png",
        "</gallery>",
        "[[:File:Only a link.png]]",
    ]
    assert text(read, 912) == "We are the press office."


def test_edits_of_the_same_second_are_in_order(read: Read) -> None:
    orders = [item.order for item in read.items]
    assert orders == sorted(orders, reverse=True)
    assert read.items[0].order > read.items[1].order


def test_what_a_revert_brings_back_is_anothers(read: Read) -> None:
    assert text(read, 922) == "Reverted edits by […] ([…])"


def test_where_the_text_before_is_hidden_the_summary_alone_is_kept(read: Read) -> None:
    assert (text(read, 921), text(read, 917)) == ("after a hidden edit", "")
    assert [one.native_id for one in read.rejected] == [f"{WIKI}/921", f"{WIKI}/917", f"{WIKI}/913"]


def test_an_edit_whose_text_is_not_given_is_rejected(read: Read) -> None:
    assert read.rejected[-1] == Rejected(f"{WIKI}/913", f"{LISTED}[10]", "its text was not given")


def test_what_is_hidden_somebody_elses_or_odd_is_rejected_without_its_name() -> None:
    listing = parse_edits(recorded_json("mediawiki/usercontribs.json"), "109")
    assert listing.rejected == (
        Rejected(None, f"{LISTED}[6].texthidden", "is not public"),
        Rejected(None, f"{LISTED}[8].userid", "is another account's"),
        Rejected(None, f"{LISTED}[9].timestamp", "expected a time (RFC 3339)"),
    )
    assert [edit.revision for edit in listing.edits] == [930, 929, 925, 924, 922, 921, 917, 913, 912]


def test_the_following_page() -> None:
    assert parse_edits(recorded_json("mediawiki/usercontribs.json"), "109").next == "20260525080000|911"
    assert parse_edits(recorded_json("mediawiki/usercontribs-last.json"), "109").next == ""


def test_a_list_says_the_same_until_an_edit_or_what_is_shown_of_it_changes() -> None:
    reply = recorded_json("mediawiki/usercontribs-last.json")
    before = parse_edits(reply, "109").digest
    assert parse_edits(reply, "109").digest == before
    entry = next(reply.at("query").at("usercontribs").items())
    assert isinstance(entry.value, dict)
    for change in ({"revid": 912}, {"commenthidden": True}, {"texthidden": True}, {"comment": "else"}):
        assert parse_edits(At({"query": {"usercontribs": [entry.value | change]}}, "reply"), "109").digest != before
    assert parse_edits(At({"query": {"usercontribs": [entry.value | {"top": True, "tags": ["mw-reverted"]}]}}, "reply"), "109").digest == before


def test_a_list_of_the_same_edit_twice_has_it_once() -> None:
    entry = next(recorded_json("mediawiki/usercontribs-last.json").at("query").at("usercontribs").items()).value
    assert len(parse_edits(At({"query": {"usercontribs": [entry, entry]}}, "reply"), "109").edits) == 1


@pytest.mark.parametrize("wrong", [True, -1, "911", None, 1.5, 10**20])
def test_a_revision_that_is_no_number(wrong: Json) -> None:
    entry = next(recorded_json("mediawiki/usercontribs-last.json").at("query").at("usercontribs").items())
    assert isinstance(entry.value, dict)
    listing = parse_edits(At({"query": {"usercontribs": [entry.value | {"revid": wrong}]}}, "reply"), "109")
    assert (listing.edits, [one.path for one in listing.rejected]) == ((), [f"{LISTED}[0].revid"])


@pytest.mark.parametrize("name", ["maxlag", "no-user", "badrevids"])
def test_a_reply_without_a_list(name: str) -> None:
    with pytest.raises(UnexpectedReply):
        parse_edits(recorded_json(f"mediawiki/{name}.json"), "109")


@pytest.mark.parametrize(("name", "answer"), [("badrevids", "badrevids: missing"), ("hidden", "texthidden"), ("texts", "badrevids: missing")])
def test_a_revision_that_is_gone(name: str, answer: str) -> None:
    assert parse_if_gone(recorded_json(f"mediawiki/{name}.json"), 930) == answer


def test_a_text_of_an_older_mediawiki_and_one_that_has_none() -> None:
    old: Json = {"revid": 1, "content": "Road closed"}
    assert text_of_revision(At(old, "reply")) == "Road closed"
    odd: list[Json] = [{"revid": 1}, {"slots": {}}, {"slots": {"main": {"content": 7}}}, {"slots": {"main": {"texthidden": True}}}, {"suppressed": True}, 7]
    for one in odd:
        with pytest.raises(UnexpectedReply):
            text_of_revision(At(one, "reply"))


def test_a_revision_that_is_still_there() -> None:
    reply = {"query": {"pages": [{"revisions": [{"revid": 930, "slots": {"main": {"content": "x"}}}]}]}}
    assert parse_if_gone(At(reply, "reply"), 930) is None  # type: ignore[arg-type]
    with pytest.raises(UnexpectedReply):
        parse_if_gone(At(reply, "reply"), 931)  # type: ignore[arg-type]


def test_a_user_and_the_users_page() -> None:
    lookup = recorded_json("mediawiki/lookup.json")
    assert parse_user(lookup) == "109"
    assert parse_user_page(lookup).startswith("We are the press office.")
    assert parse_prefixes(lookup) == "file|image|datei|bild"


def test_a_user_that_is_not_there() -> None:
    with pytest.raises(AccountGone, match="no user"):
        parse_user(recorded_json("mediawiki/no-user.json"))
    assert parse_user_page(recorded_json("mediawiki/no-user.json")) == ""
    assert parse_prefixes(recorded_json("mediawiki/no-user.json")) == "file|image"
    assert parse_user_page(recorded_json("mediawiki/hidden.json")) == ""


def test_an_upload_shows_that_very_version() -> None:
    files = parse_files(recorded_json("mediawiki/files.json"))
    opening = files["File:Station opening.jpg"]
    at = edits()[925].posted_at
    assert media_of(uploaded_at(at, opening), (), files) == (
        MediaLink("https://wiki.example/images/archive/a/ab/20260601080000%21Station_opening.jpg", "", "image/jpeg"),
    )


def test_a_description_of_somebody_elses_file_shows_nothing() -> None:
    files = parse_files(recorded_json("mediawiki/files.json"))
    assert uploaded_at(edits()[924].posted_at, files["File:Somebody's photograph.jpg"]) is None


def test_what_an_edit_put_into_a_page_is_shown_as_it_is_now(read: Read) -> None:
    files = parse_files(recorded_json("mediawiki/files.json"))
    shown = list(files_shown(text(read, 930), "file|image|datei"))
    assert shown == [("File:Station opening.jpg", "A ribbon is cut"), ("File:Patch of the department.png", "A patch"), ("File:Missing.png", "")]
    assert [(link.url, link.alt) for link in media_of(None, shown, files)] == [
        ("https://wiki.example/images/a/ab/Station_opening.jpg", "A ribbon is cut"),
        ("https://shared.example/d/de/Patch.png", "A patch"),
    ]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "", "/images/x.png", 7])
def test_a_file_at_an_odd_address(address: Json) -> None:
    page: Json = {"title": "File:X.png", "imageinfo": [{"url": address, "timestamp": "2026-05-29T09:30:00Z"}]}
    with pytest.raises(UnexpectedReply, match=r"imageinfo\[0\]\.url"):
        parse_files(At({"query": {"pages": [page]}}, "reply"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "One\nTwo", "One\nTwo"),
        ("One\nTwo", "One\nTwo\nThree", "Three"),
        ("One\nTwo", "Two\nOne", ""),  # moved
        ("One\nTwo", "One", ""),  # taken away
        (
            "The old station stands on Main Street.",
            "The old station stood on Main Street.",
            "The old station stood on Main Street.",
        ),  # a few words beside new ones are read with them
        ("Many words that somebody wrote before us", "Many words that somebody wrote before us and one more", "and one more"),
        ("Many words that somebody wrote before us", "First: Many words that somebody wrote before us", "First:"),
        ("Many words that somebody else wrote before us", "Many words that somebody wrote before us", ""),
        ("Twice\n", "Twice\nTwice\n", "Twice"),
        ("A\nB", "", ""),
    ],
)
def test_what_was_added(old: str, new: str, expected: str) -> None:
    assert added(old, new) == expected


def test_texts_too_long_to_compare_by_words_are_compared_by_lines() -> None:
    many = " ".join(str(number) for number in range(int(MOST_PAIRS**0.5) + 10))
    assert added(f"{many}\nSame", f"{many} more\nSame") == f"{many} more"


@pytest.mark.parametrize(
    ("wikitext", "expected"),
    [
        ("[[Image:A b.png]]", [("File:A b.png", "")]),
        ("[[ file : A_b.png | 200px | alt = A b ]]", [("File:A b.png", "A b")]),
        ("[[:File:A.png]] [[Files:B.png]] [[File:]] File:C.png", []),
        ("<gallery>\nFile:A.png\n</gallery>", [("File:A.png", "")]),
        ("[[File:A.png|[[Jo]]|alt=x]]", [("File:A.png", "")]),
    ],
)
def test_the_files_that_a_text_shows(wikitext: str, expected: list[tuple[str, str]]) -> None:
    assert list(files_shown(wikitext, "file|image")) == expected


def test_what_is_kept_of_a_reply_is_the_accounts_own() -> None:
    body = recorded("mediawiki/texts.json")
    own = {revision: edit.reverts for revision, edit in edits().items()}
    kept = parse_texts(json_at(own_texts(body, own), "reply"))
    texts = {revision: text_of_revision(at) for revision, at in kept.items() if not hidden(at)}
    assert texts[929] == "In 2026 they moved."
    assert texts[930].startswith("[[File:Station opening.jpg")
    assert texts[912] == "We are the press office."
    assert {texts[revision] for revision in (928, 920, 922, 921, 917)} == {""}
    assert kept.keys() - texts.keys() == {919, 916}
    assert b"founded in 1901" not in own_texts(body, own)
    assert b"press office" not in own_texts(body, {})


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ({7: False}, {"timestamp": "2026-05-30T10:00:00Z", "comment": "we moved", "slots": {"main": {"content": "In 2026 they moved."}}}),
        ({7: True}, {"timestamp": "2026-05-30T10:00:00Z", "comment": "we moved", "slots": {"main": {"content": ""}}}),
        ({}, {"slots": {"main": {"content": ""}}}),
    ],
)
def test_the_reply_with_a_text_holds_its_time_and_summary_too_if_it_is_the_accounts_own(own: dict[int, bool], kept: dict[str, Json]) -> None:
    theirs = {"revid": 6, "parentid": 5, "timestamp": "2026-05-29T10:00:00Z", "comment": "by Jo Example", "slots": {"main": {"content": "A town."}}}
    ours = theirs | {"revid": 7, "parentid": 6, "timestamp": "2026-05-30T10:00:00Z", "comment": "/* History */ we moved"}
    ours["slots"] = {"main": {"content": "A town.\nIn 2026 they moved."}}
    reply = own_texts(json.dumps({"query": {"pages": [{"revisions": [ours, theirs]}]}}).encode(), own)
    revisions = json.loads(reply)["query"]["pages"][0]["revisions"]
    assert revisions == [{"revid": 7, "parentid": 6} | kept, {"revid": 6, "parentid": 5, "slots": {"main": {"content": ""}}}]


def test_an_undo_is_kept_without_the_name_of_whose_edit_went() -> None:
    undo = {"revid": 7, "parentid": 0, "comment": "Undo revision 6 by [[User:Jo Example]]", "slots": {"main": {"content": "x"}}}
    assert b"Jo Example" not in own_texts(json.dumps({"query": {"pages": [{"revisions": [undo]}]}}).encode(), {7: True})


def test_a_list_is_kept_without_the_names_in_summaries_of_reverts() -> None:
    body = recorded("mediawiki/usercontribs.json")
    kept = own_summaries(body)
    assert b"Jo Example" in body
    assert b"Jo Example" not in kept
    assert parse_edits(json_at(kept, "reply"), "109").digest == parse_edits(json_at(body, "reply"), "109").digest


@pytest.mark.parametrize(
    "body", [b"", b"7", b"{}", b"<html>Jo Example", b'{"query": {"pages": [{"revisions": [{"revid": "Jo Example"}]}], "usercontribs": 7}}']
)
def test_nothing_is_kept_of_an_odd_reply(body: bytes) -> None:
    assert own_texts(body, {}) == b""
    assert own_summaries(body) == b""
