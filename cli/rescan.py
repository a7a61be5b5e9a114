"""`plainview rescan`: looking again at what is already stored, with the references and detectors as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.listing import show
from cli.store import store_door
from cli.terminal import tell

if TYPE_CHECKING:
    from flows.station import Station

COLUMNS = ("detector", "detector_version", "looked", "found", "unread", "left")


def rescan(
    budget: Annotated[float | None, typer.Option(min=0.001, help="seconds to go on for; by default [collect] rescan_seconds")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line, for each detector")] = False,
) -> None:
    """Go on looking at stored pictures that a detector has seen in an earlier version or setting only, and say how many are left."""
    from cli.bars import bars
    from cli.running_alone import running_alone
    from flows.engine import prefect_engine
    from flows.station import Station

    door = store_door()
    with running_alone(door.folder):
        with prefect_engine(door.folder, tell), bars():
            from flows.rescan import rescan as go_on

            go_on(budget)
        rows = standings(Station.here())
    show("Looked at again, by each detector as it is now", rows, COLUMNS, as_json, "No detectors.")


def standings(station: Station) -> list[dict[str, object]]:
    """How far each detector has come: its name, version and settings, with `looked`, `found`, `unread` and `left`."""
    from dataclasses import asdict

    from flows.examine_media import key_of
    from flows.rescanning import standing

    rows = []
    for detector in station.detectors():
        key = key_of(detector)
        name = {"detector": str(key.name), "detector_version": key.version, "settings_sha256": key.settings_sha256}
        rows.append(name | asdict(standing(station, detector)))
    return rows
