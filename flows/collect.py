"""The flow `collect`: every account that is registered, in shards. Parameters are ids only, since Prefect's database keeps them in clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed

from flows.collect_account import collect_account, record
from flows.content_free import content_free, described
from flows.progress import Progress
from flows.progress_artifact import shown_in_prefect
from flows.remembered_robots import RememberedRobots
from flows.shards import shards
from flows.station import Station
from sources.http import Http
from storage import checkpoints
from storage.batching.outbox import CollectionOutcome
from storage.checkpoints import Due
from storage.errors import Refused, StorageError


@flow(name="collect", persist_result=False, log_prints=False)
def collect(account_ids: list[str] | None = None) -> dict[str, int]:
    """Collect the accounts of those ids, or all. Returns how many ended in each outcome (`CollectionOutcome`)."""
    return collect_all(Station.here(), account_ids)


def collect_all(station: Station, account_ids: Sequence[str] | None) -> dict[str, int]:
    """What the flow does, with the station given."""
    due = [one for one in station.door.call(checkpoints.due, now=station.now()) if account_ids is None or one.account.id in account_ids]
    outcomes: Counter[str] = Counter()
    progress = Progress("collect", len(due)).begin()
    with shown_in_prefect(progress) as show:
        for future in as_completed([collect_shard.submit(station, shard, progress) for shard in shards(due, station.collect.shard_size)]):
            outcomes.update(future.result())
            show()
    return dict(outcomes)


@task(name="collect-shard", persist_result=False, cache_policy=NO_CACHE, log_prints=False)
@content_free
def collect_shard(station: Station, due: Sequence[Due], progress: Progress) -> list[str]:
    """Collect some accounts, several at a time. Returns their outcomes."""
    with Http(station.network, robots=RememberedRobots(station.door)) as http:
        return outcomes_of(station, http, due, progress)


def outcomes_of(station: Station, http: Http, due: Sequence[Due], progress: Progress) -> list[str]:
    """Collect those accounts, several at a time. Returns their outcomes in the same order; what goes wrong with one stops no other."""
    with ThreadPoolExecutor(station.collect.accounts_at_once) as threads:
        return list(threads.map(lambda one: _outcome(station, http, one, progress), due))


def _outcome(station: Station, http: Http, due: Due, progress: Progress) -> str:
    try:
        return collect_account(station, http, due)
    except Refused as refused:  # the store takes nothing more of this account: its paper was withdrawn meanwhile
        return record(station, due.account, None, CollectionOutcome.FAILED, str(refused))
    except StorageError:
        raise  # nothing can be kept: the whole run stops, and says so
    except Exception as defect:  # noqa: BLE001 (a defect met on one account is recorded on it, and stops no other)
        return record(station, due.account, None, CollectionOutcome.FAILED, f"a defect in Plainview: {described(defect)}; please report it")
    finally:
        progress.advance()
