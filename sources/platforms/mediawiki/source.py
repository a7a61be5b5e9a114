"""Wikipedia and every other MediaWiki: the edits of one account, and in each what it added, by the wiki's own API without signing in.

API: https://www.mediawiki.org/wiki/API:Usercontribs, API:Revisions, API:Imageinfo, API:Users, API:Siteinfo, and https://www.mediawiki.org/wiki/API:Etiquette.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from domain.account import Account
from domain.post import Rejected
from domain.retention import OnDelete
from sources.client.address import checked
from sources.client.http import Http
from sources.platforms.mediawiki.api import MediaWikiApi
from sources.platforms.mediawiki.edits import Edit, Listing, hidden, number, parse_edits, parse_if_gone, parse_revisions, parse_texts, text_of_revision
from sources.platforms.mediawiki.files import Version, media_of, parse_files, parse_prefixes, uploaded_at
from sources.platforms.mediawiki.redact import own_summaries, own_texts
from sources.platforms.mediawiki.text import files_shown
from sources.reading.profile import profile_of
from sources.reading.shape import At
from sources.reading.track import Known, Read, Track, track_of
from sources.reading.walk import Walk, profile_page, unchanged
from sources.source import AccountGone, Allowance, Checkpoint, Needs, Page, Terms, UnexpectedReply

PER_PAGE = 25  # the texts of so many edits, and of what was there before each, are the 50 that one request may ask for
MOST_TEXT = 3_000_000  # bytes of texts in one request: a wiki gives 8 MB at most
MOST_TITLES = 50
EDITS = {"list": "usercontribs", "ucprop": "ids|title|timestamp|comment|size|sizediff|flags|tags", "uclimit": str(PER_PAGE)}
TEXTS = {"prop": "revisions", "rvprop": "ids|content", "rvslots": "main"}
SAID = TEXTS | {"rvprop": f"{TEXTS['rvprop']}|comment|timestamp"}  # so that one reply holds all of a post
FILES = {"prop": "imageinfo", "iiprop": "url|mime|timestamp", "iilimit": "50"}

TERMS = Terms(
    use="Public edits by the wiki's own API, one request after the other. Wikimedia's texts are under CC BY-SA: author and address are to be named.",
    on_delete=OnDelete.PURGE,
    keep_days=None,
    reference="https://foundation.wikimedia.org/wiki/Policy:Terms_of_Use and …/Policy:User-Agent_policy; for other wikis their own",
)
NEEDS = Needs(handle="the user's name, or `Name@en.wikipedia.org`", url="the user's page, any other page of that wiki, or the address of its api.php")
DAILY = Allowance(requests=20_000)


def parse_user(reply: At) -> str:
    """The account's lasting number, from list=users. Raises AccountGone when there is no such user."""
    user = next(reply.at("query").at("users").items(), None)
    if user is None or user.at("missing").value is True or user.at("invalid").value is True:
        raise AccountGone(f"{reply.path}: the wiki knows no user of that name")
    return str(number(user.at("userid")))


def parse_user_page(reply: At) -> str:
    """The text of the user's page, empty where there is none to be read."""
    page = next(reply.at("query").at("pages").maybe_items(), None)
    revision = next(page.at("revisions").maybe_items(), None) if page else None
    return text_of_revision(revision) if revision and not hidden(revision) else ""


class MediaWiki:
    """Reads list=usercontribs, newest first, and the texts of what it has not read before: a revision never changes, so no text is asked for twice."""

    name = "mediawiki"
    terms = TERMS
    needs = NEEDS
    daily = DAILY
    robots_on_media = False

    def pages(self, account: Account, checkpoint: Checkpoint | None, http: Http) -> Iterator[Page]:
        """As `sources.source.Source.pages`."""
        track = track_of(checkpoint)
        reader = _Reader(MediaWikiApi(http, account), account, track)
        current = track.settled and not track.sweep_due(http.now())
        if not current:
            yield from reader.look_up()
        listing = reader.listing("")
        if current and listing.digest == track.own.get("listing"):
            yield unchanged(track)
            return
        track.own["listing"] = listing.digest
        first = reader.understood(listing, "")
        yield from Walk(track, reader.page, reader.answer_if_gone, http.now(), http.settings.pages_per_run, since=account.since).from_first(first)


