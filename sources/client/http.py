"""The one HTTP client: polite, bounded and guarded. Everything that Plainview fetches goes through `Http.get`."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3.exceptions
from requests.structures import CaseInsensitiveDict

from domain.identity import Json, canonical_json
from sources.client.address import host_and_port, origin, where
from sources.client.deadline import Deadline
from sources.client.failures import Unreached, as_ours, too_slow
from sources.client.meter import Meter
from sources.client.pace import Pace
from sources.client.rate_headers import retry_after, used_up
from sources.client.recorder import Exchanged, Recorder, Redact
from sources.client.robots import MOST_BYTES, PRODUCT, Robots, RobotsCache, RobotsInMemory, RobotsText
from sources.client.secret import Secret
from sources.client.session import new_session, sent, software
from sources.client.tokens import Tokens
from sources.settings import NetworkSettings
from sources.source import NotPermitted, SourceError, TryAgainLater, UnexpectedReply

REDIRECTS = {301, 302, 303, 307, 308}
MOST_REDIRECTS = 5
ASK_AGAIN = {429, 502, 503, 504}
NOT_IMPLEMENTED = 501  # what an atproto server answers for a method that it does not have: an answer, not a failure
FIRST_WAIT = 0.5  # seconds before the first new try, doubled for each further one
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as a whole. `url` is where it came from after redirects; `headers` are looked up in any case; `body` is unpacked.

    `not_modified` says that the server answered 304 to a conditional request. A `status` of 4xx is an answer too: the caller knows what it means.
    `record` is the WARC-Record-ID under which it is kept, empty where replies are not kept.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool = False
    record: str = ""

    @property
    def etag(self) -> str | None:
        """What to give as `etag` next time."""
        return self.headers.get("ETag")

    @property
    def last_modified(self) -> str | None:
        """What to give as `last_modified` next time."""
        return self.headers.get("Last-Modified")


@dataclass(frozen=True, slots=True)
class _Asked:
    headers: Mapping[str, str]
    max_bytes: int
    robots: bool
    cut_short: bool = False
    counted: bool = True
    body: bytes | None = None
    secret: Secret | None = None
    signed: bool = True  # whether the secret is sent, and not only looked for in what comes back
    elsewhere: bool = False
    redact: Redact | None = None


class Http:
    """Safe to share between threads: each has its own connections; pace and robots.txt are common to all. `visit` makes the client of one visit.

    `clock` (seconds), `sleep` and `now` (aware UTC) are the only time it knows. `robots` is where robots.txt is remembered, by default until the process ends.
    """

    def __init__(
        self,
        settings: NetworkSettings,
        *,
        robots: RobotsCache | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.now = now
        self._clock = clock
        self._sleep = sleep
        self._pace = Pace(settings.requests_per_second, settings.burst, clock, sleep)
        self._robots = Robots(RobotsInMemory() if robots is None else robots, self._fetch_robots, now)
        self._allow_hosts = frozenset(settings.allow_hosts)
        self._tokens = Tokens(settings.tokens)
        self._recorder: Recorder | None = None
        self._meter = Meter()
        self._of_thread = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Http:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()

    def visit(self, recorder: Recorder | None, meter: Meter) -> Http:
        """The same client for one visit: what it is answered is kept in `recorder`, what it asks is counted in `meter`."""
        own = copy.copy(self)
        own._recorder, own._meter = recorder, meter
        return own

    def token(self, platform: str, handle: str, what: str) -> str:
        """The token for that account. `what` says in words which one the platform wants. Raises NotPermitted, with the mend, where there is none."""
        return self._tokens.required(platform, handle, what)

    def token_if_any(self, platform: str, handle: str) -> str | None:
        """The same for platforms that can be read without one too."""
        return self._tokens.of(platform, handle)

    def spend(self, cost: float) -> None:
        """Say before asking that an answer costs this much, in the unit of the platform's allowance. Raises TryAgainLater when the day has not so much left."""
        self._meter.spend(cost)

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        max_bytes: int | None = None,
        accept: str = "*/*",
        robots: bool = True,
        secret: Secret | None = None,
        elsewhere: bool = False,
        redact: Redact | None = None,
    ) -> Reply:
        """GET `url`, following at most five redirects, each of them checked as the first address was.

        With `etag` or `last_modified` the request is conditional (RFC 9110 13). `max_bytes` bounds the unpacked body (default: `page_bytes`).
        `robots=False` is for documented API endpoints only (docs/decisions/0020-robots-txt-and-documented-apis.md). `secret` is sent to this origin alone, not
        where it redirects to elsewhere. `elsewhere`: the caller keeps the body by its SHA-256, so its record need not; `redact`: what the record leaves out.
        Raises NotPermitted (address, robots.txt, certificate), TryAgainLater (429, 5xx save 501, no answer in time), UnexpectedReply (too large, badly packed).
        """
        sent = {"Accept": accept, **(headers or {}), **_conditions(etag, last_modified)}
        asked = _Asked(sent, max_bytes or self.settings.page_bytes, robots, secret=secret, elsewhere=elsewhere, redact=redact)
        return self._patiently(url, asked)

    def post(self, url: str, body: Json, *, headers: Mapping[str, str] | None = None, secret: Secret | None = None) -> Reply:
        """POST `body` as JSON to a documented API endpoint that reads so and changes nothing. A redirect is not followed. Raises as `get`."""
        sent = {"Accept": "application/json", "Content-Type": "application/json", **(headers or {})}
        return self._patiently(url, _Asked(sent, self.settings.page_bytes, robots=False, body=canonical_json(body), secret=secret))

    def _patiently(self, url: str, asked: _Asked) -> Reply:
        deadline = Deadline(self.settings.deadline_s, self._clock)
        for attempt in range(self.settings.retries + 1):
            reply: Reply | None = None
            try:
                reply = self._followed(url, asked, deadline)
            except Unreached:
                what = f"{where(url)}: the connection failed"
            else:
                if (reply.status < 500 and reply.status != 429) or reply.status == NOT_IMPLEMENTED:
                    return reply
                what = f"{where(reply.url)}: answered {reply.status}"
                if asks := retry_after(reply.headers, self.now()):
                    self._pace.hold(host_and_port(reply.url), asks)
            self._wait(attempt, reply, what, deadline)
        raise AssertionError("_wait raises after the last attempt")

    def _wait(self, attempt: int, reply: Reply | None, what: str, deadline: Deadline) -> None:
        """Before the next try, wait as long as the server asks for. Raises TryAgainLater if there is to be no next try."""
        asks = retry_after(reply.headers, self.now()) if reply else None
        wait = asks if asks is not None else FIRST_WAIT * 2**attempt
        final = reply is not None and reply.status not in ASK_AGAIN
        if final or attempt == self.settings.retries or wait > self.settings.retry_after_cap_s or wait >= deadline.left():
            raise TryAgainLater(asks, what)
        self._sleep(wait)

    def _followed(self, url: str, asked: _Asked, deadline: Deadline) -> Reply:
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            if asked.robots:
                self._ask_robots(at)
            reply = self._exchange(at, replace(asked, signed=origin(at) == origin(url)), deadline)
            target = reply.headers.get("Location")
            if reply.status not in REDIRECTS or not target or asked.body is not None:
                return reply
            at = _joined(at, target)
        raise UnexpectedReply(where(url), f"more than {MOST_REDIRECTS} redirects")

    def _ask_robots(self, url: str) -> None:
        verdict = self._robots.verdict(origin(url), url)
        if not verdict.allowed:
            raise NotPermitted(f"{where(url)}: robots.txt there forbids it to {PRODUCT}; its owner can allow it under `User-agent: {PRODUCT}`")
        if verdict.crawl_delay:
            self._pace.slow_down(host_and_port(url), verdict.crawl_delay)

    def _fetch_robots(self, at: str) -> RobotsText:
        reply = self._patiently(f"{at}/robots.txt", _Asked({"Accept": "text/plain"}, MOST_BYTES, robots=False, cut_short=True, counted=False))
        text = reply.body.decode("utf-8", "replace") if reply.status < 300 else ""
        return RobotsText(text, reply.status, self.now())

    def _exchange(self, url: str, asked: _Asked, deadline: Deadline) -> Reply:
        host = host_and_port(url)
        self._wait_while_held(host, url, deadline)
        if host not in self._allow_hosts:
            deadline.extend(self._pace.take(host))
        if asked.counted:
            self._meter.count()
        at = self.now()
        try:
            with deadline.watching():
                reply = self._asked_once(url, asked, deadline)
        except SourceError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as problem:
            raise as_ours(problem, url, deadline) from None
        if deadline.left() <= 0:
            raise too_slow(url, deadline)  # what a cut connection left may look complete
        if (seconds := used_up(reply.headers, at)) is not None:
            self._pace.hold(host, seconds)
        return self._recorded(reply, asked, at)

    def _wait_while_held(self, host: str, url: str, deadline: Deadline) -> None:
        """A host that asked for time gets it, from all threads."""
        if (held := self._pace.held(host)) > self.settings.retry_after_cap_s:
            raise TryAgainLater(held, f"{where(url)}: not asked, since the server asked for time")
        if held > 0:
            self._sleep(held)
            deadline.extend(held)

    def _recorded(self, reply: Reply, asked: _Asked, at: datetime) -> Reply:
        if self._recorder is None or not asked.counted:
            return reply
        sent = {"User-Agent": software(self.settings), **asked.headers}
        method, body = ("GET", b"") if asked.body is None else ("POST", asked.body)
        one = Exchanged(method, reply.url, sent, body, reply.status, reply.headers, reply.body, at, asked.secret)
        return replace(reply, record=self._recorder.keep(one, elsewhere=asked.elsewhere and reply.status == 200 and bool(reply.body), redact=asked.redact))

    def _asked_once(self, url: str, asked: _Asked, deadline: Deadline) -> Reply:
        left = max(deadline.left(), 0.001)
        patience = (min(self.settings.connect_timeout_s, left), min(self.settings.read_timeout_s, left))
        secret = asked.secret if asked.signed else None
        headers, address = {**asked.headers, **(secret.headers() if secret else {})}, secret.address(url) if secret else url
        method = "GET" if asked.body is None else "POST"
        response = sent(self._session(), method, address, headers, asked.body, patience)
        try:
            body = _body(response.raw, asked, url, deadline)
        finally:
            response.close()
        return Reply(response.status_code, url, CaseInsensitiveDict(response.headers), body, response.status_code == 304)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = new_session(self.settings, self._allow_hosts)
            with self._lock:
                self._sessions.append(session)
        return session


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    return ({"If-None-Match": etag} if etag else {}) | ({"If-Modified-Since": last_modified} if last_modified else {})


def _body(raw: Any, asked: _Asked, url: str, deadline: Deadline) -> bytes:
    """The unpacked body, read as it arrives: a packed bomb ends at `max_bytes` of what it unpacks to."""
    chunks, size = [], 0
    while deadline.left() > 0 and (chunk := raw.read1(CHUNK, decode_content=True)):
        chunks.append(chunk)
        size += len(chunk)
        if size > asked.max_bytes:
            if asked.cut_short:
                return b"".join(chunks)[: asked.max_bytes]
            raise UnexpectedReply(where(url), f"a body of more than {asked.max_bytes} bytes")
    return b"".join(chunks)


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        raise NotPermitted(f"{where(base)}: redirects to what is not an address") from None
