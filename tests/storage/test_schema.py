"""The tables: docs/schema.md names every one, none may hold what must not be kept, and a hit that cannot be defended does not go in."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import duckdb
import pytest

from domain.account import Account
from domain.identity import Json
from storage import hits
from storage.batching.batch_columns import WIRE
from storage.batching.wire import hit_columns
from storage.store import Store
from tests.builders import a_finding, a_post
from tests.storage.filling import SUPERVISOR, a_hit, a_picture, cited, collected, examined, rows, showing, take_in

PAGE = Path(__file__).resolve().parents[2] / "docs" / "schema.md"
MAY_BE_NULL = {"text", "reference_sha256", "box_x", "box_y", "box_w", "box_h", "span_start", "span_end", "time_s"}
ABOUT_PEOPLE = re.compile(
    r"disciplin|rank|strike|sentiment|opinion|politic|religion|race|threat|risk|suspicion|reputation|infraction|penalty|punish|sanction|embedding"
)


def tables(store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, column in rows(store, "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"):
        found.setdefault(str(table), []).append(str(column))
    return found


def documented(heading: str) -> dict[str, list[str]]:
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    sections = re.split(r"\n### `([a-z_.]+)`\n", part)[1:]
    return {name: re.findall(r"^\| `([a-z0-9_]+)`", text, re.MULTILINE) for name, text in zip(sections[::2], sections[1::2], strict=True)}


def test_the_page_lists_exactly_the_tables_and_columns_that_exist(store: Store) -> None:
    assert documented("Tables") == tables(store)


def test_the_page_lists_exactly_what_the_hits_command_prints(store: Store, account: Account) -> None:
    a_stored_hit(store, account)
    (row,) = hits.listing(store, viewer=SUPERVISOR)
    assert documented("What `--json` prints")["hits"] == list(row)


def test_no_column_may_hold_a_judgement_of_a_person(store: Store) -> None:
    columns = [(table, column) for table, listed in tables(store).items() for column in listed]
    assert [one for one in columns if ABOUT_PEOPLE.search(one[1])] == []
    assert {table for table, column in columns if "score" in column} == {"finding", "hit"}  # of a detector, on a picture
    assert len(columns) > 100


def test_what_a_batch_may_hold_are_columns_of_its_table(store: Store) -> None:
    found = tables(store)
    elsewhere = {("collection", "checkpoint"), ("collection", "not_before"), ("rescan", "from_at"), ("rescan", "from_sha256")}
    elsewhere |= {("refreshed", "post_id"), ("refreshed", "post_content_sha256")}  # a column of the posts that they name
    for kinds in WIRE.values():
        for table, columns in kinds.items():
            assert {(table, column) for column in columns if column not in found.get(table, [])} <= elsewhere


def a_stored_hit(store: Store, account: Account) -> dict[str, Json]:
    shown = showing(a_post(account), a_picture())
    sha256 = shown.media[0].media.sha256  # type: ignore[union-attr]
    hit = a_hit(shown.post, sha256, a_finding())
    take_in(store, collected(account, shown))
    take_in(store, examined(sha256, a_finding()))
    take_in(store, cited(shown.post, sha256, hit))
    return hit_columns(hit) | {"batch_id": "raw"}


def insert_hit(store: Store, row: dict[str, Json]) -> None:
    with store.transaction() as tx:
        tx.insert("hit", dict(row))


def test_a_whole_hit_goes_in_by_hand(store: Store, account: Account) -> None:
    insert_hit(store, a_stored_hit(store, account) | {"id": "hit_by_hand", "post_n": 1})
    assert rows(store, "SELECT count(*) FROM hit") == [(2,)]


def test_a_hit_that_lacks_what_defends_it_does_not_go_in_even_by_hand(store: Store, account: Account) -> None:
    row = a_stored_hit(store, account) | {"id": "hit_by_hand"}
    needed = sorted(set(row) - MAY_BE_NULL)
    texts = sorted(column for column, kind in WIRE["cited"]["hit"].items() if kind == "VARCHAR" and column not in {*MAY_BE_NULL, "id", "label"})
    assert len(needed) > 20
    assert not taken(store, [row | {column: None} for column in needed])
    assert not taken(store, [row | {column: ""} for column in texts])
    assert rows(store, "SELECT count(*) FROM hit") == [(1,)]


def taken(store: Store, given: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Those of these rows that the table of hits takes."""
    found = []
    for row in given:
        with suppress(duckdb.ConstraintException):
            insert_hit(store, row)
            found.append(row)
    return found


@pytest.mark.parametrize(
    "change",
    [
        {"score": 0.4, "threshold": 0.5},
        {"score": 1.1},
        {"score": float("nan")},
        {"threshold": -0.1},
        {"box_x": None},
        {"span_start": 3},
        {"severity": "firing"},
        {"compartment": "undercover"},
        {"media_sha256": "short"},
    ],
)
def test_a_hit_that_says_nonsense_does_not_go_in(store: Store, account: Account, change: dict[str, Json]) -> None:
    row = a_stored_hit(store, account) | {"id": "hit_by_hand"}
    with pytest.raises(duckdb.ConstraintException):
        insert_hit(store, row | change)


def test_no_account_of_the_undercover_compartment_goes_in_even_by_hand(store: Store) -> None:
    sql = "INSERT INTO account VALUES ('a', 'mastodon', '@x', 'https://x.example', 'opted_in', '{}', 'tests', now(), NULL, NULL)"
    with store.transaction() as tx:
        tx.execute(sql.format("general"))
    sql = sql.format("undercover").replace("'a'", "'b'")
    with pytest.raises(duckdb.ConstraintException), store.transaction() as tx:
        tx.execute(sql)
