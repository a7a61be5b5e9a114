from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from sources.client.http import Http
from sources.source import NotPermitted, SourceError, TryAgainLater, UnexpectedReply
from tests.sources.conftest import Clock
from tests.sources.serving import Answer, Asked, Site, redirect

NewClient = Callable[..., Http]
PAGE = Answer(200, b"hello", {"Content-Type": "text/plain", "ETag": '"1"', "Last-Modified": "Mon, 01 Jun 2026 12:00:00 GMT"})


def in_turn(*answers: Answer) -> Callable[[Asked], Answer]:
    """Each answer once, the last for good."""
    left = list(answers)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


def test_a_reply_as_it_came(http: Http, site: Site) -> None:
    site.pages["/a"] = PAGE
    reply = http.get(f"{site.origin}/a?b=c")
    assert (reply.status, reply.body, reply.url, reply.not_modified) == (200, b"hello", f"{site.origin}/a?b=c", False)
    assert (reply.etag, reply.last_modified, reply.headers["content-type"]) == ('"1"', "Mon, 01 Jun 2026 12:00:00 GMT", "text/plain")
    assert site.asked[-1].query == {"b": "c"}


def test_we_say_who_we_are_and_bring_nothing_along(new_client: NewClient, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.pages["/a"] = Answer(200, b"", {"Set-Cookie": "who=you; Path=/"})
    http = new_client(contact="press@example.org")
    http.get(f"{site.origin}/a")
    http.get(f"{site.origin}/a", accept="application/json", headers={"X-More": "yes"})
    sent = site.asked[-1].headers
    assert sent["User-Agent"].startswith("Plainview/")
    assert sent["User-Agent"].endswith("(press@example.org)")
    assert (sent["Accept"], sent["X-More"], sent["Accept-Encoding"]) == ("application/json", "yes", "gzip, deflate")
    assert "Cookie" not in sent
    assert "Authorization" not in sent


def test_a_conditional_request(http: Http, site: Site) -> None:
    site.pages["/a"] = lambda asked: Answer(304) if asked.headers.get("If-None-Match") == '"1"' else PAGE
    first = http.get(f"{site.origin}/a")
    again = http.get(f"{site.origin}/a", etag=first.etag, last_modified=first.last_modified)
    assert (again.status, again.not_modified, again.body) == (304, True, b"")
    assert site.asked[-1].headers["If-Modified-Since"] == first.last_modified


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 410, 451, 501])
def test_what_the_caller_has_to_know_is_an_answer(http: Http, site: Site, status: int) -> None:
    site.pages["/a"] = Answer(status, b"" if status == 204 else b"x")
    assert http.get(f"{site.origin}/a").status == status


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(http: Http, site: Site, clock: Clock, status: int) -> None:
    site.pages["/a"] = in_turn(Answer(status, b"", {"Retry-After": "3"}), Answer(status), PAGE)
    assert http.get(f"{site.origin}/a").body == b"hello"
    assert clock.slept == [3, 1.0]  # what it asked for, then ours


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 507])
def test_a_server_that_stays_busy_is_left_alone(http: Http, site: Site, status: int) -> None:
    site.pages["/a"] = Answer(status, b"secret", {"Retry-After": "2"})
    with pytest.raises(TryAgainLater, match=f"answered {status}") as later:
        http.get(f"{site.origin}/a?token=secret")
    assert later.value.retry_after_s == 2
    assert site.paths.count("/a") == (1 if status in {500, 507} else 3)
    assert "secret" not in str(later.value)


def test_a_server_that_asks_for_an_hour_is_not_waited_for(http: Http, site: Site, clock: Clock) -> None:
    site.pages["/a"] = Answer(429, b"", {"Retry-After": "3600"})
    with pytest.raises(TryAgainLater, match="it asks for 3600 s") as later:
        http.get(f"{site.origin}/a")
    assert (later.value.retry_after_s, clock.slept, site.paths.count("/a")) == (3600, [], 1)


def test_waits_together_stay_within_the_deadline(new_client: NewClient, site: Site, clock: Clock) -> None:
    site.pages["/a"] = Answer(503, b"", {"Retry-After": "8"})
    with pytest.raises(TryAgainLater):
        new_client(deadline_s=10, retries=9).get(f"{site.origin}/a")
    assert clock.slept == [8]


def test_nobody_listens(http: Http, site: Site, new_client: NewClient) -> None:
    closed = "127.0.0.1:1"
    with pytest.raises(TryAgainLater, match="the connection failed"):
        new_client(allow_hosts=(closed,)).get(f"http://{closed}/a?token=secret", robots=False)


def test_redirects_are_followed(http: Http, site: Site) -> None:
    site.pages |= {"/a": redirect("b?x=1"), "/b": redirect(f"{site.origin}/c", 308), "/c": PAGE}
    reply = http.get(f"{site.origin}/a")
    assert (reply.body, reply.url) == (b"hello", f"{site.origin}/c")


