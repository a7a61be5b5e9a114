"""What the three platforms that speak Meta's Graph API have in common."""

from __future__ import annotations

from domain.identity import Json
from tests.sources.serving import Answer, Asked, Site, json_answer
from tests.sources.simulated.author import PER_PAGE, Author, Traits, Written, conditional, page_of

TRAITS = Traits(token=True, tells_gone="code 100, subcode 33")


def an_error(code: int, subcode: int | None = None, status: int = 400) -> Answer:
    more: dict[str, Json] = {} if subcode is None else {"error_subcode": subcode}
    return json_answer({"error": {"message": "no", "type": "OAuthException", "code": code, **more, "fbtrace_id": "A"}}, status)


def a_page(site: Site, asked: Asked, author: Author, shown: list[Json], page: list[Written]) -> Answer:
    """With cursors on the last page too, and an address of the next page that the token is written into, as Graph does both."""
    last = not page or page[-1] is author.posts[-1]
    token = asked.headers["Authorization"].removeprefix("Bearer ")
    cursors = {"before": str(page[0].number), "after": f"c{page[-1].number}"} if page else {}
    following = {} if last else {"next": f"{site.origin}{asked.path}?access_token={token}&after=c{page[-1].number}"}
    return conditional(asked, json_answer({"data": shown, "paging": {"cursors": cursors, **following}} if page else {"data": []}))


def page_after(asked: Asked, author: Author) -> list[Written]:
    return page_of(author, int(asked.query["after"].removeprefix("c")) if "after" in asked.query else None, PER_PAGE)


def public_only(author: Author) -> Author:
    return Author([post for post in author.posts if post.public])


def graph_time(post: Written) -> str:
    return post.posted_at.strftime("%Y-%m-%dT%H:%M:%S+0000")
