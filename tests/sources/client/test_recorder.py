"""What is kept of a reply: that any WARC tool reads it back as it came, and that nothing that signs in is in it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from domain.identity import sha256_hex
from domain.post import MediaLink
from sources.client.capture import fetch_media
from sources.client.http import Http
from sources.client.meter import Meter
from sources.client.recorder import SAME_BYTES, Exchanged, Recorder
from sources.client.secret import Secret, bearer, in_header, in_query
from sources.client.written_back import NoCapture, members
from sources.source import UnexpectedReply
from tests.builders import NOON
from tests.sources.serving import Answer, Site, redirect

TOKEN = "tok/en+44=17|x"


def exchanged(body: bytes = b"body", received: Mapping[str, str] | None = None, secret: Secret | None = None, **other: Any) -> Exchanged:
    told = {"method": "GET", "url": "https://social.example/page?a=1", "sent": {"Accept": "*/*"}, "sent_body": b"", "status": 200, "at": NOON, **other}
    return Exchanged(received=received or {}, body=body, secret=secret, **told)


def taken(*kept: Exchanged, **how: Any) -> bytes:
    recorder = Recorder("Plainview test")
    for one in kept:
        recorder.keep(one, **how)
    found = recorder.take()
    assert found is not None
    assert found.replies == len(kept)
    return found.content


def read(content: bytes) -> list[tuple[Any, bytes]]:
    """Every record with its payload, all digests checked."""
    return [(one, one.content_stream().read()) for one in ArchiveIterator(io.BytesIO(content), check_digests="raise")]


def headers_of(record: Any) -> dict[str, str]:
    return dict(record.rec_headers.headers)


def test_a_reply_and_its_request_are_a_pair_with_their_time_and_digests() -> None:
    at = datetime(2026, 6, 1, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    recorder = Recorder("Plainview test")
    record_id = recorder.keep(exchanged(b"{}", {"Content-Type": "application/json", "ETag": '"x"'}, at=at))
    found = recorder.take()
    assert found is not None
    (info, _), (response, body), (request, sent) = read(found.content)
    assert (info.rec_type, response.rec_type, request.rec_type) == ("warcinfo", "response", "request")
    assert headers_of(response)["WARC-Record-ID"] == record_id == headers_of(request)["WARC-Concurrent-To"]
    assert headers_of(response)["WARC-Date"] == headers_of(request)["WARC-Date"] == "2026-06-01T12:00:00.123456Z"
    assert all(headers_of(one)["WARC-Target-URI"] == "https://social.example/page?a=1" for one in (response, request))
    assert headers_of(response)["WARC-Payload-Digest"].startswith("sha256:")
    assert (body, response.http_headers.headers) == (b"{}", [("Content-Type", "application/json"), ("ETag", '"x"'), ("Content-Length", "2")])
    assert (response.http_headers.protocol, response.http_headers.statusline) == ("HTTP/1.1", "200 OK")
    assert (request.http_headers.protocol, request.http_headers.statusline, sent) == ("GET", "/page?a=1 HTTP/1.1", b"")
    assert request.http_headers.headers == [("Host", "social.example"), ("Accept", "*/*")]


def test_what_was_posted_is_in_its_request() -> None:
    (_, (_, _), (request, sent)) = read(taken(exchanged(method="POST", sent_body=b'{"max_count": 20}')))
    assert (request.http_headers.protocol, sent) == ("POST", b'{"max_count": 20}')


def test_nothing_kept_is_nothing_taken_and_what_is_dropped_is_forgotten() -> None:
    recorder = Recorder("Plainview test")
    assert recorder.take() is None
    recorder.keep(exchanged(b"first"))
    recorder.drop()
    assert recorder.take() is None
    recorder.keep(exchanged(b"second"))
    found = recorder.take()
    assert found is not None
    assert [body for record, body in read(found.content) if record.rec_type == "response"] == [b"second"]
    assert recorder.take() is None


def test_a_body_that_lies_elsewhere_is_named_by_its_sha256() -> None:
    (_, (record, body), _) = read(taken(exchanged(b"picture", {"Content-Type": "image/png"}), elsewhere=True))
    said = headers_of(record)
    assert (record.rec_type, body, said["WARC-Profile"]) == ("revisit", b"", SAME_BYTES)
    assert record.http_headers.headers == [("Content-Type", "image/png")]


def test_codings_are_undone_and_told_of_under_another_name() -> None:
    (_, (record, body), _) = read(taken(exchanged(b"unpacked", {"Content-Encoding": "gzip", "transfer-encoding": "chunked", "Content-Length": "7"})))
    assert body == b"unpacked"
    assert record.http_headers.headers == [
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("X-Archive-Orig-transfer-encoding", "chunked"),
        ("X-Archive-Orig-Content-Length", "7"),
        ("Content-Length", "8"),
    ]


def test_what_must_not_be_kept_is_left_out() -> None:
    (_, (_, body), _) = read(taken(exchanged(b"name: Somebody"), redact=lambda content: content.replace(b"Somebody", b"")))
    assert body == b"name: "


SPELLINGS = [
    TOKEN,
    "tok%2Fen%2B44%3D17%7Cx",
    "tok%2fen%2b44%3d17%7cx",
    "tok%252Fen%252B44%253D17%257Cx",
    "tok/en+44=17%7Cx",
    "tok\\/en+44=17|x",
    "tok\\u002fen\\u002B44\\u003d17|x",
    "tok&#47;en&#x2B;44&#x3d;17|x",
]


@pytest.mark.parametrize("spelled", SPELLINGS)
@pytest.mark.parametrize("secret", [bearer(TOKEN), in_header("X-Key", TOKEN), in_query("key", TOKEN)])
def test_a_token_is_nowhere_however_it_is_spelled(secret: Secret, spelled: str) -> None:
    received = {"Link": f"<https://social.example/?key={spelled}>; rel=next", "Set-Cookie": "session=abc-cookie", "X-Echo": spelled}
    sent = {"Accept": "*/*", "Authorization": f"Bearer {TOKEN}", "Cookie": "abc-cookie", **secret.headers(), "X-Again": spelled}
    url = f"https://social.example/page?key={spelled}"
    one = exchanged(f'{{"next": "https://social.example/?key={spelled}&b=1"}}'.encode(), received, secret, sent=sent, url=url, sent_body=spelled.encode())
    packed = taken(one)
    content = gzip.decompress(packed)
    assert spelled.encode() not in content
    assert TOKEN.encode() not in content
    assert b"abc-cookie" not in content
    (_, (_, body), (_, sent_body)) = read(packed)
    assert (body, sent_body) == (b'{"next": "https://social.example/?key=REDACTED&b=1"}', b"REDACTED")


def test_what_signs_in_is_redacted_whoever_set_it() -> None:
    sent = {"authorization": "Basic abc", "Proxy-Authorization": "abc", "COOKIE": "abc", "Accept": "abc is fine"}
    (_, (response, _), (request, _)) = read(taken(exchanged(received={"set-cookie": "abc"}, sent=sent)))
    assert [value for _, value in request.http_headers.headers[1:]] == ["REDACTED", "REDACTED", "REDACTED", "abc is fine"]
    assert response.http_headers.headers[0] == ("set-cookie", "REDACTED")


def test_another_token_stays_as_it_is() -> None:
    (_, (_, body), _) = read(taken(exchanged(b"tok/en+44=18|x tok", secret=bearer(TOKEN))))
    assert body == b"tok/en+44=18|x tok"


@given(
    body=st.binary(max_size=300),
    headers=st.dictionaries(st.text(st.characters(codec="latin-1"), min_size=1, max_size=9), st.text(max_size=40), max_size=4),
    status=st.integers(100, 999),
    path=st.text(max_size=20),
)
def test_any_body_and_any_header_are_read_back(body: bytes, headers: dict[str, str], status: int, path: str) -> None:
    one = exchanged(body, headers, bearer(TOKEN), sent=headers, url=f"https://social.example/{path}", status=status)
    (_, (response, found), (request, _)) = read(taken(one, one))[:3]
    assert found == body
    assert response.http_headers.get_statuscode() == str(status)
    assert len(response.http_headers.headers) == len(headers) + 1
    assert len(request.http_headers.headers) == len(headers) + 1


def test_odd_headers_stay_on_their_lines() -> None:
    (_, (record, body), _) = read(taken(exchanged(b"body", {"X-Folded": "one\r\n two", "X-Name": "Pólice", "X\u00ef": "7", "X-Split": "a\r\nEvil: b"})))
    assert record.http_headers.headers[:4] == [("X-Folded", "one two"), ("X-Name", "P%C3%B3lice"), ("X%C3%AF", "7"), ("X-Split", "a Evil: b")]
    assert body == b"body"


def visit(http: Http) -> tuple[Http, Recorder]:
    recorder = Recorder("Plainview test")
    return http.visit(recorder, Meter()), recorder


def test_the_client_keeps_what_it_is_answered_but_not_robots(site: Site, http: Http) -> None:
    packed = Answer(200, gzip.compress(b"a page"), {"Content-Encoding": "gzip"})
    site.pages |= {"/": redirect("/there"), "/there": packed, "/gone": Answer(404, b"no")}
    client, recorder = visit(http)
    replies = [client.get(site.origin + path) for path in ("/", "/gone")]
    found = recorder.take()
    assert found is not None
    kept = [(record, body) for record, body in read(found.content) if record.rec_type == "response"]
    assert [(headers_of(record)["WARC-Target-URI"], body) for record, body in kept] == [
        (f"{site.origin}/", b"moved"),
        (f"{site.origin}/there", b"a page"),
        (f"{site.origin}/gone", b"no"),
    ]
    assert [reply.record for reply in replies] == [headers_of(record)["WARC-Record-ID"] for record, _ in kept[1:]]
    assert headers_of(kept[0][0])["WARC-Date"] == NOON.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def test_a_picture_that_is_none_is_kept_whole(site: Site, http: Http) -> None:
    site.pages |= {"/empty.png": Answer(200, b""), "/gone.png": Answer(404, b"an error page"), "/there.png": Answer(200, b"picture")}
    client, recorder = visit(http)
    for name in ("empty", "gone"):
        with pytest.raises(UnexpectedReply):
            fetch_media(client, MediaLink(f"{site.origin}/{name}.png"))
    fetch_media(client, MediaLink(f"{site.origin}/there.png"))
    found = recorder.take()
    assert found is not None
    assert [(one.rec_type, body) for one, body in read(found.content) if one.rec_type != "request"][1:] == [
        ("response", b""),
        ("response", b"an error page"),
        ("revisit", b""),
    ]


@pytest.mark.parametrize("kept_in_vault", [True, False])
def test_pictures_are_put_back_where_their_bytes_still_are(kept_in_vault: bool) -> None:
    recorder = Recorder("Plainview test")
    recorder.keep(exchanged(b"page"))
    record_id = recorder.keep(exchanged(b"picture", {"Content-Type": "image/png", "Content-Length": "7"}), elsewhere=True)
    found = recorder.take()
    assert found is not None
    vault = {sha256_hex(b"picture"): b"picture"} if kept_in_vault else {}
    out = list(members(found.content, vault.get))
    assert [one.left_out for one in out] == [False, False, False, not kept_in_vault, False]
    whole = b"".join(one.content for one in out)
    assert (whole == found.content) is not kept_in_vault
    picture, body = read(whole)[3]
    said = headers_of(picture)
    assert (said["WARC-Record-ID"], said["WARC-Date"]) == (record_id, "2026-06-01T12:00:00.000000Z")
    assert (picture.rec_type, body) == (("response", b"picture") if kept_in_vault else ("revisit", b""))
    assert picture.http_headers.get_header("Content-Type") == "image/png"
    assert ("WARC-Profile" in said) is not kept_in_vault
    assert said["WARC-Payload-Digest"].startswith("sha256:")
    assert said["WARC-Block-Digest"].startswith("sha256:")


@pytest.mark.parametrize("content", [b"a page\nof text\n", b"\x1f\x8b" + b"x" * 50])
def test_what_is_no_warc_file_is_refused(content: bytes) -> None:
    with pytest.raises(NoCapture):
        list(members(content, lambda _sha256: None))
