"""The flow `watch`, the main job: collect, then detect, then go on with the rescan, then say in Prefect what came of it."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_table_artifact

from flows.collect import collect
from flows.detect import detect
from flows.rescan import rescan
from flows.station import Station
from flows.undercover import watch_undercover


@flow(name="watch", persist_result=False, log_prints=False)
def watch() -> dict[str, dict[str, int]]:
    """Collect every registered account, examine what is new, and look again at a part of what is stored. Returns the counts of each."""
    summary = {"collect": collect(), "detect": detect(), "rescan": rescan()}
    watch_undercover(Station.here())
    table = [{"step": step, "what": what, "count": count} for step, counts in summary.items() for what, count in counts.items()]
    create_table_artifact(table=table, key="summary", description="What the last run did")
    return summary
