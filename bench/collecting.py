"""Collecting beside what a user would otherwise write: `python -m bench.collecting`, against loopback servers that answer 50 ms late.

1. 1,000 unchanged feeds on 50 hosts: `plainview`'s collect flow against a sequential script of requests and feedparser that asks conditionally as well.
   One account of a host at a time on both sides.
2. 200 feeds with 20 new posts and 20 pictures each: the collect flow against a bare downloader with as many threads that writes the same bytes to the
   same disk.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import local

import feedparser
import requests

from domain.account import Account, Custody
from domain.authorization import Authorization, Basis, DetectorName
from flows.engine import prefect_engine
from storage import accounts, authorizations
from storage.owner.open import owning

THREADS = 64  # accounts_at_once times the shards at once
ROUNDS = 3  # each time both, one after the other: what either takes varies by a third from one minute to the next
PER_HOST = 4  # accounts_per_host as it is unless set otherwise; the bare downloader has no bound


def main() -> None:
    """Print the figures."""
    # Each in a process of its own: Prefect does not let go of the first server that it was told of.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        faster = [fresh.submit(unchanged, 1000, 50).result() for _ in range(ROUNDS)]
        rates = [fresh.submit(pictures, 200, 50).result() for _ in range(ROUNDS)]
    print(f"unchanged feeds: times faster (goal 10)   {_middle(faster)}")
    print(f"pictures: of a bare rate (goal 0.7)       {_middle(rates)}")


def _middle(several: list[float]) -> str:
    return f"{median(several):.2f}, the median of {', '.join(f'{one:.2f}' for one in several)}"


def unchanged(count: int, hosts: int) -> float:
    """Feeds that did not change since they were read last: how many times faster than a script."""
    with served(hosts, items=10, pictures=0) as ports:
        urls = feeds(ports, count)
        with working_folder(ports, urls, per_host=1) as collect:
            collect()
            ours, outcomes = timed(collect)
        tags = {url: requests.get(url, timeout=10).headers["ETag"] for url in urls}
        theirs, _ = timed(lambda: sequential(urls, tags))
    print(f"unchanged feeds              {outcomes}")
    print(f"  collect flow               {ours:.2f} s = {1000 * ours / count:.1f} ms an account")
    print(f"  sequential script          {theirs:.2f} s", flush=True)
    return theirs / ours


def pictures(count: int, hosts: int) -> float:
    """Feeds that are new, and their pictures: how much of a bare downloader's rate."""
    with served(hosts, items=20, pictures=20) as ports:
        urls = feeds(ports, count)
        with working_folder(ports, urls, per_host=PER_HOST) as collect:
            ours, outcomes = timed(collect)
        with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
            theirs, fetched = timed(lambda: bare(urls, Path(folder)))
    print(f"new feeds with pictures      {outcomes}; {fetched} pictures")
    print(f"  collect flow               {ours:.2f} s = {fetched / ours:.0f} pictures/s")
    print(f"  bare concurrent downloader {theirs:.2f} s = {fetched / theirs:.0f} pictures/s", flush=True)
    return theirs / ours


def feeds(ports: list[int], count: int) -> list[str]:
    """As many addresses, shared out over the hosts."""
    return [f"http://127.0.0.1:{ports[number % len(ports)]}/feed/{number}.xml" for number in range(count)]


def sequential(urls: list[str], tags: dict[str, str]) -> int:
    """What a user would write: one after the other, conditionally, over one session."""
    entries = 0
    with requests.Session() as session:
        for url in urls:
            reply = session.get(url, headers={"If-None-Match": tags[url]}, timeout=10)
            entries += len(feedparser.parse(reply.content).entries) if reply.status_code == 200 else 0
    return entries


def bare(urls: list[str], folder: Path) -> int:
    """Fetch every feed and every picture that it shows, with as many threads, and write the same bytes."""
    own = local()

    def fetch(url: str) -> bytes:
        own.session = getattr(own, "session", None) or requests.Session()
        content: bytes = own.session.get(url, timeout=10).content
        (folder / hashlib.sha256(url.encode()).hexdigest()).write_bytes(content)
        return content

    def account(url: str) -> int:
        found = feedparser.parse(fetch(url))
        links = [entry.summary.split('src="')[1].split('"')[0] for entry in found.entries]
        return sum(bool(fetch(url.split("/feed/", maxsplit=1)[0] + link)) for link in links)

    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(account, urls))


@contextmanager
def served(hosts: int, items: int, pictures: int) -> Iterator[list[int]]:
    """The servers' ports."""
    command = [sys.executable, "-m", "bench.feed_server", str(hosts), str(items), str(pictures)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    try:
        assert server.stdout is not None
        yield [int(port) for port in server.stdout.readline().split()]
    finally:
        server.communicate("")


@contextmanager
def working_folder(ports: list[int], urls: list[str], per_host: int) -> Iterator[object]:
    """A new data folder with those feeds registered and permitted, under one Prefect server; the collect flow."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(dir=before) as folder:
        os.chdir(folder)
        try:
            allowed = ", ".join(f'"127.0.0.1:{port}"' for port in ports)
            Path("plainview.toml").write_text(f"[network]\nallow_hosts = [{allowed}]\n[collect]\naccounts_per_host = {per_host}\n", encoding="utf-8")
            with owning(Path("data")) as store:
                for number, url in enumerate(urls):
                    account = Account("feed", f"feed {number}", url, Custody.DEPARTMENT_RUN)
                    accounts.add(store, account=account, by="bench", now=datetime.now(UTC))
                    authorizations.grant(store, authorization=paper(account), by="bench", now=datetime.now(UTC))
            with prefect_engine(Path("data"), print):
                from flows.collect import collect

                yield collect
        finally:
            os.chdir(before)


def paper(account: Account) -> Authorization:
    """A written approval for this year."""
    year = datetime.now(UTC).year
    days = date(year, 1, 1), date(year, 12, 31)
    return Authorization(account.id, Basis.WRITTEN_APPROVAL, "IV.B.2", "Chief of Police", "approval.pdf", "a" * 64, *days, frozenset({DetectorName.ARTWORK}))


def timed(work: object) -> tuple[float, object]:
    """Seconds, and what it answered."""
    start = time.perf_counter()
    answer = work()  # type: ignore[operator]
    return time.perf_counter() - start, answer


if __name__ == "__main__":
    main()
