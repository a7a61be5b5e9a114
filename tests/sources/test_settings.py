from __future__ import annotations

import pytest
from pydantic import ValidationError

from sources.settings import NetworkSettings


@pytest.mark.parametrize("host", ["127.0.0.1:8083", "LOCALHOST:1", "[::1]:8080", "blog.internal:443", "10.0.0.5:80"])
def test_a_host_that_is_named(host: str) -> None:
    assert NetworkSettings(allow_hosts=(host,)).allow_hosts == (host.lower(),)


@pytest.mark.parametrize("host", ["127.0.0.1", "http://127.0.0.1:80", "127.0.0.1:", ":80", "*:80", "10.0.0.0/8:80", "a b:80", "::1:80", "host:123456"])
def test_a_host_that_is_not_host_and_port(host: str) -> None:
    with pytest.raises(ValidationError, match="allow_hosts"):
        NetworkSettings(allow_hosts=(host,))


@pytest.mark.parametrize("contact", ["", "press@police.example.gov", "https://police.example.gov/plainview"])
def test_a_contact(contact: str) -> None:
    assert NetworkSettings(contact=contact).contact == contact


@pytest.mark.parametrize("contact", ["a\r\nX-Evil: 1", "ä@example.org", "a) Mozilla (b", "x" * 201])
def test_a_contact_that_would_break_the_header(contact: str) -> None:
    with pytest.raises(ValidationError, match="contact"):
        NetworkSettings(contact=contact)


@pytest.mark.parametrize(
    ("key", "value"), [("deadline_s", 0), ("retries", -1), ("requests_per_second", 0), ("page_bytes", 1), ("pages_per_run", 0), ("robots", False)]
)
def test_a_value_that_makes_no_sense(key: str, value: object) -> None:
    with pytest.raises(ValidationError, match=key):
        NetworkSettings(**{key: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "authority", "good"),
    [
        ("purge", "counsel", True),
        ("forget", "counsel", False),
        ("keep_by_law", "GS 1", True),
        ("keep_by_law", "", False),
        ("tombstone", "GS 1", True),
        ("tombstone", "", False),
    ],
)
def test_what_becomes_of_deletions_is_a_known_rule_by_somebodys_word(rule: str, authority: str, good: bool) -> None:
    given = {"on_delete": {"x": {"rule": rule, "authority": authority}}}
    if good:
        assert NetworkSettings(**given).on_delete["x"].authority == authority
        return
    with pytest.raises(ValidationError, match="on_delete"):
        NetworkSettings(**given)
