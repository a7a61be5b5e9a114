"""Registered artwork and look-alikes: what is kept of each, and that nothing is both."""

from __future__ import annotations

import json

import pytest

from domain.reference import Reference
from storage import references
from storage.errors import Refused
from storage.store import Store
from tests.builders import NOON
from tests.storage.filling import rows

OURS = Reference("patch", "a" * 64, "image/png", "auditor")
THEIRS = Reference("Placeville patch", "b" * 64, "image/png", "auditor", ours=False)


def add(store: Store, reference: Reference) -> bool:
    return references.add(store, reference=reference, by="auditor", now=NOON)


def test_both_kinds_are_listed_as_what_they_are(store: Store) -> None:
    assert add(store, OURS)
    assert add(store, THEIRS)
    assert references.every(store) == [THEIRS, OURS]


def test_registering_is_audited_and_a_look_alike_as_such(store: Store) -> None:
    for reference in (OURS, THEIRS):
        add(store, reference)
    said = rows(store, "SELECT action, actor, subject, detail FROM audit ORDER BY seq DESC LIMIT 2")
    assert [(action, actor, subject) for action, actor, subject, _ in said] == [("reference:added", "auditor", one.sha256) for one in (THEIRS, OURS)]
    assert [json.loads(str(detail)) for *_, detail in said] == [{"label": THEIRS.label, "ours": False}, {"label": OURS.label}]


@pytest.mark.parametrize("reference", [OURS, THEIRS])
def test_a_second_time_changes_nothing(store: Store, reference: Reference) -> None:
    assert add(store, reference)
    before = rows(store, "SELECT count(*) FROM audit")
    assert not add(store, reference)
    assert rows(store, "SELECT count(*) FROM audit") == before


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (OURS, Reference("another", OURS.sha256, "image/png", "auditor", ours=False)),
        (OURS, Reference(OURS.label, "c" * 64, "image/png", "auditor", ours=False)),
        (THEIRS, Reference("another", THEIRS.sha256, "image/png", "auditor")),
        (THEIRS, Reference(THEIRS.label, "c" * 64, "image/png", "auditor")),
    ],
)
def test_nothing_is_ours_and_not_ours(store: Store, first: Reference, second: Reference) -> None:
    add(store, first)
    with pytest.raises(Refused, match=f"'{first.label}' is registered as {'the department' if first.ours else 'not ours'}.*nothing was registered"):
        add(store, second)
    assert references.every(store) == [first]


def test_one_label_may_have_several_pictures_of_either_kind(store: Store) -> None:
    for reference in (OURS, THEIRS):
        assert add(store, reference)
        assert add(store, Reference(reference.label, ("d" if reference.ours else "e") * 64, "image/png", "auditor", reference.ours))
    assert len(references.every(store)) == 4
