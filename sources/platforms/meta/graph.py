"""Meta's Graph API, as far as Facebook, Instagram and Threads share it: errors, pages, identifiers, pictures whose addresses are signed.

Errors: https://developers.facebook.com/docs/graph-api/guides/error-handling, pages: …/docs/graph-api/results, limits: …/docs/graph-api/overview/rate-limiting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from domain.account import Account, Custody
from domain.post import MediaLink, Post, Rejected
from domain.retention import OnDelete
from sources.client.address import where
from sources.client.http import Reply
from sources.client.rate_headers import used_up
from sources.reading.api import GONE, REFUSED, good
from sources.reading.profile import profile_of
from sources.reading.readable import named, picture
from sources.reading.shape import At, json_at
from sources.source import AccountGone, NotPermitted, Terms, TryAgainLater, UnexpectedReply

VERSION = "v26.0"
FILM = "video/mp4"
CLAUSE = "Meta's Platform Terms (3.a.iii)"
REFERENCE = "https://developers.facebook.com/terms section 3.a.iii (the department's counsel says in a note on file why this use is allowed)"

BUSY = {1, 2, 4, 17, 32, 341, 613}  # out of order for a while, or too many calls by the app, the person or the Page
BUSY_CASE = range(80_000, 80_015)  # too many calls, counted by business use case
NO_TOKEN = {102, 190}
NO_PERMISSION = {3, 10, 368, *range(200, 300)}
NOT_THERE = {21, 803}  # moved to another id; no such alias
NO_OBJECT = (100, 33)  # deleted, or never there, or not to be seen with this token: Meta does not say which
NO_MEDIA = 24
ID = re.compile(r"[0-9]{1,40}(_[0-9]{1,40})?")


@dataclass(frozen=True, slots=True)
class Fault:
    """The numbers of an error object."""

    code: int
    subcode: int | None

    def __str__(self) -> str:
        return f"code {self.code}" + (f", subcode {self.subcode}" if self.subcode is not None else "")

    @property
    def busy(self) -> bool:
        """Whether the same call may succeed later."""
        return self.code in BUSY or self.code in BUSY_CASE

    @property
    def not_there(self) -> bool:
        """Whether what was asked for is not there."""
        return self.code in NOT_THERE or self.code == NO_MEDIA or (self.code, self.subcode) == NO_OBJECT


def fault_of(reply: Reply) -> Fault | None:
    """The error that a reply tells of; None where it has another shape than documented."""
    try:
        error = json_at(reply.body, where(reply.url)).at("error")
        code, subcode = error.at("code").value, error.at("error_subcode").value
    except UnexpectedReply:
        return None
    return Fault(code, subcode if type(subcode) is int else None) if type(code) is int else None


def answered(reply: Reply, now: datetime) -> Reply:
    """`reply` when it is 200 or 304, else what its error means: Graph answers 400 or 403 to nearly everything, and the code tells them apart."""
    if reply.status in {200, 304} or (fault := fault_of(reply)) is None:
        return good(reply)
    at = where(reply.url)
    what = f"{at}: answered {reply.status} ({fault})"
    if fault.busy:
        raise TryAgainLater(used_up(reply.headers, now), what)
    if fault.code in NO_TOKEN:
        raise NotPermitted(f"{what}: the token has run out, was withdrawn or is none; exchange it in the file of [network] tokens")
    if fault.code in NO_PERMISSION:
        raise NotPermitted(f"{what}: the token lacks a permission, or Meta has blocked the app; docs/sources.md lists the permissions")
    if fault.not_there:
        raise AccountGone(f"{what}: it is not there, or not for this token")
    if reply.status in GONE | REFUSED:
        return good(reply)
    raise UnexpectedReply(at, f"answered {reply.status} ({fault})")


def for_departments_only(account: Account, site: str) -> None:
    """Raises NotPermitted for a member's own account: Meta's terms know no consent to surveillance."""
    if account.custody is not Custody.DEPARTMENT_RUN:
        raise NotPermitted(
            f"{CLAUSE} do not allow a member's own account on {site} to be read for a police department, whoever agrees to it;"
            " the member can hand in their own export instead: `plainview import`"
        )


def terms(what: str) -> Terms:
    """Meta's, which are the same for all three: `what` of the department's own may be archived."""
    return Terms(
        use=f"Only {what} that the department runs, with its own token, for communications and public records: Meta's Platform Terms forbid surveillance.",
        on_delete=OnDelete.PURGE,
        keep_days=None,
        reference=REFERENCE,
    )


def following(reply: At) -> str | None:
    """The cursor of the following page, None on the last. `paging.next` is never used, since the token is written into it; that it is there tells of a page."""
    paging = reply.at("paging")
    return None if paging.missing or paging.at("next").missing else paging.at("cursors").at("after").identifier()


def graph_id(at: At) -> str:
    """An id as it goes into an address: digits, for a Page's post two of them."""
    text = at.text()
    return text if ID.fullmatch(text) else at.wrong("is not an id of the Graph API")


