from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.reading.readable import pictures_of, text_and_pictures_of, text_of

BASE = "https://news.example/x/"
PIECES = st.sampled_from(
    ["<p>", "</p>", "<script>", "</script>", "<template>", "</body>", "</html>", "<!--", "-->", "<b", "<img src=a.png>", "<title>", "word ", "&amp;", "<td>"]
)
HTML = st.lists(PIECES, max_size=8).map("".join)


@given(st.lists(HTML, max_size=6))
def test_what_a_text_says_does_not_depend_on_what_was_read_before(texts: list[str]) -> None:
    forwards = [text_and_pictures_of(html, BASE) for html in texts]
    backwards = [(text_of(html), pictures_of(html, BASE)) for html in reversed(texts)]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("  plain\n words  ", "plain\nwords"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo"),
        ("<b>One</b> <i>Two</i>", "One Two"),
        ("a&nbsp;&amp;&lt;b&gt; &#8211; &euro;", "a &<b> \u2013 \u20ac"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<p>unclosed <b>words", "unclosed words"),
        ("<a href='javascript:alert(1)'>link</a>", "link"),
    ],
)
def test_text(html: str, text: str) -> None:
    assert text_of(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=x></SCRIPT>",
        "<style>p {}</style>",
        "<!-- alert(1) -->",
        "<template>alert(1)</template>",
        "<noscript>alert(1)</noscript>",
        "<?php alert(1) ?>",
        "<![CDATA[]]>",
        "<img src=x onerror=alert(1)>",
        "<!DOCTYPE html>",
        "\x00",
    ],
)
def test_what_a_page_does_not_show_is_no_text(html: str) -> None:
    assert text_of(html) == ""


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ("<img src='a.png' alt='A'>", [("https://news.example/x/a.png", "A")]),
        ("<IMG SRC=/a.png>", [("https://news.example/a.png", "")]),
        ("<img src=' //cdn.example/a.png '>", [("https://cdn.example/a.png", "")]),
        ("<p><a><img src='a.png'></a><img src='a.png' alt='twice'>", [("https://news.example/x/a.png", "")]),
        ("<img src='a.png#lasting=b'>", [("https://news.example/x/a.png", "")]),  # a name is for sources to give
        ("<img src='data:image/png;base64,AA'><img src='javascript:x'><img src=''><img><img src='http://[x'>", []),
        ("no pictures &lt;img src='a.png'&gt;", []),
    ],
)
def test_pictures(html: str, links: list[tuple[str, str]]) -> None:
    assert [(link.url, link.alt) for link in pictures_of(html, "https://news.example/x/page")] == links
