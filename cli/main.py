"""The `plainview` command. Each group of commands is a file; each imports what it needs when it is called, so that `check` starts fast."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache

import typer
from typer.main import get_command

from cli import (
    accounts,
    audit,
    authorizations,
    backup,
    check,
    doctor,
    erase,
    export,
    hits,
    holds,
    import_export,
    keys,
    permits,
    posts,
    references,
    rescan,
    retention,
    reviews,
    run,
    serve,
    subjects,
    workers,
)
from cli.terminal import FAILED, tell

app = typer.Typer(
    name="plainview",
    help="Watches a police department's own public footprint, only where it holds written permission to.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("check")(check.check)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("import")(import_export.import_export)
app.command("rescan")(rescan.rescan)
app.command("erase")(erase.erase)
app.command("posts")(posts.posts)
app.command("hits")(hits.hits)
app.command("reviews")(reviews.reviews)
app.add_typer(accounts.app, name="accounts")
app.add_typer(authorizations.app, name="authorizations")
app.add_typer(permits.app, name="permits")
app.add_typer(references.app, name="references")
app.add_typer(export.app, name="export")
app.add_typer(holds.app, name="holds")
app.add_typer(retention.app, name="retention")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(subjects.app, name="subjects")
app.add_typer(workers.app, name="workers")


def main() -> None:
    """Run the command. An error that has words for a person is one line and exit status 2; anything else is a defect and shows its traceback."""
    os.umask(0o077)
    try:
        command()()
    except KeyboardInterrupt:
        tell("plainview: interrupted; nothing acknowledged is lost, run it again to go on")
        sys.exit(130)
    except Exception as error:
        if not _has_words(error):
            raise
        tell(f"plainview: {error}")
        sys.exit(FAILED)


@cache
def command() -> Callable[[], object]:
    """All commands, put together once in a process: calling `app` would read every signature again each time."""
    return get_command(app)


def _has_words(error: Exception) -> bool:
    # By name, since importing the packages that define them would slow every command down.
    return any(kind.__name__ in WORDED for kind in type(error).__mro__)


WORDED = {
    "AccountsFileError",
    "DirectiveError",
    "EngineFailure",
    "NotAllowed",
    "RunUnderWay",
    "ServeError",
    "SettingsError",
    "SourceError",
    "StepFailed",
    "StorageError",
    "UnknownPlatform",
    "UnusableReference",
}
