"""Nothing leads inside: every source, every spelling, every place that an address can come from, and what may be reached all the same.

That nothing was connected to is what Python reports of its sockets, not what the client says of itself.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import cast

import pytest

from domain.identity import sha256_hex
from domain.post import MediaLink
from flows.capture_media import Capturing
from flows.station import Station
from sources.client.capture import fetch_media
from sources.client.http import Http
from sources.reading.track import Read
from sources.registry import SOURCES
from sources.source import NotPermitted, SourceError
from tests.builders import a_post, an_account
from tests.sources.connections import Connections, resolve, watched
from tests.sources.parsers import PAGES, PARSERS
from tests.sources.recorded import recorded
from tests.sources.serving import Answer, Asked, Site, redirect
from tests.sources.simulated.every import PLATFORMS, Platform

NewClient = Callable[..., Http]
PUBLIC = "93.184.216.34"
# Digits and dots that IDNA (UTS 46) takes for those of ASCII.
WIDE = ["\uff11\uff12\uff17.\uff10.\uff10.\uff11", "127\u30020\u30020\u30021", "127\uff0e0\uff0e0\uff0e1", "\u24dbocalhost", "\u2460\u2461\u2466.0.0.1"]
# Hosts as an address may write them. The port is that of a server that listens on 127.0.0.1, so that a hole would be seen to be one.
LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.1."),
    *("0", "0.0.0.0", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "inside.example", "inside.example."),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]"),
    *WIDE,
]
INSIDE = [
    *("169.254.169.254", "0xa9fea9fe", "2852039166", "[::ffff:169.254.169.254]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]"),
    *("100.64.0.1", "100.127.255.254", "10.0.0.1", "012.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "[fc00::1]", "[fec0::1]"),
    *("224.0.0.1", "239.255.255.250", "[ff02::1]", "255.255.255.255", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("240.0.0.1", "[2001:db8::1]", "[100::1]", "[5f00::1]", "[3fff::1]", "private.example", "metadata.example", "six.example"),
]
NAMES = {
    "inside.example": [["127.0.0.1"]],
    "private.example": [["10.0.0.1"]],
    "metadata.example": [["169.254.169.254"]],
    "six.example": [["::ffff:10.0.0.1"]],
    "localhost": [["127.0.0.1"]],
    "public.example": [[PUBLIC]],
}
OTHER = [
    *("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:6379/_FLUSHALL", "data:text/plain,x", "javascript:x", "dict://127.0.0.1/", "//"),
    *("http://public.example@127.0.0.1/", "http://127.0.0.1@public.example/", "http://public.example:x@127.0.0.1/", "http://127.0.0.1\\@public.example/"),
    *("http://public.example\\@127.0.0.1/", "http://127.0.0.1\t/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://[::1/", "http:///x", "http://"),
    *("http://public.example#@127.0.0.1/\r\nHost: x", "http://127.0.0.1%00.public.example/", "http://127.0.0.1 .public.example/"),
]


@pytest.fixture
def port(site: Site) -> str:
    return site.host.rpartition(":")[2]


@pytest.fixture
def forms(port: str) -> list[str]:
    """Every address that must not be asked."""
    return [
        *(f"http://{host}:{port}/inside" for host in LOOPBACK),
        *(f"http://{host}/inside" for host in [*LOOPBACK[:3], *INSIDE]),
        *OTHER,
        f"https://127.0.0.1:{port}/x",
    ]


@pytest.fixture
def spelling(forms: list[str], site: Site, request: pytest.FixtureRequest) -> Iterator[str]:
    """One after the other without end, from another one on in each test; none of them the site itself, none that is relative, all for /inside."""
    usable = [url for url in forms if url not in OTHER and not url.startswith(site.origin)]
    start = sum(request.node.name.encode()) % len(usable)
    return cycle(usable[start:] + usable[:start])


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return resolve(monkeypatch, NAMES)


@pytest.fixture
def tried(site: Site, names: list[str]) -> Iterator[Connections]:
    with watched(site.host) as seen:
        yield seen


@pytest.fixture
def stranger(new_client: NewClient, tokens: Path) -> Http:
    """A client to which nothing is allowed: not even the site."""
    return new_client(allow_hosts=(), retries=0, tokens=tokens)


@pytest.fixture
def friend(new_client: NewClient, tokens: Path) -> Http:
    """A client that may reach the site by its own `host:port`, and nothing else inside."""
    return new_client(retries=0, tokens=tokens)


def read(platform: str, url: str, http: Http, handle: str) -> None:
    list(SOURCES[platform].pages(an_account(platform, handle, url), None, http))


def refused(act: Callable[[], object]) -> bool:
    """Whether it was refused by us. What is no address to the resolver either cannot be had, which is as good."""
    try:
        act()
    except NotPermitted:
        return True
    return False


def stopped(act: Callable[[], object]) -> bool:
    """Whether it ended in an error of ours."""
    try:
        act()
    except SourceError:
        return True
    return False


def moved(target: str) -> Answer:
    """A redirect to there, in bytes as a server may send them."""
    return redirect(target.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r\n", " "), 307)


# --- the client, by which every source goes out


def test_every_spelling_is_refused(stranger: Http, forms: list[str], site: Site, tried: Connections) -> None:
    asked = [lambda url, robots=robots: stranger.get(url, robots=robots) for robots in (True, False)]
    assert [url for url in forms for ask in (*asked, lambda url: stranger.post(url, {})) if not refused(lambda ask=ask, url=url: ask(url))] == []
    assert (tried.tried, site.asked) == ([], [])


@pytest.mark.parametrize("start", ["/a", "/robots.txt"])
def test_every_spelling_is_refused_after_a_redirect(new_client: NewClient, forms: list[str], site: Site, tried: Connections, start: str) -> None:
    """robots.txt is asked for before a page, and its redirect leads nowhere else either."""
    open_ = []
    shared = new_client(retries=0)
    for url in forms:
        site.pages = {"/robots.txt": Answer(404), start: moved(url)}
        http = shared if start == "/a" else new_client(retries=0)  # which remembers no robots.txt
        if not stopped(lambda http=http: http.get(f"{site.origin}/a")):
            open_.append(url)
    assert set(open_) <= {f"{site.origin}/inside", "http:///x"}  # the site itself, and what RFC 3986 5.2 makes an address of the same host of
    assert tried.elsewhere == []


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([[PUBLIC, "127.0.0.1"]], id="a public and a private address"),
        pytest.param([[PUBLIC], ["127.0.0.1"]], id="public when it is checked, private when it is used"),
        pytest.param([[PUBLIC], ["127.0.0.1"], [PUBLIC]], id="it changes to and fro"),
        pytest.param([[PUBLIC, "::1", "10.0.0.1"], ["::1"]], id="several at once, and others later"),
    ],
)
def test_a_name_leads_to_the_very_address_that_was_checked(stranger: Http, port: str, monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> None:
    resolve(monkeypatch, {"rebinds.example": answers})
    with watched() as tried:
        for _ in range(3):
            with pytest.raises(SourceError):
                stranger.get(f"http://rebinds.example:{port}/x", robots=False)
    assert set(tried.tried) == {(PUBLIC, int(port))}


@pytest.mark.parametrize("answers", [[["127.0.0.1", PUBLIC]], [["::ffff:10.0.0.1", PUBLIC]], [["100.64.0.1"], [PUBLIC]]])
def test_a_name_that_answers_with_a_private_address_first_is_refused(stranger: Http, monkeypatch: pytest.MonkeyPatch, answers: list[list[str]]) -> None:
    resolve(monkeypatch, {"mixed.example": answers})
    with watched() as tried, pytest.raises(NotPermitted, match="private address"):
        stranger.get("http://mixed.example/x", robots=False)
    assert tried.tried == []


def test_a_connection_that_is_kept_open_serves_no_other_address(new_client: NewClient, site: Site, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is checked anew for each request: that one was allowed before says nothing."""
    resolve(monkeypatch, {"rebinds.example": [["127.0.0.1"]]})
    http = new_client(retries=0)
    http.get(f"{site.origin}/x", robots=False)  # a pool for 127.0.0.1 and this port is open now
    with watched() as tried, pytest.raises(NotPermitted, match="private address"):
        http.get(f"http://rebinds.example:{port}/x", robots=False)
    assert (tried.tried, site.paths) == ([], ["/x"])


