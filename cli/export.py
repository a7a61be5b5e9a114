"""`plainview export`: what is stored, handed out in forms that others can check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.erase import refuse_unusable
from cli.store import store_door
from cli.terminal import FAILED, Undercover, fail, operator, out, since_option, tell

if TYPE_CHECKING:
    from storage.captures import CaptureRow
    from storage.sealed.keys import SubjectKeys
    from storage.sealed.sealed_vault import SealedVault
    from storage.vault import Vault

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Hand out what is stored, in forms that others can check.")


@app.callback()
def export() -> None:
    """Hand out what is stored, in forms that others can check."""


@app.command("warc")
def warc(
    file: Annotated[Path, typer.Argument(metavar="FILE.warc.gz", help="the new file; nothing is ever written over")],
    account: Annotated[str | None, typer.Option(help="only what was answered for this account: its id or handle")] = None,
    post: Annotated[str | None, typer.Option(help="only the replies that this post came in: its id, from `plainview posts`")] = None,
    since: Annotated[str | None, typer.Option(help="only what was captured from this day or time on")] = None,
    undercover: Undercover = False,
) -> None:
    """Write kept replies into one WARC file, with the pictures put back into them. docs/capture.md says how to check it."""
    refuse_unusable(file)
    from cli.bars import bars
    from storage.durable import new_file

    rows, written_out = _listed(account, post, since, undercover), _Writing(store_door().folder)
    if not rows:
        fail("no replies are kept of that: `plainview posts --json` shows which posts have a capture_sha256")
    with bars(), new_file(file) as target:
        for content in written_out.records(rows):
            target.write(content)
    written_out.report(file, len(rows))


def _listed(account: str | None, post: str | None, since: str | None, undercover: bool) -> list[CaptureRow]:
    from cli.authorizations import account_named
    from storage import captures

    door, moment = store_door(), since_option(since)
    account_id = account_named(door, account, undercover).id if account else None
    return door.call(captures.listing, viewer=operator(undercover), account_id=account_id, post_id=post, since=moment)


@dataclass
class _Writing:
    """What is written out of the vaults of `folder`, and what could not be."""

    folder: Path
    count: int = 0
    lost: int = 0
    pictures_left_out: int = 0
    unreadable: list[str] = field(default_factory=list)

    def records(self, rows: list[CaptureRow]) -> Iterator[bytes]:
        """The records of these captures. One that cannot be read is noted and stops no other."""
        from flows.progress import Progress
        from sources.client.written_back import NoCapture
        from storage.errors import KeyDestroyed, NotFound, StoreDamaged

        keys = self._keys(rows)
        progress = Progress("export", len(rows)).begin()
        for row in rows:
            try:
                yield from self._records(row, self._vault(row, keys))
            except (KeyDestroyed, NotFound, StoreDamaged, NoCapture) as problem:
                self.lost += 1
                self.unreadable.append(f"the capture of {row.handle} at {row.captured_at:%Y-%m-%d %H:%M} UTC: {problem}")
            progress.advance()

    def _records(self, row: CaptureRow, vault: Vault | SealedVault) -> Iterator[bytes]:
        from sources.client.written_back import members

        for member in members(vault.get(row.sha256), lambda sha256: self._picture(vault, sha256)):
            self.count += 1
            self.pictures_left_out += member.left_out
            yield member.content

    def _picture(self, vault: Vault | SealedVault, sha256: str) -> bytes | None:
        from storage.errors import NotFound, StoreDamaged

        try:
            return vault.get(vault.name_of(sha256))
        except NotFound:
            return None
        except StoreDamaged as problem:
            self.unreadable.append(str(problem))
            return None

    def _keys(self, rows: list[CaptureRow]) -> SubjectKeys | None:
        from storage.sealed.own_keys import own_keys

        return own_keys(self.folder) if any(row.subject_id for row in rows) else None

    def _vault(self, row: CaptureRow, keys: SubjectKeys | None) -> Vault | SealedVault:
        from storage.sealed.sealed_vault import SealedVault
        from storage.vault import Vault

        return SealedVault(self.folder, keys, row.subject_id) if row.subject_id else Vault(self.folder)

    def report(self, file: Path, captures: int) -> None:
        """Say what there is and what is not. Ends with exit status 2 where something could not be read."""
        out.print(f"{file}: {self.count} records from {captures - self.lost} of {captures} captures.", markup=False)
        if self.pictures_left_out:
            tell(f"{self.pictures_left_out} pictures are named by their SHA-256 alone: their bytes are not in the vault (any more).")
        for problem in self.unreadable:
            tell(f"plainview: not in the file: {problem}")
        if self.unreadable:
            raise typer.Exit(FAILED)
