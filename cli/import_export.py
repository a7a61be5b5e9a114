"""`plainview import`: an export that an account's owner handed in, or a saved page. Only what is public is kept of it, and never a message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.terminal import Undercover, fail, json_lines, operator, out, tell

if TYPE_CHECKING:
    from domain.account import Account
    from domain.post import Post
    from flows.import_export import Fate
    from flows.station import Station
    from sources.exports.export import ExportedPost
    from sources.exports.reading import Export


def import_export(
    exports: Annotated[list[Path], typer.Argument(help="the ZIP that the platform gave the account's owner, all parts of it; or one saved page (.html)")],
    account: Annotated[str, typer.Option(help="whose export it is: the account's id, platform:handle, or its handle")],
    choices: Annotated[
        Path | None, typer.Option(help="the CSV in which the owner marks what is public; it is written where it is not there yet", dir_okay=False)
    ] = None,
    page_url: Annotated[str, typer.Option(help="where a saved page was saved from, where the page does not say so itself")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, for each post")] = False,
    undercover: Undercover = False,
) -> None:
    """Import the public posts of an account's own data export: Facebook, Instagram, X, LinkedIn, Mastodon, YouTube (Google Takeout) or TikTok.

    The account must be registered, with a live written permission. Messages are never opened. Where an export does not say which posts are public (Facebook,
    Instagram, X), its owner does: call once with --choices and the name of a new file, let the owner write yes where it belongs, and call again.
    MySpace and Nixle have no export: save a page in a browser, as HTML only, and name that file.
    Exit status 0: what was public is stored, or was before; 2: the file cannot be used, or the call was wrong. docs/exports.md says more.
    """
    from cli.bars import bars
    from flows.import_export import HandedIn, permitted, undecided
    from flows.import_export import import_export as take_in
    from flows.station import Station
    from sources.exports.registry import handed_in

    station, found = _station_for(Station.here(), account, undercover)
    paper = permitted(station, found, _papers(station))
    with handed_in(exports, found, page_url) as (origin, files, export):
        waiting = undecided(export)
        if waiting and (choices is None or not choices.exists()):
            _ask_owner(station, origin.what, waiting, choices)
            fates = _all_waiting(export)
        else:
            with bars():
                fates = take_in(HandedIn(station, found, paper, origin, files, operator().name), export, _chosen(waiting, choices))
            _say(fates, len(export.rejected), as_json)
    if as_json:
        json_lines(_row(station, fate) for fate in fates)


def _station_for(station: Station, name: str, undercover: bool) -> tuple[Station, Account]:
    """The account of that name, and the station for what it publishes. Ends the command where there is none, or its compartment is closed here."""
    from cli.authorizations import account_named
    from storage.sealed.own_keys import own_keys

    found = account_named(station.door, name, undercover)
    if not found.subject_id:
        return station, found
    keys = own_keys(station.storage.folder)
    if keys is None:
        fail("what belongs to the undercover compartment is sealed first: set PLAINVIEW_MASTER_KEY_FILE")
    return station.of_subject(found.subject_id, keys), found


def _papers(station: Station) -> Any:
    from storage import authorizations

    return station.door.call(authorizations.every, compartment=station.compartment, by=operator().name)


def _ask_owner(station: Station, what: str, waiting: tuple[ExportedPost, ...], path: Path | None) -> None:
    """Write the file in which the owner marks what is public, and say how to go on. Without a name for it the command ends."""
    from sources.exports.choices import written_choices
    from storage.durable import write_whole

    if path is None:
        fail(f"{what} does not say which of {len(waiting)} posts are public, and its owner has to: call again with --choices and a new file's name")
    if path.resolve().is_relative_to(station.storage.folder.resolve()) or not path.absolute().parent.is_dir():
        fail(f"--choices {path}: name a new file in a folder that exists, outside the data folder")
    write_whole(path, written_choices(one.post for one in waiting))
    tell(f"{path} lists {len(waiting)} posts, all marked no; nothing is imported yet. Let the account's owner write yes in the column `public` of each")
    tell("post that anyone can see, and nothing else. Then call this command again as it was. The file is in clear: delete it once it was imported.")


def _chosen(waiting: tuple[ExportedPost, ...], path: Path | None) -> Mapping[str, bool]:
    """What the owner marked. A line that fits no post of this export is said, and imports nothing."""
    from sources.exports.choices import MOST_BYTES, key_of, read_choices

    if path is None:
        return {}
    if not waiting:
        tell(f"--choices {path}: is not needed and was not read: this export says itself what is public")
        return {}
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES)
    except OSError as wrong:
        fail(f"--choices {path}: cannot be read ({wrong.strerror})")
    chosen = read_choices(content, str(path))
    if strange := len(chosen.keys() - {key_of(one.post) for one in waiting}):
        tell(f"{path}: {strange} of its lines are of no post as this export has it, and were passed over; they may be of another export")
    return chosen


def _all_waiting(export: Export) -> list[Fate]:
    from flows.import_export import Fate

    return [Fate(one.post, False, "waits for its owner's choice" if one.public is None else "waits, like all of this export") for one in export.posts]


def _say(fates: list[Fate], rejected: int, as_json: bool) -> None:
    imported, lost = sum(fate.imported for fate in fates), sum(fate.lost for fate in fates)
    (tell if as_json else out.print)(f"{imported} of its {len(fates)} posts were imported.")
    for why, count in sorted(Counter(fate.why for fate in fates if not fate.imported).items()):
        tell(f"  {count} not: {why}")
    if lost:
        tell(f"  {lost} pictures could not be had; each says why")
    if rejected:
        tell(f"  {rejected} pieces of the export could not be understood; they are stored as rejected, without what they say")


def _row(station: Station, fate: Fate) -> dict[str, Any]:
    post = fate.post
    return {"id": _stored_id(station, post), "native_id": post.native_id, "posted_at": post.posted_at, "imported": fate.imported, "why": fate.why}


def _stored_id(station: Station, post: Post) -> str:
    """The post's id as the store has it: in the undercover compartment, one that only the subject's key makes."""
    from storage.sealed.sealed_columns import keyed_name

    return keyed_name(post.id, station.keys.of(station.subject)) if station.keys and station.subject else post.id
