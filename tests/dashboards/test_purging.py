"""What the review site's process erases by itself, and that it forgets the pictures that it keeps in memory."""

from __future__ import annotations

import io
import resource
from datetime import timedelta
from pathlib import Path

from PIL import Image

from dashboards import opened, shown_picture
from dashboards.purging import EVERY, Purging
from dashboards.shown_picture import Shown
from domain.retention import HoldScope
from storage.erasure import erasures
from tests.storage.filling import SUPERVISOR
from tests.storage.stocked import LATER, OTHER, PRESS, left, revoke, stocked, with_post


def a_png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return out.getvalue()


def test_it_purges_once_an_hour_and_forgets_pictures_whoever_erased_them(tmp_path: Path) -> None:
    with stocked(tmp_path / "data") as stock:
        store, moment = stock.store, [LATER]
        store.clock = lambda: moment[0]
        drawn = with_post(store, PRESS, 3, a_png())
        opened.hold(store, "token")
        try:
            purging = Purging(store)
            shown_picture.shown_picture(drawn.picture, None, Shown.THUMBNAIL)
            assert purging.turn() == []  # nothing is due
            assert shown_picture.shown_picture.cache_info().currsize > 0
            revoke(store, OTHER)
            purging.turn()  # within the hour
            assert left(store, "post") == {"post": 4}
            moment[0] = LATER + EVERY
            purging.turn()
            assert left(store, "post") == {"post": 3}
            shown_picture.shown_picture(drawn.picture, None, Shown.THUMBNAIL)
            erasures.erase(store, viewer=SUPERVISOR, scope=HoldScope.POST, target=drawn.post, now=LATER + timedelta(minutes=1))  # as a command does, meanwhile
            purging.turn()
            assert shown_picture.shown_picture.cache_info().currsize == 0
        finally:
            shown_picture.forget()
            opened.let_go()


def test_what_cannot_be_erased_is_said_and_stops_nothing(tmp_path: Path) -> None:
    with stocked(tmp_path / "data") as stock:
        store = stock.store
        store.clock = lambda: LATER
        revoke(store)
        purging = Purging(store)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))  # no room for the rewritten file
        try:
            (problem,) = purging.turn()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert problem.startswith("not everything that is due was erased")
        assert "the disk is full" in problem
        assert left(store, "post") == {"post": 1}
        assert erasures.outstanding(store, now=LATER).unfinished
        store.clock = lambda: LATER + EVERY
        assert purging.turn() == []
        assert erasures.outstanding(store, now=LATER).unfinished == ()