def one_user(reply: At) -> At:
    """The user that `/me` tells of: an object, or a list of one as the documentation of Instagram shows."""
    return reply if reply.at("data").missing else next(reply.at("data").items(), reply.at("data"))


def user_id(reply: At, key: str, account: Account, known: str | None) -> str:
    """The id of the account that the token belongs to. Raises NotPermitted when that is not the registered one, which goes by its id once it is known."""
    user = one_user(reply)
    found, name = graph_id(user.at(key)), user.at("username").text()
    if known is None and account.handle.lstrip("@").casefold() not in {name.casefold(), found}:
        raise NotPermitted(f"{reply.path}: the token belongs to another account than the one that was registered; put each account's own under its handle")
    return found


def refuse_if_set(at: At) -> None:
    """Raises UnexpectedReply for what is hidden, and for anything but a clear no."""
    if at.value is not False and not at.missing:
        at.wrong("is not public")


def nested(at: At) -> Iterator[At]:
    """The elements of an edge inside an object, none where there is no such edge."""
    return iter(()) if at.missing else at.at("data").items()


def shown(address: At, base: str, name: str, alt: str = "", mime: str | None = None) -> MediaLink | None:
    """A picture or film by its signed address, known by `name`. None where there is no address (Meta leaves it out of what rights holders object to)."""
    if not address.maybe_text():
        return None
    link = picture(address.text(), base, alt, mime)
    return named(link, name or file_name(link)) if link else address.wrong("is not an http or https address")


def pictures_and_films(thing: At, base: str) -> Iterator[MediaLink | None]:
    """What a post of Instagram or Threads shows: an album's pictures and films, else its own; a film with its poster. Each is known by its id."""
    for one in list(nested(thing.at("children"))) or [thing]:
        name, alt, film = graph_id(one.at("id")), one.at("alt_text").maybe_text(), one.at("media_type").value == "VIDEO"
        yield shown(one.at("media_url"), base, f"{name}/film" if film else name, alt, FILM if film else None)
        if film:
            yield shown(one.at("thumbnail_url"), base, name, alt)


def file_name(link: MediaLink) -> str:
    """What an address of Meta's ends with: the same in each signed address of one picture."""
    return urlsplit(link.address).path.rpartition("/")[2]


def profile(account: Account, name: str, said: str, pictures: Iterable[str], now: datetime) -> Post:
    """As `profile_of`, its pictures known by their file names."""
    post = profile_of(account, name, said, pictures, now)
    return replace(post, media=tuple(named(link, file_name(link)) for link in post.media))


def or_rejected(parse: Iterator[MediaLink | None], found: list[MediaLink], native_id: str) -> Iterator[Rejected]:
    """Takes what `parse` gives into `found`, and yields what stopped it: a post is kept although one of its pictures is odd."""
    try:
        found.extend(link for link in parse if link)
    except UnexpectedReply as odd:
        yield Rejected(native_id, odd.path, odd.what)
