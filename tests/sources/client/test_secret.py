"""A token goes to the platform that was asked and to nobody else, and is shown nowhere."""

from __future__ import annotations

import gzip
import html
import json
import string
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import Recorder
from sources.client.secret import REDACTED, Secret, bearer, in_header, in_query
from sources.settings import NetworkSettings
from tests.sources.serving import Answer, Site, redirect, served

TOKEN = "EAAB/tok+en=17"
WAYS = [bearer(TOKEN), in_header("X-Goog-Api-Key", TOKEN), in_query("api_key", TOKEN)]


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    with served() as other:
        yield other


@pytest.fixture
def client(site: Site, elsewhere: Site) -> Iterator[Http]:
    with Http(NetworkSettings(allow_hosts=(site.host, elsewhere.host), retries=0)) as made:
        yield made


@pytest.mark.parametrize("secret", WAYS, ids=["bearer", "header", "query"])
def test_it_goes_to_the_asked_origin_alone(site: Site, elsewhere: Site, client: Http, secret: Secret) -> None:
    site.pages |= {"/start": redirect("/next"), "/next": redirect(f"{elsewhere.origin}/away")}
    elsewhere.pages["/away"] = redirect(f"{site.origin}/back")
    site.pages["/back"] = Answer(200, b"here")
    client.get(f"{site.origin}/start?a=1", robots=False, secret=secret)
    carried = {asked.path: TOKEN in repr(asked.headers) + repr(asked.query) for asked in (*site.asked, *elsewhere.asked)}
    assert carried == {"/start": True, "/next": True, "/away": False, "/back": True}


@pytest.mark.parametrize("secret", WAYS, ids=["bearer", "header", "query"])
def test_a_token_that_a_server_writes_into_a_redirect_is_not_kept(site: Site, elsewhere: Site, client: Http, secret: Secret) -> None:
    site.pages["/start"] = redirect(f"{elsewhere.origin}/away?t={quote(TOKEN, safe='')}")
    elsewhere.otherwise = lambda asked: Answer(200, f"you sent {asked.query.get('t')}".encode())
    recorder = Recorder("Plainview test")
    client.visit(recorder, Meter()).get(f"{site.origin}/start", robots=False, secret=secret)
    found = recorder.take()
    assert found is not None
    kept = gzip.decompress(found.content)
    assert not any(spelled.encode() in kept for spelled in (TOKEN, quote(TOKEN), quote_plus(TOKEN)))
    assert kept.count(REDACTED.encode()) >= 3


def test_its_value_is_in_no_repr() -> None:
    assert all(TOKEN not in repr(secret) for secret in WAYS)


def test_as_a_parameter_it_joins_those_that_are_there() -> None:
    secret = in_query("key", "a b&c")
    assert secret.address("https://api.example/x") == "https://api.example/x?key=a+b%26c"
    assert secret.address("https://api.example/x?a=1") == "https://api.example/x?a=1&key=a+b%26c"
    assert bearer("t").address("https://api.example/x") == "https://api.example/x"


@given(token=st.text(string.ascii_letters + string.digits + string.punctuation, min_size=4, max_size=40))
@example(token="000%")
@example(token="000&")
@example(token="000\\")
def test_any_token_goes_in_any_spelling(token: str) -> None:
    lower = "".join(quote(one, safe="").lower() if one not in string.ascii_letters else one for one in token)
    for spelled in (token, quote(token, safe=""), quote(token), quote_plus(token), lower, json.dumps(token)[1:-1], html.escape(token)):
        assert bearer(token).redacted(f"({spelled})".encode()) == b"(REDACTED)"


@given(st.binary(max_size=60))
def test_what_is_no_token_stays(content: bytes) -> None:
    assert bearer("tok-en-that-is-not-there-4417-of-60-characters-and-some-more!").redacted(content) == content