# --- what is allowed by name, and nothing beside it


@pytest.mark.parametrize("allowed", ["127.0.0.1", "inside.example", "localhost"])
def test_what_is_named_is_allowed_exactly(new_client: NewClient, site: Site, port: str, names: list[str], allowed: str) -> None:
    http = new_client(allow_hosts=(f"{allowed}:{port}",), retries=0)
    with watched(site.host) as tried:
        assert http.get(f"http://{allowed}:{port}/x", robots=False).status == 404
        others = [f"http://{host}:{port}/x" for host in (*LOOPBACK, "private.example") if host.lower() != allowed and host not in WIDE]
        others += [f"http://{allowed}:{int(port) + 1}/x", f"http://{allowed}/x", f"https://{allowed}/x", f"http://{allowed}.:{port}/x"]
        assert [url for url in others if not refused(lambda url=url: http.get(url, robots=False))] == []
    assert tried.elsewhere == []
    assert site.paths == ["/x"]


# --- every source: its own address, a redirect of each of its requests, every address that an answer of its server holds


@pytest.mark.parametrize("platform", sorted(SOURCES))
def test_an_account_that_is_registered_inside(platform: str, stranger: Http, forms: list[str], site: Site, tried: Connections) -> None:
    handle = PLATFORMS[platform]().account(site).handle
    open_ = [url for url in forms if not stopped(lambda url=url: read(platform, url, stranger, handle))]
    assert (open_, tried.tried, site.asked) == ([], [], [])


