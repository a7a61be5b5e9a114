"""The flow `collect`: every account that is registered, in shards. Parameters are ids only, since Prefect's database keeps them in clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from flows.by_host import by_host, grouped
from flows.collect_account import Keep, collect_account, record
from flows.content_free import content_free, described
from flows.progress import Progress
from flows.progress_artifact import shown_in_prefect
from flows.remembered_robots import RememberedRobots
from flows.settings import CollectSettings
from flows.shards import shards
from flows.station import Station
from sources.client.http import Http
from sources.client.meter import Budgets, Spent
from storage import checkpoints
from storage.batching.outbox import CollectionOutcome
from storage.batching.storing import Storing
from storage.checkpoints import Due
from storage.errors import Refused, StorageError

SHARDS_AT_ONCE = 4


@flow(
    name="collect", persist_result=False, log_prints=False, task_runner=cast(TaskRunner[PrefectFuture[Any]], ThreadPoolTaskRunner(max_workers=SHARDS_AT_ONCE))
)
def collect(account_ids: list[str] | None = None) -> dict[str, int]:
    """Collect the accounts of those ids, or all. Returns how many ended in each outcome (`CollectionOutcome`)."""
    return collect_all(Station.here(), account_ids)


def collect_all(station: Station, account_ids: Sequence[str] | None) -> dict[str, int]:
    """What the flow does, with the station given."""
    due = [one for one in station.door.call(checkpoints.due, now=station.now()) if account_ids is None or one.account.id in account_ids]
    outcomes: Counter[str] = Counter()
    progress = Progress("collect", len(due)).begin()
    budgets = budgets_of(station)
    # One client for all shards: pace and robots.txt are common to them.
    with RememberedRobots(station.door) as robots, Http(station.network, robots=robots) as http, shown_in_prefect(progress) as show:
        parts = shards(grouped(due), _shard_size(len(due), station.collect))
        for future in as_completed([collect_shard.submit(cast(Shard, quote(Shard(station, http, part, progress, budgets)))) for part in parts]):
            outcomes.update(future.result())
            show()
    return dict(outcomes)


def _shard_size(count: int, settings: CollectSettings) -> int:
    """As many shards as run at once, each with an account for every thread of its own; more shards where those would be too large."""
    return min(settings.shard_size, max(settings.accounts_at_once, -(-count // SHARDS_AT_ONCE)))


@dataclass(frozen=True, slots=True)
class Shard:
    """Some accounts, and what collecting them takes. Handed over quoted: Prefect would look through every object in it for what it could wait for."""

    station: Station
    http: Http
    due: Sequence[Due]
    progress: Progress
    budgets: Budgets


@task(name="collect-shard", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
@content_free
def collect_shard(shard: Shard) -> list[str]:
    """Collect some accounts, several at a time. Returns their outcomes."""
    return outcomes_of(shard.station, shard.http, shard.due, shard.progress, shard.budgets)


def outcomes_of(station: Station, http: Http, due: Sequence[Due], progress: Progress, budgets: Budgets) -> list[str]:
    """Collect those accounts, several at a time. Returns their outcomes in the same order; what goes wrong with one stops no other."""
    settings = station.collect
    with Storing(station.door) as storing:
        keep = partial(storing.submit, key=station.key)
        at_once = settings.accounts_at_once, settings.accounts_per_host
        outcomes = by_host(due, *at_once, lambda one: _outcome(station, http, one, progress, budgets, keep))
    return [_unless_refused(station, one, outcome, storing.refused) for one, outcome in zip(due, outcomes, strict=True)]


def _unless_refused(station: Station, due: Due, outcome: str, refused: Mapping[str, str]) -> str:
    """`outcome`, unless the store took nothing more of the account: its paper was withdrawn meanwhile."""
    reason = refused.get(due.account.id)
    return record(station, due.account, None, CollectionOutcome.FAILED, reason) if reason else outcome


def budgets_of(station: Station) -> Budgets:
    """What is left of today for each platform, after what earlier runs asked."""
    spent = station.door.call(checkpoints.spent, now=station.now(), compartment=station.compartment)
    return Budgets({one.platform: Spent(one.requests, one.cost) for one in spent}, station.now)


def _outcome(station: Station, http: Http, due: Due, progress: Progress, budgets: Budgets, keep: Keep) -> str:
    try:
        return collect_account(station, http, due, budgets, keep)
    except Refused:
        return CollectionOutcome.FAILED  # said at the end, for all of the account's batches
    except StorageError:
        raise  # nothing can be kept: the whole run stops, and says so
    except Exception as defect:  # noqa: BLE001 (a defect met on one account is recorded on it, and stops no other)
        return record(station, due.account, None, CollectionOutcome.FAILED, f"a defect in Plainview: {described(defect)}; please report it", keep=keep)
    finally:
        progress.advance()
