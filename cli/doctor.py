"""`plainview doctor`: what is misconfigured, late or unsafe, and how to mend it."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import typer

from cli.store import store_door
from cli.terminal import FAILED, now, operator, out


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a person should know: wrong and to be mended, or just so."""

    line: str
    wrong: bool = True


Check: TypeAlias = Callable[[], Iterator[Seen]]


def doctor() -> None:
    """Look at everything that can be wrong before it matters. Exit status 2 when something is."""
    results = {name: _looked(check) for name, check in _checks_here().items()}
    for name, seen in results.items():
        out.print(_heading(seen), name)
        for one in seen:
            out.print(f"      {one.line}", markup=False)
    if any(one.wrong for seen in results.values() for one in seen):
        raise typer.Exit(FAILED)


def _checks_here() -> dict[str, Check]:
    """On a worker's host, the settings alone: the rest is for the owner's machine."""
    from settings.table import SettingsError
    from storage.settings import StorageSettings

    try:
        return {"settings": _settings} if StorageSettings.load().owner else CHECKS
    except SettingsError:
        return CHECKS  # which tell of it


def _looked(check: Check) -> list[Seen]:
    from settings.table import SettingsError
    from storage.errors import StorageError

    try:
        return list(check())
    except (SettingsError, StorageError) as error:
        return [Seen(str(error))]


def _heading(seen: list[Seen]) -> str:
    if any(one.wrong for one in seen):
        return "[red]wrong[/]"
    return "[yellow]note [/]" if seen else "[green]fine [/]"


def _settings() -> Iterator[Seen]:
    from dashboards.site_settings import SiteSettings
    from flows.settings import CollectSettings
    from settings.table import FILE, read_tables
    from sources.settings import NetworkSettings
    from storage.auditing.audit_settings import AuditSettings
    from storage.backups.backup_settings import BackupSettings
    from storage.settings import StorageSettings, WorkerSettings

    kinds = (StorageSettings, WorkerSettings, BackupSettings, NetworkSettings, CollectSettings, SiteSettings, AuditSettings)
    for kind in kinds:
        kind.load()
    known = {kind.table for kind in kinds} | {"account"}
    for name in read_tables().keys() - known:
        yield Seen(f"{FILE}: there is no table [{name}]; known are {', '.join(sorted(known))}")
    if not NetworkSettings.load().contact:
        yield Seen(f'{FILE}: [network] contact is empty; set an address that a site\'s owner can write to, such as contact = "media.unit@police.example.gov"')


def _folder() -> Iterator[Seen]:
    folder = store_door().folder
    if not folder.exists():
        return
    for path in (folder, *folder.glob("*.duckdb"), folder / "owner.json", folder / "prefect"):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Seen(f"{path}: others on this machine may open it; run: chmod -R go-rwx {folder}")
    if _little_room(folder):
        yield Seen(f"{folder}: less than 1 GB is free on its disk; make room before the next run")


def _little_room(folder: Path) -> bool:
    import shutil

    return shutil.disk_usage(folder).free < 1_000_000_000


