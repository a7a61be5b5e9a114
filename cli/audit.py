"""`plainview audit`: is the record of every look and every change whole?"""

from __future__ import annotations

import typer

from cli.store import store_door
from cli.terminal import fail, out

app = typer.Typer(help="Check the audit chain.", no_args_is_help=True)


@app.command("verify")
def verify() -> None:
    """Recompute the whole chain. Exit status 2 when an entry was changed, removed or moved, and its number."""
    from storage import audit

    report = store_door().call(audit.verify)
    if not report.ok:
        fail(
            f"the audit chain is broken at entry {report.first_bad}: what stands there is not what was written; keep the data folder as it is and call counsel"
        )
    out.print(f"The audit chain is whole: {report.entries} entries.")


@app.callback()
def group() -> None:
    """Keep `verify` a command of its own while it is the only one."""
