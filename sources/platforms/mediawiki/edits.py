"""A wiki's list of edits and the texts of revisions, understood (https://www.mediawiki.org/wiki/API:Usercontribs, API:Revisions)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.identity import Json, canonical_json, sha256_hex
from domain.post import Post, PostKind, Rejected
from sources.platforms.mediawiki.files import FILE_NAMESPACE
from sources.platforms.mediawiki.text import added
from sources.reading.entries import MOST_ENTRIES, understood
from sources.reading.shape import At
from sources.reading.track import Item, Read, time_order
from sources.source import UnexpectedReply

EXACT_REVERTS = {"mw-undo", "mw-rollback", "mw-manual-revert"}  # they bring back what somebody wrote before (https://www.mediawiki.org/wiki/Manual:Reverts)
HIDDEN = ("texthidden", "suppressed")


@dataclass(frozen=True, slots=True)
class Edit:
    """A line of a list of edits, understood. `parent` is the revision before it (0: it made the page), `said` the digest of what of it may change later."""

    entry: At
    revision: int
    parent: int
    title: str
    of_file: bool
    posted_at: datetime
    summary: str
    text_bytes: int
    reverts: bool
    said: str

    @property
    def order(self) -> str:
        """As the wiki lists: edits of the same second by their number."""
        return f"{time_order(self.posted_at)}#{self.revision:015d}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of edits, newest first. `next` is the wiki's own word for where the following page begins, `record` the reply's."""

    edits: tuple[Edit, ...]
    rejected: tuple[Rejected, ...]
    next: str
    record: str = ""

    @property
    def digest(self) -> str:
        """The same for two pages that list the same."""
        edits: list[Json] = [[edit.revision, edit.said] for edit in self.edits]
        return sha256_hex(canonical_json([edits, [[one.path.partition("/")[2], one.reason] for one in self.rejected]]))[:32]


def parse_edits(reply: At, user_id: str) -> Listing:
    """A page of list=usercontribs. What is hidden, somebody else's or odd is rejected."""
    edits, rejected = {}, []
    for place, entry in enumerate(reply.at("query").at("usercontribs").items()):
        if place == MOST_ENTRIES:
            rejected.append(Rejected(None, entry.path, f"this entry and all after it: more than {MOST_ENTRIES} on one page are not read"))
            break
        try:
            edit = _edit(entry, user_id)
            edits[edit.revision] = edit
        except UnexpectedReply as odd:
            rejected.append(Rejected(None, odd.path, odd.what))
    following = reply.at("continue")
    return Listing(tuple(edits.values()), tuple(rejected), "" if following.missing else following.at("uccontinue").identifier())


def parse_texts(reply: At) -> dict[int, At]:
    """The revisions of prop=revisions by number. One that the wiki does not give is among its `badrevids` and not here."""
    pages = reply.at("query").at("pages").maybe_items()
    return {number(revision.at("revid")): revision for page in pages for revision in page.at("revisions").maybe_items()}


def parse_revisions(edits: Iterable[Edit], texts: Mapping[int, At], account_id: str, wiki: str, script: str) -> Read:
    """The edits as posts: each its summary and what it added. `wiki` begins their lasting names, `script` the addresses of their permanent links.

    Where what was there before cannot be had, nobody can tell what was added: the summary alone is kept, and a rejected piece says so.
    """
    by_path = {edit.entry.path: edit for edit in edits}

    def understand(entry: At) -> Iterator[Item | Rejected]:
        return _found(by_path[entry.path], texts, account_id, wiki, script)

    return understood([edit.entry for edit in by_path.values()], understand, lambda entry: f"{wiki}/{by_path[entry.path].revision}", None)


def parse_if_gone(reply: At, revision: int) -> str | None:
    """What the wiki says of one revision when it is no longer public, else None."""
    if not reply.at("query").at("badrevids").missing:
        return "badrevids: missing"
    known = parse_texts(reply).get(revision)
    if known is None:
        reply.wrong("the revision that was asked for is not in it")
    return hidden(known)


def text_of_revision(revision: At) -> str:
    """The wiki text of a revision that is public."""
    if flag := hidden(revision):
        revision.at(flag).wrong("is not public")
    slots = revision.at("slots")
    return (revision if slots.missing else slots.at("main")).at("content").text()  # a MediaWiki of before 1.32 has no slots


def hidden(revision: At) -> str | None:
    """What says that the text of `revision` is not public: by administrators (RevisionDelete) or beyond them; None when it is."""
    slots = revision.at("slots")
    places = (revision, revision if slots.missing else slots.at("main"))
    return next((flag for flag in HIDDEN for place in places if place.at(flag).value is True), None)


def own_words(revision: At, parent: int, texts: Mapping[int, At]) -> str:
    """What `revision` added to its `parent` (0: it made the page). Raises UnexpectedReply when either text cannot be had."""
    whole = text_of_revision(revision)
    if not parent:
        return added("", whole)
    before = texts.get(parent) or revision.wrong("what was there before was not given")
    return added(text_of_revision(before), whole)


def own_summary(comment: str, *, reverts: bool) -> str:
    """A summary without the section's name, which is not its writer's, and where the wiki wrote it for a revert without the names of those whose edits went."""
    summary = re.sub(r"/\*.{0,500}?\*/", "", comment).strip()
    return re.sub(r"\[\[[^\[\]]*\]\]", "[…]", summary) if reverts else summary


def number(at: At) -> int:
    """A count or identifier. JSON's true is no number."""
    return at.value if isinstance(at.value, int) and not isinstance(at.value, bool) and 0 <= at.value < 10**15 else at.wrong("expected a whole number")


def _edit(entry: At, user_id: str) -> Edit:
    if str(number(entry.at("userid"))) != user_id:
        entry.at("userid").wrong("is another account's")
    for flag in (*HIDDEN, "userhidden"):
        if entry.at(flag).value is True:
            entry.at(flag).wrong("is not public")
    reverts = not EXACT_REVERTS.isdisjoint(tag.text() for tag in entry.at("tags").maybe_items())
    unsaid = entry.at("commenthidden").value is True
    summary = "" if unsaid else own_summary(entry.at("comment").maybe_text(), reverts=reverts)
    parent, size = number(entry.at("parentid")), number(entry.at("size"))
    grown = entry.at("sizediff").value
    return Edit(
        entry=entry,
        revision=number(entry.at("revid")),
        parent=parent,
        title=entry.at("title").text(),
        of_file=entry.at("ns").value == FILE_NAMESPACE,
        posted_at=entry.at("timestamp").moment(),
        summary=summary,
        text_bytes=size + (size - grown if parent and isinstance(grown, int) else 0),
        reverts=reverts,
        said=sha256_hex(canonical_json([summary, unsaid]))[:16],
    )


def _found(edit: Edit, texts: Mapping[int, At], account_id: str, wiki: str, script: str) -> Iterator[Item | Rejected]:
    name, new = f"{wiki}/{edit.revision}", ""
    if edit.revision not in texts:
        edit.entry.wrong("its text was not given")
    revision = texts[edit.revision]
    text_of_revision(revision)  # one that is hidden is refused, and not only without its words
    try:
        new = "" if edit.reverts else own_words(revision, edit.parent, texts)
    except UnexpectedReply:
        yield Rejected(name, edit.entry.path, "what was there before the edit was not given, so that what it added cannot be told")
    text = "\n".join(part for part in (edit.summary, new) if part)
    post = Post(account_id, name, PostKind.REVISION, f"{script}?oldid={edit.revision}", text, edit.posted_at, title=edit.title)
    yield Item(post, edit.order, edit.said)
