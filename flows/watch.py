"""The flow `watch`, the main job: collect, then detect, then say in Prefect what came of it."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_table_artifact

from flows.collect import collect
from flows.detect import detect


@flow(name="watch", persist_result=False, log_prints=False)
def watch() -> dict[str, dict[str, int]]:
    """Collect every registered account and examine what is new. Returns the counts of `collect` and of `detect`."""
    summary = {"collect": collect(), "detect": detect()}
    table = [{"step": step, "what": what, "count": count} for step, counts in summary.items() for what, count in counts.items()]
    create_table_artifact(table=table, key="summary", description="What the last run did")
    return summary
