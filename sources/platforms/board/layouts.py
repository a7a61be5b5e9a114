"""How the stock themes of common board software lay out a thread.

phpBB, FluxBB and the older Spirit: after their own templates (phpBB/styles/prosilver/template/viewtopic_body.html, viewtopic.php,
spirit/comment/_render_list.html). XenForo 2: after its compiled template `post_macros`. vBulletin 4 and 5: after saved pages of others, not verified.
Spirit alone was tried against a running board (0.14.3). Where a board's theme differs, `[network.boards."host"]` says how.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bs4 import BeautifulSoup

from sources.client.address import checked, host_and_port
from sources.settings import BoardLayout

_STOCK: Mapping[str, Mapping[str, str]] = {
    "phpBB 3": {
        "page": "body#phpbb",
        "post": 'div.post[id^="p"]',
        "author": '.postprofile [class^="username"], .postprofile dt > strong',
        "text": ".content",
        "time": "p.author",
        "link": 'p.author a[href*="viewtopic"]',
        "title": "h2.topic-title",
        "media": ".attachbox",
    },
    "XenForo 2": {
        "page": "html#XF",
        "post": "article.message--post",
        "author": ".message-name .username",
        "text": ".message-body .bbWrapper",
        "time": ".message-attribution time",
        "id": "data-content",
        "link": '.message-attribution a[href*="post"]',
        "title": "h1.p-title-value",
        "media": ".message-attachments",
        "next": 'a.pageNav-jump--next, link[rel~="next"]',
        "previous": 'a.pageNav-jump--prev, link[rel~="prev"]',
        "last": ".pageNav-main li.pageNav-page:last-child a",
    },
    "vBulletin 4": {
        "page": "html#vbulletin_html",
        "post": "li.postcontainer",
        "author": ".username_container .username, .userinfo .username",
        "text": ".postcontent",
        "time": ".postdate .date",
        "link": "a.postcounter",
        "title": ".threadtitle",
        "media": ".attachments",
    },
    "vBulletin 5": {
        "page": "body#vb-page-body",
        "post": "li.b-post[data-node-id]",
        "author": '[itemprop="author"] [itemprop="name"]',
        "text": ".js-post__content-text",
        "time": ".b-post__timestamp",
        "id": "data-node-id",
        "link": "a.b-post__count",
        "title": "h1",
        "next": 'a.js-pagenav-next-button, link[rel~="next"]',
        "previous": 'a.js-pagenav-prev-button, link[rel~="prev"]',
    },
    "FluxBB": {
        "page": "div.pun",
        "post": 'div.blockpost[id^="p"]',
        "author": ".postleft dt > strong",
        "text": ".postright .postmsg",
        "time": "h2 a",
        "link": "h2 a",
        "title": ".postright h3",
    },
    "Spirit": {
        "page": "div.comments_list",
        "post": "div.comments_list__comment[data-pk]",  # not what was removed
        "author": ".comment__info__username__link",
        "text": ".comment__text",
        "time": ".comment__info__date li[title]",
        "id": "data-pk",
        "link": "input.comment__footer__share__url",
        "gone": "div.comments_list__item",  # a line that stands for a comment that was removed
        "title": "h1.headline",
        "next": ".paginator__button > a:has(.fa-chevron-right)",
        "previous": '.paginator__button > a:has(.fa-chevron-left):not(:-soup-contains-own(" "))',  # an arrow alone: with a word it leads to the first page
        "last": ".paginator__button:has(.fa-chevron-right) + .paginator__button > a:has(.fa-chevron-right)",
        "thread": "a.topic__link",
    },
    "Spirit of old": {
        "page": "div.comments",
        "post": "div.comment[data-pk]:has(.comment-username)",  # not what was removed
        "author": ".comment-username .username",
        "text": ".comment-text",
        "time": ".comment-date li[title]",
        "id": "data-pk",
        "title": "h1",
    },
}


@cache
def built_in() -> Mapping[str, BoardLayout]:
    """The layouts by the names of their software. Made when one is asked for: their selectors take longer to read than most programs take to start."""
    return {name: BoardLayout(**layout) for name, layout in _STOCK.items()}


def configured(boards: Mapping[str, BoardLayout], url: str) -> BoardLayout | None:
    """The layout that the settings give the host of `url`, with its port or without."""
    named = {name.lower(): layout for name, layout in boards.items()}
    return named.get(host_and_port(url)) or named.get(checked(url).hostname or "")


def layout_of(tree: BeautifulSoup, chosen: BoardLayout | None) -> BoardLayout | None:
    """The layout of a page: the chosen one if the page has it, else a built-in one; None for a page of another shape."""
    for layout in (chosen,) if chosen else built_in().values():
        if any(tree.select_one(selector) is not None for selector in (layout.page or layout.post, layout.post, layout.thread) if selector):
            return layout
    return None