@pytest.mark.parametrize("platform", ["activitypub", "bluesky", "mastodon"])
def test_a_handle_that_names_a_server_inside(platform: str, stranger: Http, tried: Connections) -> None:
    names = [f"@press@{host}" for host in (*LOOPBACK, *INSIDE)] + [f"did:web:{host.replace(':', '%3A')}" for host in (*LOOPBACK, *INSIDE)]
    assert [name for name in names if not stopped(lambda name=name: read(platform, "http://private.example/@press", stranger, name))] == []
    assert tried.tried == []


@pytest.mark.parametrize("platform", sorted(SOURCES))
def test_a_server_that_leads_inside(platform: str, friend: Http, forms: list[str], site: Site, tried: Connections, spelling: Iterator[str]) -> None:
    """At every request of a visit: a redirect, and the same answer with every address in it replaced, among them discovery links and those of next pages.

    The spellings take turns from request to request and from source to source: that each is refused whatever leads to it is held above.
    """
    server = PLATFORMS[platform]()
    server.author.write_many(4)
    for change in (lambda _answer: moved(next(spelling)), lambda answer: led_astray(answer, site, spelling)):
        for nth in count():
            turn = count()
            site.otherwise = lambda asked, nth=nth, turn=turn, change=change: answered(server, site, asked, change if next(turn) == nth else None)
            stopped(lambda: list(SOURCES[platform].pages(server.account(site), None, friend)))
            if next(turn) <= nth:
                break
        assert nth > 0
    assert tried.elsewhere == []
    assert not any(path.startswith("/inside") for path in site.paths)


def answered(server: Platform, site: Site, asked: Asked, change: Callable[[Answer], Answer] | None) -> Answer | None:
    answer = server.answer(site, asked)
    return change(answer) if change and answer else answer


def led_astray(answer: Answer, site: Site, spelling: Iterator[str]) -> Answer:
    """The same answer, in which every address of the site, in its body or a header, leads elsewhere; those that are relative become whole."""

    def change(text: str) -> str:
        text = re.sub(r'((?:href|src)=")/', lambda found: f"{found[1]}{site.origin}/", text)
        return re.sub(rf"{re.escape(site.origin)}(?:/[\w./@-]*)?", lambda _found: next(spelling), text)

    headers = {name: change(value).encode().decode("latin-1") for name, value in answer.headers.items()}
    return Answer(answer.status, change(answer.body.decode()).encode(), headers)


# --- pictures: of posts, of profiles, posters, enclosures, in whatever a platform's reply names one


class Store:
    """As much of a station as keeping a picture needs: its vault."""

    def __init__(self) -> None:
        self.vault = self

    def put(self, content: bytes) -> str:
        return sha256_hex(content)


@pytest.mark.parametrize("robots", [True, False])
def test_pictures_inside_are_refused_and_stop_no_other(friend: Http, forms: list[str], site: Site, tried: Connections, robots: bool) -> None:
    """In a post among whose pictures one is where it should be; by an address, and by a redirect of one that is where it should be."""
    site.pages = {"/robots.txt": Answer(404), "/ok.png": Answer(200, b"picture")} | {f"/{number}": moved(url) for number, url in enumerate(forms)}
    links = [MediaLink(f"{site.origin}/ok.png"), *map(MediaLink, forms), *(MediaLink(f"{site.origin}/{number}") for number in range(len(forms)))]
    capturing = Capturing(cast(Station, Store()), friend, robots, time.monotonic() + 60)
    shown = capturing.post(a_post(an_account(), media=(*links, links[0]))).media
    assert [one.media.byte_size if one.media else None for one in (shown[0], shown[-1])] == [7, 7]
    assert all(one.media is None and one.problem.startswith("not fetched: ") for one in shown[1:-1])
    assert tried.elsewhere == []


@pytest.mark.parametrize("reply", sorted({**PARSERS, **PAGES}))
def test_whatever_a_reply_shows_is_not_fetched_from_inside(reply: str, stranger: Http, tried: Connections, spelling: Iterator[str]) -> None:
    body = re.sub(r"https?:(?:\\?/){2}[\w.:-]+(?:\\?/[\w.-]+)?", lambda _found: next(spelling), recorded(reply).decode("utf-8", "surrogateescape"))
    try:
        read = {**PARSERS, **PAGES}[reply](body.encode("utf-8", "surrogateescape"))
    except SourceError:
        return
    links = [link for item in read.items for link in item.post.media] if isinstance(read, Read) else []
    assert [link.url for link in links if not stopped(lambda link=link: fetch_media(stranger, link))] == []
    assert tried.tried == []


def test_no_other_way_out_is_used() -> None:
    """All that is shown above holds of sources because they go out by `Http` alone."""
    used = re.compile(r"^\s*(?:import|from) (?:socket|ssl|http\.client|urllib\.request|urllib3|ftplib|asyncio|subprocess)\b", re.MULTILINE)
    root = Path(__file__).parents[2] / "sources"
    assert {file.relative_to(root).as_posix() for file in root.rglob("*.py") if used.search(file.read_text("utf-8"))} == {
        *("client/deadline.py", "client/failures.py", "client/http.py"),
    }
