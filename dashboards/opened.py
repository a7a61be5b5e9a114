"""The store that `serve` owns, for the pages. Nothing is opened here: an import or a second process must never open it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.store import Store


@dataclass(frozen=True, slots=True)
class _Opened:
    store: Store
    card_token: str


_opened: list[_Opened] = []


def hold(store: Store, card_token: str) -> None:
    """From now on the pages read `store`, and other commands reach it with `card_token`."""
    _opened[:] = [_Opened(store, card_token)]


def let_go() -> None:
    """The pages have no store any more: it is about to be closed."""
    _opened.clear()


def store() -> Store:
    """The owned store. Raises RuntimeError outside `serve`."""
    return _now().store


def card_token() -> str:
    """What other commands must know to be answered."""
    return _now().card_token


def _now() -> _Opened:
    if not _opened:
        raise RuntimeError("no store is open: the pages are answered by `plainview serve` alone")
    return _opened[0]