class _Reader:
    def __init__(self, api: MediaWikiApi, account: Account, track: Track) -> None:
        self.api = api
        self.account = account
        self.track = track
        self.user = account.handle.partition("@")[0].strip()  # no wiki lets a name hold an @
        self.wiki = f"{checked(account.url).netloc.lower()}/revid"

    def look_up(self) -> Iterator[Page]:
        """Where the API is, whose name it is now, what the wiki calls its files, and the user's page."""
        query = {"meta": "siteinfo", "siprop": "general|namespaces|namespacealiases", "list": "users", "ususers": self.user, "titles": f"User:{self.user}"}
        answer = self.api.found(self.track.own.get("api", ""), query | TEXTS)
        found = parse_user(answer.json)
        if self.track.own.get("user", found) != found:
            raise AccountGone(f"{answer.json.path}: the name now belongs to another account than the one that was collected before")
        self.track.own |= {"api": answer.api, "user": found, "files": parse_prefixes(answer.json), "script": answer.script}
        text = parse_user_page(answer.json)
        named = dict(files_shown(text, self.track.own["files"]))
        files, _ = self._files(list(named))
        shown = [versions[0].url for title in named if (versions := files.get(title))]
        yield from profile_page(self.track, profile_of(self.account, self.user, text, shown, self.api.http.now()), answer.record)

    def listing(self, word: str) -> Listing:
        """The edits on the page that `word` names, by the wiki's own word for it; empty: the newest."""
        asked = self.api.ask(self.track.own["api"], EDITS | {"ucuser": self.user} | ({"uccontinue": word} if word else {}), own_summaries)
        return replace(parse_edits(asked.json, self.track.own["user"]), record=asked.record)

    def page(self, place: str) -> Read:
        """The edits at `place`: below which order, if the page there was read in part before, and the wiki's word for the page."""
        return self.understood(self.listing(place.partition("@")[2]), place)

    def understood(self, listing: Listing, place: str) -> Read:
        above, _, word = place.partition("@")
        edits = [edit for edit in listing.edits if not above or edit.order < above]
        recent = [edit for edit in edits if self.account.since is None or edit.posted_at.date() >= self.account.since]
        batch = self._batch(recent)
        following: str | None = f"@{listing.next}" if listing.next else None
        if len(batch) < len(recent):
            following = f"{batch[-1].order}@{word}"
        elif len(recent) < len(edits):
            following = None  # what follows is older than the day on which collection starts
        seen = {self._name(edit): known for edit in batch if (known := self._seen(edit))}
        read = self._read([edit for edit in batch if self._name(edit) not in seen], listing.rejected)
        to_the_end = following is None and len(recent) == len(edits)
        beside = tuple(edit.posted_at for edit in listing.edits)
        return Read(read.items, read.rejected, following, to_the_end, read.record or listing.record, seen=seen, beside=beside)

    def answer_if_gone(self, native_id: str, _known: Known) -> str | None:
        """Asks for that revision alone, with its text: only where the text should be does a wiki say that it is hidden."""
        revision = native_id.rpartition("/")[2]
        return parse_if_gone(self.api.ask(self.track.own["api"], TEXTS | {"revids": revision}, partial(own_texts, own={})).json, int(revision))

    def _name(self, edit: Edit) -> str:
        return f"{self.wiki}/{edit.revision}"

    def _seen(self, edit: Edit) -> Known | None:
        """How the edit is remembered, unless its line in the list has changed since: then it is read again."""
        known = self.track.posts.get(self._name(edit))
        return known if known and known.locator == edit.said else None

    def _batch(self, edits: list[Edit]) -> list[Edit]:
        """As many of them, in order, as one request for their texts can answer; one at least."""
        size = 0
        for place, edit in enumerate(edits):
            size += 0 if self._seen(edit) else edit.text_bytes
            if place and (size > MOST_TEXT or place == PER_PAGE):
                return edits[:place]
        return edits

    def _read(self, edits: list[Edit], rejected: tuple[Rejected, ...]) -> Read:
        if not edits:
            return Read((), rejected, None)
        wanted = dict.fromkeys(revision for edit in edits for revision in (edit.revision, edit.parent) if revision)
        redact = partial(own_texts, own={edit.revision: edit.reverts for edit in edits})
        answer = self.api.ask(self.track.own["api"], SAID | {"revids": "|".join(map(str, wanted))}, redact)
        read = parse_revisions(edits, parse_texts(answer.json), self.account.id, self.wiki, self.track.own["script"])
        return self._with_media(replace(read, rejected=(*rejected, *read.rejected), record=answer.record), edits)

    def _with_media(self, read: Read, edits: list[Edit]) -> Read:
        """The same with the files that each edit uploaded or put into a page."""
        by_name = {self._name(edit): edit for edit in edits}
        shown: dict[str, list[tuple[str, str]]] = {}
        for item in read.items:
            edit = by_name[item.post.native_id]
            shown[item.post.native_id] = list(files_shown(item.post.text.removeprefix(edit.summary), self.track.own["files"]))
        own = [edit.title for edit in edits if edit.of_file]
        titles = dict.fromkeys([*own, *(title for named in shown.values() for title, _ in named)])
        files, problems = self._files(list(titles))
        items = []
        for item in read.items:
            edit = by_name[item.post.native_id]
            uploaded = uploaded_at(edit.posted_at, files.get(edit.title, ())) if edit.of_file else None
            media = media_of(uploaded, shown[item.post.native_id], files)
            items.append(replace(item, post=replace(item.post, media=media)))
        return replace(read, items=tuple(items), rejected=(*read.rejected, *problems))

    def _files(self, titles: list[str]) -> tuple[dict[str, tuple[Version, ...]], list[Rejected]]:
        """Those files by title. An answer that cannot be understood costs the pictures, not the posts."""
        files: dict[str, tuple[Version, ...]] = {}
        problems = []
        for start in range(0, len(titles), MOST_TITLES):
            answer = self.api.ask(self.track.own["api"], FILES | {"titles": "|".join(titles[start : start + MOST_TITLES])})
            try:
                files |= parse_files(answer.json)
            except UnexpectedReply as odd:
                problems.append(Rejected(None, odd.path, odd.what))
        return files, problems
