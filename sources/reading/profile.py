"""An account's profile as a post of its own: its name, what it says about itself, and its pictures. A change is a new version of it (III.F)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.account import Account
from domain.identity import clean_text
from domain.post import Post, PostKind
from sources.reading.readable import picture, unique


@dataclass(frozen=True, slots=True)
class About:
    """What a page of an account says about the account itself, beside its posts: name, plain text, addresses of pictures."""

    name: str
    said: str
    pictures: tuple[str, ...] = ()


def profile_of(account: Account, name: str, said: str, pictures: Iterable[str], now: datetime) -> Post:
    """The profile of `account`. `said` is plain text, `pictures` are addresses as the platform writes them, empty ones among them. No platform dates a profile,
    so it counts as posted when it was seen (`now`)."""
    links = unique(link for address in pictures if (link := picture(address, account.url)))
    text = clean_text(said).strip()
    return Post(account.id, "profile", PostKind.PROFILE, account.url, text, now, title=clean_text(name).strip(), media=links)
