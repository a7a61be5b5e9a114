"""The news page of Example City's police: HTML with feed autodiscovery, an Atom feed (RFC 4287), one page a post, and robots.txt (RFC 9309)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from samples.manifest import MEDIA
from samples.posts import Shown, WrittenPost, posts_of
from samples.reply import Reply, picture_reply

ROBOTS = "User-agent: *\nDisallow: /news/drafts/\nDisallow: /private*\nAllow: /\n"
FEED = "/news/feed.atom"


def blog_reply(origin: str, path: str) -> Reply | None:
    """The page at `path`, or None where the news site has none."""
    if path == "/robots.txt":
        return Reply(200, "text/plain; charset=utf-8", ROBOTS.encode())
    if path in {"/", "/news", "/news/"}:
        return _html(_front_page())
    if path == FEED:
        return _feed(origin)
    if path.startswith("/news/media/"):
        return _picture(path.rpartition("/")[2])
    return next((_html(_post_page(post)) for post in posts_of("blog") if post_path(post) == path), None)


def post_path(post: WrittenPost) -> str:
    """Where a post's own page lies."""
    return f"/news/{post.posted_at:%Y/%m}/{post.key}/"


def _picture(file: str) -> Reply | None:
    shown = {picture.file for post in posts_of("blog") for picture in post.pictures}
    return picture_reply(file, (MEDIA / file).read_bytes()) if file in shown else None


def _feed(origin: str) -> Reply:
    posts = posts_of("blog")
    newest = max(post.edited_at or post.posted_at for post in posts)
    head = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-US">',
        "  <title>Example City Police News</title>",
        f"  <id>{origin}/news/</id>",
        f'  <link rel="self" type="application/atom+xml" href="{origin}{FEED}"/>',
        f'  <link rel="alternate" type="text/html" href="{origin}/news/"/>',
        f"  <updated>{_time(newest)}</updated>",
    ]
    text = "\n".join([*head, *(_entry(origin, post) for post in posts), "</feed>", ""])
    return Reply(200, "application/atom+xml; charset=utf-8", text.encode("utf-8"), {"Last-Modified": format_datetime(newest.astimezone(UTC), usegmt=True)})


def _entry(origin: str, post: WrittenPost) -> str:
    address = origin + post_path(post)
    return "\n".join(
        [
            "  <entry>",
            f"    <title>{escape(post.title)}</title>",
            f"    <id>{address}</id>",
            f'    <link rel="alternate" type="text/html" href="{address}"/>',
            f"    <published>{_time(post.posted_at)}</published>",
            f"    <updated>{_time(post.edited_at or post.posted_at)}</updated>",
            "    <author><name>Example City Police Department</name></author>",
            f'    <content type="html">{escape(_body(post, origin))}</content>',
            "  </entry>",
        ]
    )


def _body(post: WrittenPost, origin: str = "") -> str:
    paragraphs = "".join(f"<p>{escape(part)}</p>\n" for part in post.text.split("\n\n"))
    return paragraphs + "".join(_figure(picture, origin) for picture in post.pictures)


def _figure(picture: Shown, origin: str) -> str:
    return f'<figure><img src="{origin}/news/media/{picture.file}" alt="{escape(picture.alt)}" /></figure>\n'


def _front_page() -> str:
    items = "".join(f'<li><a href="{post_path(post)}">{escape(post.title)}</a> <time>{post.posted_at:%d %B %Y}</time></li>\n' for post in posts_of("blog"))
    return _page(
        "Example City Police News",
        f"<h1>Example City Police News</h1>\n<p>Example City is invented, and so is everything on this page.</p>\n<ul>\n{items}</ul>",
    )


def _post_page(post: WrittenPost) -> str:
    return _page(post.title, f"<article>\n<h1>{escape(post.title)}</h1>\n{_body(post)}</article>")


def _page(title: str, body: str) -> str:
    link = f'<link rel="alternate" type="application/atom+xml" title="Example City Police News" href="{FEED}">'
    head = f'<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n{link}\n</head>'
    return f'<!DOCTYPE html>\n<html lang="en-US">\n{head}\n<body>\n{body}\n</body>\n</html>\n'


def _html(text: str) -> Reply:
    return Reply(200, "text/html; charset=utf-8", text.encode("utf-8"))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
