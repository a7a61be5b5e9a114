from __future__ import annotations

from threading import Thread

from sources.client.pace import Pace
from tests.sources.conftest import Clock


def test_a_burst_then_a_steady_rate(clock: Clock) -> None:
    pace = Pace(rate=2, burst=3, clock=clock.read, sleep=clock.sleep)
    assert [pace.take("a.example:443") for _ in range(6)] == [0, 0, 0, 0.5, 0.5, 0.5]


def test_hosts_do_not_wait_for_each_other(clock: Clock) -> None:
    pace = Pace(rate=1, burst=1, clock=clock.read, sleep=clock.sleep)
    assert [pace.take(f"{host}.example:443") for host in "abc"] == [0, 0, 0]


def test_rest_fills_the_burst_again_and_no_further(clock: Clock) -> None:
    pace = Pace(rate=2, burst=2, clock=clock.read, sleep=clock.sleep)
    for _ in range(2):
        pace.take("a.example:443")
    clock.pass_by(hours=1)
    assert [pace.take("a.example:443") for _ in range(3)] == [0, 0, 0.5]


def test_a_crawl_delay_slows_one_host(clock: Clock) -> None:
    pace = Pace(rate=2, burst=20, clock=clock.read, sleep=clock.sleep)
    pace.slow_down("slow.example:443", 10)
    assert [pace.take("slow.example:443") for _ in range(3)] == [0, 10, 10]
    assert [pace.take("other.example:443") for _ in range(3)] == [0, 0, 0]


def test_a_crawl_delay_is_bounded_and_never_speeds_up(clock: Clock) -> None:
    pace = Pace(rate=2, burst=1, clock=clock.read, sleep=clock.sleep)
    pace.slow_down("a.example:443", 86_400)
    pace.slow_down("a.example:443", 0.001)
    pace.take("a.example:443")
    assert pace.take("a.example:443") == 30


def test_threads_each_get_their_own_turn() -> None:
    waits: list[float] = []
    pace = Pace(rate=1, burst=1, clock=lambda: 0.0, sleep=waits.append)
    threads = [Thread(target=pace.take, args=["a.example:443"]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [1, 2, 3, 4, 5, 6, 7]