def _outbox() -> Iterator[Seen]:
    from storage import health
    from storage.batching.ingest import outbox_folder
    from storage.batching.room import no_room
    from storage.settings import StorageSettings

    settings = StorageSettings.load()
    overview = store_door().call(health.overview, now=now())
    if overview.waiting:
        megabytes = -(-overview.waiting_bytes // 1_000_000)
        yield Seen(f"{len(overview.waiting)} batches ({megabytes} MB) wait although the store is open: is there room for them? The next run tries again")
    outbox = outbox_folder(settings.folder)
    if outbox.exists() and (why := no_room(outbox, settings.bounds)):
        yield Seen(f"{outbox}: takes no more batches: {why}")
    for one in overview.refused:
        yield Seen(f"batch {one.batch_id} was refused: {one.reason}; mend the cause, then move its file from outbox/refused back to outbox")


def _collection() -> Iterator[Seen]:
    from cli.account_health import attention, collected_words
    from policy.authorization import may_collect
    from policy.due_times import late_after
    from storage import account_health

    moment = now()
    for one in store_door().call(account_health.every, now=moment):
        handle, decision = one.standing.account.handle, may_collect(one.standing.account, one.standing.authorizations, moment)
        if not decision.allowed:
            yield Seen(f"{handle}: not being monitored: {decision.reason}", wrong=False)
        elif late_after(moment, one.standing.last_success):
            yield Seen(f"{handle}: not being monitored: {collected_words(one.standing.last_success)}; run `plainview run`")
        for said in attention(one, moment):
            yield Seen(f"{handle} {said}", wrong=False)


def _rescan() -> Iterator[Seen]:
    from cli.rescan import standings
    from detectors.artwork import UnusableReference
    from flows.station import Station

    try:
        for row in standings(Station.here()):
            if row["left"]:
                said = f"{row['detector']}: a rescan is under way: {row['left']} stored pictures are not looked at by it as it is now, so an empty queue"
                yield Seen(f"{said} does not speak for them; every run goes on, `plainview rescan` does so now", wrong=False)
            if row["unread"]:
                yield Seen(
                    f"{row['detector']}: {row['unread']} pictures to look at again were not in the vault; restore it from a backup if they were not erased"
                )
    except UnusableReference as unusable:
        yield Seen(str(unusable))


def _erasure() -> Iterator[Seen]:
    from policy.authorization import may_collect
    from policy.retention import RENEWAL_DAY, WARNED_BEFORE, review_is_overdue
    from storage import accounts
    from storage.erasure import erasures, holds

    door, moment = store_door(), now()
    late = door.call(erasures.outstanding, now=moment)
    if late.accounts or late.unfinished:
        yield Seen(f"to be erased and still there: {', '.join((*late.accounts, *late.unfinished))}; run `plainview erase --due`")
    for held in door.call(holds.every, viewer=operator()):
        if held.released_at is None and review_is_overdue(held.hold.review_on, moment):
            said = f"hold {held.id} of {held.hold.owner} was to be reviewed by {held.hold.review_on:%Y-%m-%d} and still holds"
            yield Seen(f"{said}: place it anew or release it, `plainview holds`")
    for one in door.call(accounts.standing, now=moment):
        paper = may_collect(one.account, one.authorizations, moment).authorization
        if paper and (paper.valid_until - moment.date()) <= WARNED_BEFORE:
            said = f"{one.account.handle}: its permission ends on {paper.valid_until:%Y-%m-%d}, and what was collected is erased"
            hours = RENEWAL_DAY.total_seconds() / 3600
            yield Seen(f"{said} {hours:.0f} hours later, unless a new one is granted or a hold keeps it", wrong=False)


def _backups() -> Iterator[Seen]:
    from datetime import timedelta

    from storage.backups.backup_folder import made_at, newest
    from storage.backups.backup_settings import BackupSettings

    folder = BackupSettings.load().folder
    if folder is None:
        yield Seen("there are none by schedule: set [backup] folder, or run `plainview backup DEST` yourself", wrong=False)
    elif (latest := newest(folder)) is None:
        yield Seen(f"{folder}: there is no backup in it yet; run `plainview backup {folder}`")
    elif now() - made_at(latest) > timedelta(days=2):
        yield Seen(f"{folder}: the latest backup is of {made_at(latest):%Y-%m-%d}; run `plainview backup {folder}`, and look why the nightly one was not made")


def _undercover() -> Iterator[Seen]:
    from storage.sealed import compartments

    if closed := store_door().call(compartments.closed):
        yield Seen(f"its accounts are not collected: {closed}")


def _audit() -> Iterator[Seen]:
    from storage.auditing import audit

    for report in store_door().call(audit.verify_files):
        if not report.ok:
            place = f"{report.compartment}.duckdb: the audit chain is broken at entry {report.first_bad}"
            yield Seen(f"{place}: {report.fault}; keep the data folder as it is and call counsel")


def _checkpoints() -> Iterator[Seen]:
    from storage.auditing.audit_notes import newest_checkpoint
    from storage.auditing.audit_settings import AuditSettings

    settings = AuditSettings.load()
    if settings.checkpoints is None:
        yield Seen("no [audit] checkpoints are set: a history that somebody rewrote as a whole could not be seen; see docs/audit.md", wrong=False)
        return
    last = newest_checkpoint(settings.checkpoints)
    if last is None or now() - last > timedelta(hours=3):
        said = f"the last one is of {last:%Y-%m-%d %H:%M} UTC" if last else "there is none yet"
        yield Seen(f"{settings.checkpoints}: {said}: run `plainview audit checkpoint`, and leave `plainview serve` or `plainview schedule` running")


def _detectors() -> Iterator[Seen]:
    from detectors.registry import NOT_YET
    from policy.authorization import may_collect
    from storage import accounts, references

    moment = now()
    for one in store_door().call(accounts.standing, now=moment):
        decision = may_collect(one.account, one.authorizations, moment)
        missing = sorted(decision.authorization.detectors & NOT_YET) if decision.authorization else []
        if missing:
            yield Seen(f"{one.account.handle}: its authorization allows {', '.join(missing)}: this version has no such detector, so nothing looks", wrong=False)
    if not any(reference.ours for reference in store_door().call(references.every)):
        yield Seen("no artwork is registered, so none is looked for; run `plainview references add PICTURE …`")


CHECKS: dict[str, Check] = {
    "settings": _settings,
    "data folder": _folder,
    "outbox": _outbox,
    "collection": _collection,
    "detectors and references": _detectors,
    "rescan": _rescan,
    "erasure and holds": _erasure,
    "backups": _backups,
    "undercover compartment": _undercover,
    "audit chain": _audit,
    "checkpoints": _checkpoints,
}