def test_five_redirects_are_enough(http: Http, site: Site) -> None:
    site.pages |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(9)} | {"/5": PAGE}
    assert http.get(f"{site.origin}/0").body == b"hello"
    site.pages["/5"] = redirect("/6")
    with pytest.raises(UnexpectedReply, match="more than 5 redirects"):
        http.get(f"{site.origin}/0")


def test_a_redirect_that_leads_back_ends(http: Http, site: Site) -> None:
    site.pages["/a"] = redirect("/a")
    with pytest.raises(UnexpectedReply, match="redirects"):
        http.get(f"{site.origin}/a")
    assert site.paths.count("/a") == 6


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "0", "LOCALHOST"])
def test_loopback_is_refused_however_it_is_written(http: Http, site: Site, host: str) -> None:
    """The site is allowed by its own `host:port` only."""
    with pytest.raises(NotPermitted, match=r"private address.*allow_hosts"):
        http.get(f"http://{host}:{site.host.rpartition(':')[2]}/a")
    assert site.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "10.0.0.1", "192.168.0.1", "[fe80::1]", "[::1]", "100.64.0.1"),
        *("[fec0::1]", "[::7f00:1]", "[2001::1]", "240.0.0.1", "192.0.2.1"),  # some of these requests-hardened alone lets pass
    ],
)
def test_inside_addresses_are_refused(http: Http, host: str) -> None:
    with pytest.raises(NotPermitted, match="private address"):
        http.get(f"http://{host}/latest/meta-data/")


@pytest.mark.parametrize(
    "target",
    [
        *("http://169.254.169.254/latest/", "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "//10.0.0.1/x"),
        *("file:///etc/passwd", "ftp://example.org/", "http://a:b@example.org/", "http://[/"),
    ],
)
def test_a_redirect_to_where_we_must_not_go(http: Http, site: Site, target: str) -> None:
    site.pages["/a"] = redirect(target)
    with pytest.raises(NotPermitted):
        http.get(f"{site.origin}/a", robots=False)
    assert site.paths == ["/a"]


def test_another_port_of_an_allowed_host_is_not_allowed(http: Http, site: Site) -> None:
    with pytest.raises(NotPermitted, match="private address"):
        http.get("http://127.0.0.1:1/")


def test_the_limit_counts_what_is_unpacked(new_client: NewClient, site: Site) -> None:
    http = new_client(page_bytes=10_000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 60_000
    site.pages["/bomb"] = Answer(200, bomb, {"Content-Encoding": "gzip"})
    site.pages["/fits"] = Answer(200, gzip.compress(b"\0" * 10_000), {"Content-Encoding": "gzip"})
    assert len(http.get(f"{site.origin}/fits").body) == 10_000
    with pytest.raises(UnexpectedReply, match="more than 10000 bytes"):
        http.get(f"{site.origin}/bomb")


def test_a_body_that_is_not_packed_as_it_says(http: Http, site: Site) -> None:
    site.pages["/a"] = Answer(200, b"this is not gzip", {"Content-Encoding": "gzip"})
    with pytest.raises(UnexpectedReply, match="not packed as"):
        http.get(f"{site.origin}/a")


def test_a_request_may_lower_the_limit(http: Http, site: Site) -> None:
    site.pages["/a"] = PAGE
    assert http.get(f"{site.origin}/a", max_bytes=5).body == b"hello"
    with pytest.raises(UnexpectedReply, match="more than 4 bytes"):
        http.get(f"{site.origin}/a", max_bytes=4)


def test_public_hosts_are_paced_and_named_ones_are_not(new_client: NewClient, site: Site, clock: Clock) -> None:
    site.pages["/a"] = PAGE
    http = new_client(burst=1, requests_per_second=1)
    for _ in range(3):
        http.get(f"{site.origin}/a")
    assert clock.slept == []
    for _ in range(2):
        with pytest.raises(NotPermitted):
            http.get("http://169.254.169.254/", robots=False)
    assert clock.slept == [1.0]


def test_one_client_serves_many_threads(http: Http, site: Site) -> None:
    site.otherwise = lambda asked: Answer(200, asked.path.encode())
    paths = [f"/{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda path: http.get(site.origin + path, robots=False).body.decode(), paths))
    assert bodies == paths


def test_a_connection_is_used_again(http: Http, site: Site) -> None:
    site.pages["/a"] = PAGE
    for _ in range(3):
        http.get(f"{site.origin}/a")
    assert len({asked.client for asked in site.asked}) == 1


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "mailto:press@example.org", "http://" + "a" * 300 + ".example/", "http://exa_mple..org/", "http://\udcff.example/"]
)
def test_what_is_no_address_is_an_error_of_ours(new_client: NewClient, url: str) -> None:
    with pytest.raises(SourceError) as problem:
        new_client(retries=0).get(url, robots=False)
    assert problem.value.__cause__ is None
