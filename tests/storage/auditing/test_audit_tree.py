"""The Merkle tree: RFC 6962's own definition, the known roots, and growing bit by bit."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import Compartment
from domain.audit import AuditAction
from storage.auditing import audit, audit_trees
from storage.auditing.tree_head import CompactRange
from storage.errors import StoreDamaged
from storage.migrate import packaged
from storage.store import Store
from tests.builders import NOON

# The entries and roots that the certificate-transparency projects test their trees with.
ENTRIES = [bytes.fromhex(entry) for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIRST = len(packaged())


def defined(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not entries:
        return hashlib.sha256().digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1 << (len(entries) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + defined(entries[:k]) + defined(entries[k:])).digest()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_the_known_roots(size: int) -> None:
    tree = CompactRange()
    tree.extend(ENTRIES[:size])
    assert tree.root().hex() == ROOTS[size] == defined(ENTRIES[:size]).hex()
    assert tree.size == size


@given(parts=st.lists(st.lists(st.binary(min_size=32, max_size=32), max_size=9), max_size=6))
def test_however_it_grew_it_is_the_tree_of_the_definition(parts: list[list[bytes]]) -> None:
    tree = CompactRange()
    for part in parts:
        tree = CompactRange(tree.levels)
        tree.extend(part)
    entries = [entry for part in parts for entry in part]
    assert tree.root() == defined(entries)
    assert tree.size == len(entries)


@given(entries=st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True), data=st.data())
def test_another_order_or_another_entry_is_another_root(entries: list[bytes], data: st.DataObject) -> None:
    one, other = sorted(data.draw(st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True)))
    swapped = list(entries)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert len({defined(entries), defined(swapped), defined(entries[:-1]), defined([*entries, b""])}) == 4


def note(store: Store, count: int) -> None:
    for number in range(count):
        audit.record(store, action=AuditAction.USER_ADDED, actor="tests", subject=f"user {number}", detail={}, now=NOON + timedelta(seconds=number))


def test_a_head_taken_step_by_step_is_the_one_made_anew(store: Store) -> None:
    heads = []
    for count in (0, 1, 5, 0, 3):
        note(store, count)
        heads += audit_trees.newest(store)
    assert [head.size for head in heads] == [FIRST, FIRST + 1, FIRST + 6, FIRST + 6, FIRST + 9]
    hashes = [bytes.fromhex(entry.hash) for entry in reversed(audit.entries(store))]
    assert [head.root for head in heads] == [defined(hashes[: head.size]).hex() for head in heads]
    assert [head.head for head in heads] == [hashes[head.size - 1].hex() for head in heads]
    (made,) = audit_trees.recomputed(store, sizes={Compartment.GENERAL: [head.size for head in heads]})
    assert made.heads == tuple(dict.fromkeys(heads))
    assert made.kept_fits


def test_a_size_that_is_not_reached_is_left_out(store: Store) -> None:
    (made,) = audit_trees.recomputed(store, sizes={Compartment.GENERAL: [FIRST, FIRST + 1, 10**30], Compartment.UNDERCOVER: [1]})
    assert [head.size for head in made.heads] == [FIRST]
    assert made.kept_fits


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_tree SET levels = list_prepend(repeat('a', 64), levels[2:])",
        "UPDATE audit_tree SET levels = ['x']",
        "UPDATE audit_tree SET size = 1",
        "DELETE FROM audit_tree",
    ],
)
def test_a_kept_tree_that_was_changed_is_not_believed(store: Store, change: str) -> None:
    note(store, 1 + FIRST % 2)  # so that one leaf waits for its partner
    audit_trees.newest(store)
    with store.transaction() as tx:
        tx.execute(change)
    assert not audit_trees.recomputed(store, sizes={})[0].kept_fits


def test_no_head_is_given_out_of_a_chain_that_was_cut(store: Store) -> None:
    with store.transaction() as tx:
        tx.execute("UPDATE audit_head SET seq = seq + 1")
    with pytest.raises(StoreDamaged, match="do not end where its head says"):
        audit_trees.newest(store)
