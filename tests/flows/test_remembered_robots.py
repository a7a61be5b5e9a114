from __future__ import annotations

from pathlib import Path

import pytest

from flows.remembered_robots import AT_ONCE, CHARACTERS_AT_ONCE, RememberedRobots
from sources.client.robots import RobotsText
from storage import robots
from storage.owner.door import Door
from tests.builders import NOON

COPY = RobotsText("User-agent: *\n", 200, NOON)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path / "data")


def kept(door: Door) -> set[str]:
    remembered = door.call(robots.remembered)
    return {one.origin for one in remembered.short} | set(remembered.longer)


def test_what_is_new_is_there_at_once_and_for_the_next_run(door: Door) -> None:
    with RememberedRobots(door) as first:
        assert first.get("https://a.example") is None
        first.put("https://a.example", COPY)
        assert first.get("https://a.example") == COPY
    with RememberedRobots(door) as second:
        assert second.get("https://a.example") == COPY
        assert second.get("https://b.example") is None


@pytest.mark.parametrize(("copies", "text"), [(AT_ONCE, "x"), (2, "#" * (CHARACTERS_AT_ONCE // 2))])
def test_many_and_large_ones_are_not_held_back_until_the_end(door: Door, copies: int, text: str) -> None:
    with RememberedRobots(door) as here:
        for number in range(copies - 1):
            here.put(f"https://{number}.example", RobotsText(text, 200, NOON))
        assert kept(door) == set()
        here.put("https://last.example", RobotsText(text, 200, NOON))
        assert len(kept(door)) == copies


def test_a_long_one_comes_back_whole_and_the_latest_counts(door: Door) -> None:
    with RememberedRobots(door) as first:
        first.put("https://long.example", COPY)
        first.put("https://long.example", RobotsText("#" * (robots.SHORT + 1), 200, NOON))
    with RememberedRobots(door) as second:
        found = second.get("https://long.example")
        assert found is not None
        assert len(found.text) == robots.SHORT + 1
        assert second.get("https://long.example") == found


def test_an_error_loses_nothing_that_was_fetched_before(door: Door) -> None:
    here = RememberedRobots(door)
    here.put("https://a.example", COPY)
    here.__exit__(RuntimeError, RuntimeError(), None)
    assert kept(door) == {"https://a.example"}
