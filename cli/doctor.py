"""`plainview doctor`: what is misconfigured, late or unsafe, and how to mend it."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import typer

from cli.store import store_door
from cli.terminal import FAILED, now, out


def doctor() -> None:
    """Look at everything that can be wrong before it matters. Exit status 2 when something is."""
    from settings.table import SettingsError
    from storage.errors import StorageError

    wrong = 0
    for name, look in CHECKS.items():
        try:
            problems = list(look())
        except (SettingsError, StorageError) as error:
            problems = [str(error)]
        wrong += len(problems)
        out.print(f"{'[red]wrong[/]' if problems else '[green]fine[/] '} {name}")
        for problem in problems:
            out.print(f"      {problem}", markup=False)
    if wrong:
        raise typer.Exit(FAILED)


def _settings() -> Iterator[str]:
    from dashboards.site_settings import SiteSettings
    from flows.settings import CollectSettings
    from settings.table import FILE, read_tables
    from sources.settings import NetworkSettings
    from storage.settings import StorageSettings

    kinds = (StorageSettings, NetworkSettings, CollectSettings, SiteSettings)
    for kind in kinds:
        kind.load()
    known = {kind.table for kind in kinds} | {"account"}
    for name in read_tables().keys() - known:
        yield f"{FILE}: there is no table [{name}]; known are {', '.join(sorted(known))}"
    if not NetworkSettings.load().contact:
        yield f'{FILE}: [network] contact is empty; set an address that a site\'s owner can write to, such as contact = "media.unit@police.example.gov"'


def _folder() -> Iterator[str]:
    folder = store_door().folder
    if not folder.exists():
        return
    for path in (folder, *folder.glob("*.duckdb"), folder / "owner.json", folder / "prefect"):
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"{path}: others on this machine may open it; run: chmod -R go-rwx {folder}"
    if _little_room(folder):
        yield f"{folder}: less than 1 GB is free on its disk; make room before the next run"


def _little_room(folder: Path) -> bool:
    import shutil

    return shutil.disk_usage(folder).free < 1_000_000_000


def _collection() -> Iterator[str]:
    from policy.authorization import may_collect
    from policy.due_times import late_after
    from storage import accounts

    moment = now()
    for one in store_door().call(accounts.standing, now=moment):
        decision = may_collect(one.account, one.authorizations, moment)
        if not decision.allowed:
            yield f"{one.account.platform} {one.account.handle}: not being monitored: {decision.reason}"
        elif late_after(moment, one.last_success):
            yield f"{one.account.handle}: not being monitored: {_since(one.last_success)}; run `plainview run` {one.last_detail}".rstrip()


def _since(moment: object) -> str:
    return f"last collected {moment:%Y-%m-%d %H:%M} UTC" if moment else "never collected"


def _audit() -> Iterator[str]:
    from storage import audit

    report = store_door().call(audit.verify)
    if not report.ok:
        yield f"the audit chain is broken at entry {report.first_bad}; keep the data folder as it is and call counsel"


def _detectors() -> Iterator[str]:
    from detectors.registry import NOT_YET
    from policy.authorization import may_collect
    from storage import accounts, references

    moment = now()
    for one in store_door().call(accounts.standing, now=moment):
        decision = may_collect(one.account, one.authorizations, moment)
        missing = sorted(decision.authorization.detectors & NOT_YET) if decision.authorization else []
        if missing:
            yield f"{one.account.handle}: its authorization allows {', '.join(missing)}, which this version does not have: nothing looks for that yet"
    if not store_door().call(references.every):
        yield "no artwork is registered, so none is looked for; run `plainview references add PICTURE …`"


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "settings": _settings,
    "data folder": _folder,
    "collection": _collection,
    "detectors and references": _detectors,
    "audit chain": _audit,
}
