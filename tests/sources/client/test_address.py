from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sources.client.address import checked, host_and_port, leads_inside, origin, same_origin, where
from sources.source import NotPermitted


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "https://example.org/",
        "https://example.org:8443/a?b=c#d",
        "HTTP://EXAMPLE.ORG/x",
        "http://127.0.0.1:8083/labpd",
        "http://[2001:db8::1]:80/",
        "https://xn--bcher-kva.example/",
        "https://bücher.example/straße",
        "https://example.org/%20%00",
        "https://example.org/?next=http://127.0.0.1/",
        "https://example.org/@press",
        "http://2130706433/",
        "http://example.org./",
        "http://2026.example.org/",
    ],
)
def test_an_address_that_may_be_asked(url: str) -> None:
    assert checked(url).hostname


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/feed",
        "//example.org/feed",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "http://",
        "http:///path",
        "https://name:word@example.org/",
        "https://name@example.org/",
        "https://@example.org/",
        "http://example.org:99999/",
        "http://example.org:0/",
        "http://example.org:port/",
        "http://[::1/",
        "http://exam ple.org/",
        "http://127.0.0.1./",
        "http://2130706433./",
        "http://0x7f.0x1./",
        "http://[fe80::1%25eth0]/",
        "http://exa%6dple.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org/\r\nHost: 127.0.0.1",
        "http://example.org/\x00",
        "https://example.org/" + "a" * 5000,
    ],
)
def test_an_address_that_may_not(url: str) -> None:
    with pytest.raises(NotPermitted) as refused:
        checked(url)
    assert "name:word" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "11.1.1.1", "192.167.1.1", "100.63.0.1", "2606:4700::1", "[2a00:1450::1]"],
)
def test_public_addresses(address: str) -> None:
    assert not leads_inside(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.7"),
        *("::1", "[::1]", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "5f00::1"),
    ],
)
def test_inside_addresses(address: str) -> None:
    assert leads_inside(address)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Example.org/", "example.org:80"),
        ("https://example.org/", "example.org:443"),
        ("http://127.0.0.1:8083/x", "127.0.0.1:8083"),
        ("http://[::1]:8083/x", "[::1]:8083"),
    ],
)
def test_host_and_port_as_the_settings_write_them(url: str, host: str) -> None:
    assert host_and_port(url) == host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.org:443/a?b", "https://example.org"),
        ("http://example.org:80", "http://example.org"),
        ("https://example.org:80/", "https://example.org:80"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]"),
    ],
)
def test_an_origin_is_written_one_way(url: str, expected: str) -> None:
    assert origin(url) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.org/a", "https://EXAMPLE.org:443/b", True),
        ("https://example.org/a", "http://example.org/a", False),
        ("https://example.org/a", "https://example.org:8443/a", False),
        ("https://example.org/a", "https://example.org.elsewhere.example/a", False),
        ("https://name@example.org/a", "https://name@example.org/a", False),
        ("", "", False),
    ],
)
def test_the_same_origin(one: str, other: str, same: bool) -> None:
    """What may not be asked at all lies nowhere."""
    assert same_origin(one, other) is same_origin(other, one) is same


@given(st.text())
@example("http://[")
@example("http://a:b")
@example("https://name:password@example.org/a")
def test_errors_show_no_query_and_no_credentials(url: str) -> None:
    shown = where(url.replace("?", "").replace("#", "") + "?token=5f2b-secret")
    assert "secret" not in shown
    assert "password" not in shown
    assert shown.isprintable()
