"""What Facebook, Instagram and Threads share: errors, pages, whose account a token is, pictures whose addresses are signed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from domain.account import Custody
from domain.identity import Json
from domain.post import LASTING
from sources.client.http import Http, Reply
from sources.platforms.meta.graph import answered, fault_of, following, for_departments_only, graph_id, nested, shown, terms, user_id
from sources.reading.shape import At
from sources.registry import SOURCES
from sources.source import AccountGone, NotPermitted, TryAgainLater, UnexpectedReply
from tests.builders import NOON, an_account
from tests.sources.recorded import recorded
from tests.sources.serving import Site

META = ["facebook", "instagram", "threads"]
SAID = "what somebody wrote"


def a_reply(body: bytes, status: int = 400, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, "https://graph.facebook.com/v26.0/109/published_posts?fields=id&after=c3", CaseInsensitiveDict(named), body)


def an_error(code: Any, subcode: Any = None) -> bytes:
    return json.dumps({"error": {"message": SAID, "type": "OAuthException", "code": code, "error_subcode": subcode}}).encode()


@pytest.mark.parametrize("code", [1, 2, 4, 17, 32, 341, 613, 80000, 80001, 80002, 80014])
def test_too_many_calls_and_being_out_of_order_pass(code: int) -> None:
    with pytest.raises(TryAgainLater, match=f"code {code}") as problem:
        answered(a_reply(an_error(code)), NOON)
    assert SAID not in str(problem.value)
    assert "after" not in str(problem.value)


def test_a_busy_reply_says_how_long() -> None:
    usage = '{"109":[{"type":"pages","call_count":100,"total_cputime":25,"total_time":25,"estimated_time_to_regain_access":19}]}'
    with pytest.raises(TryAgainLater) as problem:
        answered(a_reply(an_error(80001), 403, X_Business_Use_Case_Usage=usage), NOON)
    assert problem.value.retry_after_s == 19 * 60


@pytest.mark.parametrize("code", [102, 190])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_token_that_has_run_out(code: int, status: int) -> None:
    with pytest.raises(NotPermitted, match=r"exchange it in the file of \[network\] tokens") as problem:
        answered(a_reply(an_error(code, 463), status), NOON)
    assert SAID not in str(problem.value)


@pytest.mark.parametrize("code", [3, 10, 200, 230, 299, 368])
def test_a_permission_that_is_missing(code: int) -> None:
    with pytest.raises(NotPermitted, match="permission"):
        answered(a_reply(an_error(code), 403), NOON)


@pytest.mark.parametrize(("code", "subcode"), [(100, 33), (803, None), (21, None), (24, None)])
def test_what_is_not_there(code: int, subcode: int | None) -> None:
    with pytest.raises(AccountGone, match=f"code {code}"):
        answered(a_reply(an_error(code, subcode)), NOON)


@pytest.mark.parametrize(("code", "subcode"), [(100, None), (100, 34), (300, None), (199, None), (80015, None), (79999, None), (0, None), (-1, 33)])
def test_any_other_error_is_ours_to_mend(code: int, subcode: int | None) -> None:
    with pytest.raises(UnexpectedReply, match=f"code {code}"):
        answered(a_reply(an_error(code, subcode)), NOON)


@pytest.mark.parametrize(("status", "raised"), [(404, AccountGone), (410, AccountGone), (401, NotPermitted), (403, NotPermitted), (400, UnexpectedReply)])
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"error": "no"}', b'{"error": {"code": "190"}}', b'{"error": {"code": true}}', an_error(300)])
def test_without_a_code_that_is_known_the_status_counts(status: int, raised: type[Exception], body: bytes) -> None:
    with pytest.raises(raised):
        answered(a_reply(body, status), NOON)


@pytest.mark.parametrize("status", [200, 304])
def test_an_answer_is_handed_on(status: int) -> None:
    reply = a_reply(an_error(190), status)
    assert answered(reply, NOON) is reply


@pytest.mark.parametrize("name", META)
def test_the_recorded_errors(name: str) -> None:
    faults = [fault_of(a_reply(recorded(f"{name}/error-{which}.json"))) for which in ("gone", "token", "busy")]
    assert [(fault.not_there, fault.code == 190, fault.busy) for fault in faults if fault] == [(True, False, False), (False, True, False), (False, False, True)]


@pytest.mark.parametrize(
    ("paging", "cursor"),
    [
        ({"cursors": {"after": "c1"}, "next": "https://graph.facebook.com/?access_token=secret&after=other"}, "c1"),
        ({"cursors": {"before": "c0", "after": "c1"}}, None),  # Graph gives a cursor with the last page too
        ({"cursors": {"before": "c0", "after": "c1"}, "next": None}, None),
        (None, None),
        ({}, None),
    ],
)
def test_the_following_page(paging: Json, cursor: str | None) -> None:
    assert following(At({"data": [], "paging": paging}, "reply")) == cursor


@pytest.mark.parametrize("paging", [7, [], "next", {"next": "x"}, {"next": "x", "cursors": {}}, {"next": "x", "cursors": {"after": ""}}])
def test_a_following_page_of_another_shape(paging: Json) -> None:
    with pytest.raises(UnexpectedReply, match=r"reply\.paging"):
        following(At({"paging": paging}, "reply"))


@pytest.mark.parametrize("text", ["1", "109_30", "1" * 40])
def test_an_id(text: str) -> None:
    assert graph_id(At(text, "id")) == text


@pytest.mark.parametrize("text", ["", "me", "../me", "1_2_3", "_1", "1_", "1/2", "1" * 41, "1\n", 7, None])
def test_what_is_no_id(text: Json) -> None:
    with pytest.raises(UnexpectedReply):
        graph_id(At(text, "id"))


def test_what_is_nested() -> None:
    assert [one.value for one in nested(At({"data": [1, 2]}, "x"))] == [1, 2]
    assert list(nested(At(None, "x"))) == []
    for odd in (7, [], {"data": 7}, {}):
        with pytest.raises(UnexpectedReply):
            list(nested(At(odd, "x")))


@pytest.mark.parametrize("handle", ["@examplecitypd", "ExampleCityPD", "109"])
def test_the_token_of_the_registered_account(handle: str) -> None:
    reply = At({"id": "109", "username": "examplecitypd"}, "reply")
    assert user_id(reply, "id", an_account("threads", handle), None) == "109"


def test_an_account_goes_by_its_id_once_it_is_known() -> None:
    renamed = At({"id": "109", "username": "examplecitypolice"}, "reply")
    assert user_id(renamed, "id", an_account("threads", "@examplecitypd"), "109") == "109"
    with pytest.raises(NotPermitted, match="another account"):
        user_id(renamed, "id", an_account("threads", "@examplecitypd"), None)


@pytest.mark.parametrize("handle", ["@examplecity", "110", "", "@examplecitypd2"])
def test_the_token_of_another_account(handle: str) -> None:
    with pytest.raises(NotPermitted, match="another account") as problem:
        user_id(At({"id": "109", "username": "examplecitypd"}, "reply"), "id", an_account("threads", handle), None)
    assert "examplecitypd" not in str(problem.value)


@pytest.mark.parametrize("name", META)
def test_a_members_own_account_is_not_read(name: str, http: Http, site: Site) -> None:
    account = an_account(name, "@member", f"{site.origin}/member", custody=Custody.OPTED_IN)
    with pytest.raises(NotPermitted, match=r"3\.a\.iii.*plainview import"):
        next(iter(SOURCES[name].pages(account, None, http)))
    assert site.asked == []


def test_a_department_run_account_is() -> None:
    for_departments_only(an_account("facebook"), "Facebook")


@pytest.mark.parametrize("name", META)
def test_the_terms(name: str) -> None:
    assert "surveillance" in SOURCES[name].terms.use
    assert "3.a.iii" in SOURCES[name].terms.reference
    assert terms("a Page").on_delete == SOURCES[name].terms.on_delete == "purge"


SIGNED = "https://scontent-abc1-1.xx.fbcdn.example/v/t39.30808-6/30_n.jpg"


def test_a_picture_is_known_by_its_name() -> None:
    first, again = (shown(At(f"{SIGNED}?oh={sign}", "src"), SIGNED, "30", "A car") for sign in ("1", "2"))
    assert first
    assert again
    assert (first.lasting, first.alt, first.address) == ("30", "A car", f"{SIGNED}?oh=1")
    assert first.url == f"{SIGNED}?oh=1{LASTING}30"
    assert first.lasting == again.lasting


def test_a_picture_without_a_name_is_known_by_its_file() -> None:
    link = shown(At(f"{SIGNED}?oh=1", "src"), SIGNED, "")
    assert link
    assert link.lasting == "30_n.jpg"


def test_no_address_is_no_picture() -> None:
    assert shown(At(None, "src"), SIGNED, "30") is None
    assert shown(At("", "src"), SIGNED, "30") is None


@pytest.mark.parametrize("address", ["fbid:30", "http://[", "javascript:x", 7, ["x"]])
def test_an_address_that_is_none(address: Json) -> None:
    with pytest.raises(UnexpectedReply, match="src"):
        shown(At(address, "src"), SIGNED, "30")
