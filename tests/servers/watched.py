"""Accounts on real servers: what is posted there, and what is changed between runs. Each says what a run has to find."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from tests.servers.flaskbb import LAYOUT, FlaskBB
from tests.servers.named import SECRET, a_later_second, a_photograph, a_picture, address, login
from tests.servers.pds import Pds
from tests.servers.press_site import WordPress
from tests.servers.snac import Snac
from tests.servers.spirit import Spirit
from tests.servers.wiki import Wikis
from tests.servers.x_mock import TOKEN, XMock


@dataclass(frozen=True)
class Shown:
    """A public post: what it says, its pictures, and when it was made, as far as this machine's clock tells (`grain`: how fine the server's times are)."""

    text: str
    pictures: tuple[bytes, ...] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    grain: timedelta = timedelta(seconds=10)


class Watched(Protocol):
    """An account. `hidden`: what must be found in no file. `revises`: an edit is a new version of the same post; `purges`: what is deleted there goes here."""

    platform: str
    handle: str
    url: str
    hosts: tuple[str, ...]
    settings: str
    hidden: tuple[str, ...]
    revises: bool
    purges: bool
    doomed: str

    def fill(self) -> list[Shown]:
        """Posts; what is public of it."""
        ...

    def change(self) -> list[Shown]:
        """Edits one post and deletes `doomed`; what is public then."""
        ...


class Account:
    """What most have in common."""

    platform = ""
    handle = ""
    url = ""
    settings = ""
    hidden: tuple[str, ...] = ()
    revises = True
    purges = True

    def __init__(self) -> None:
        self.mark = secrets.token_hex(4)
        self.closed, self.opened = f"Road closed \N{EN DASH} für Ünïcode & 🚓 {self.mark}", f"Road OPEN \N{EN DASH} für Ünïcode & 🚓 {self.mark}"
        self.doomed, self.plain, self.secret = f"to be deleted {self.mark}", f"Meeting at noon {self.mark}", f"{SECRET} {self.mark}"
        self.picture = a_picture()
        self.first: list[Shown] = []

    @property
    def hosts(self) -> tuple[str, ...]:
        return (urlsplit(self.url).netloc,)

    def shown(self, text: str, *pictures: bytes) -> Shown:
        one = Shown(text, pictures)
        self.first.append(one)
        return one

    def after(self, *edited: Shown) -> list[Shown]:
        """What was shown, without what was deleted, with `edited` in place of what they replace."""
        return [*edited, *(one for one in self.first if one.text not in {self.doomed, *([self.closed] if self.revises else [])})]


class OnSnac(Account):
    platform = "mastodon"

    def __init__(self) -> None:
        super().__init__()
        self.snac = Snac(address("PLAINVIEW_TEST_SNAC"))
        self.handle, self.url = f"@{self.snac.user}@{urlsplit(self.snac.at).netloc}", f"{self.snac.at}/{self.snac.user}"
        self.hidden = (self.secret, self.snac.password, self.snac.token["Authorization"].removeprefix("Bearer "))

    def fill(self) -> list[Shown]:
        self.snac.empty()
        self.edited = self.snac.post(self.closed, picture=self.picture)
        self.shown(self.closed, self.picture)
        self.snac.post(self.secret, visibility="private")
        self.gone = self.snac.post(self.doomed)
        self.shown(self.doomed)
        self.snac.post(self.plain)
        self.shown(self.plain)
        a_later_second()  # its times have no fractions, and its ids are made of them
        return self.first

    def change(self) -> list[Shown]:
        self.snac.edit(self.edited, self.opened)
        self.snac.delete(self.gone)
        return self.after(Shown(self.opened, (self.picture,), self.first[0].at))


class OnPds(Account):
    platform = "bluesky"

    def __init__(self) -> None:
        super().__init__()
        self.pds = Pds(address("PLAINVIEW_TEST_PDS"))
        self.handle, self.url = self.pds.handle, self.pds.at
        self.hidden = (self.pds.token["Authorization"].removeprefix("Bearer "),)

    def fill(self) -> list[Shown]:
        self.edited = self.pds.post(self.closed)
        self.shown(self.closed)
        self.gone = self.pds.post(self.doomed)
        self.shown(self.doomed)
        self.pds.post(self.plain, self.picture)
        self.shown(self.plain, self.picture)
        return self.first

    def change(self) -> list[Shown]:
        self.pds.edit(self.edited, self.opened)
        self.pds.delete(self.gone)
        return self.after(Shown(self.opened))


class OnWiki(Account):
    """A wiki's edit is a post of its own."""

    platform = "mediawiki"
    revises = False

    def __init__(self) -> None:
        super().__init__()
        self.wikis = Wikis()
        self.handle, self.url = self.wikis.name, f"{self.wikis.at}/index.php/User:{self.wikis.name}"
        self.doomed = f"notice\n{self.doomed}"
        self.hidden = (self.secret, login("PLAINVIEW_TEST_MEDIAWIKI_LOGIN")[1])

    def fill(self) -> list[Shown]:
        user, name = self.wikis.user, f"Pv{self.mark}.png"
        user.upload(name, self.picture, f"as taken {self.mark}")
        self.shown(f"as taken {self.mark}", self.picture)
        a_later_second()  # the newest edits of one second come in no order
        user.edit(f"Notice {self.mark}", f"{self.closed} [[File:{name}]]", "notice")
        self.shown(f"notice\n{self.closed} [[File:{name}]]", self.picture)
        for title, text in ((f"Doomed {self.mark}", self.doomed.removeprefix("notice\n")), (f"Meeting {self.mark}", self.plain)):
            user.edit(title, text, "notice")
            self.shown(f"notice\n{text}")
        user.edit(f"Hidden {self.mark}", self.secret)
        self.remove(f"Hidden {self.mark}")
        return self.first

    def change(self) -> list[Shown]:
        self.wikis.user.edit(f"Notice {self.mark}", f"{self.closed} [[File:Pv{self.mark}.png]]\n{self.opened}", "later")
        self.remove(f"Doomed {self.mark}")
        return self.after(Shown(f"later\n{self.opened}"))

    def remove(self, title: str) -> None:
        self.wikis.admin.call("delete", title=title, token=self.wikis.admin.token)


class OnWordPress(Account):
    platform = "wordpress"
    purges = False

    def __init__(self) -> None:
        super().__init__()
        self.site = WordPress()
        self.handle, self.url = self.site.slug, f"{self.site.at}/author/{self.site.slug}/"
        self.hidden = (self.secret, self.site.login[1])

    def fill(self) -> list[Shown]:
        inside = a_picture()
        picture = self.site.picture(inside)["source_url"]
        text = f'{html.escape(self.closed)}</p><p><img src="{picture}" alt="x">'
        self.edited = self.site.post(text, featured_media=self.site.picture(self.picture)["id"])["id"]
        self.shown(self.closed, self.picture, inside)
        for how in ({"status": "private"}, {"status": "draft"}, {"password": "hush"}):
            self.site.post(self.secret, **how)
        self.gone = self.site.post(self.doomed)["id"]
        self.shown(self.doomed)
        self.site.post(self.plain)
        self.shown(self.plain)
        return self.first

    def change(self) -> list[Shown]:
        self.site.call(f"posts/{self.edited}", {"content": f"<p>{html.escape(self.opened)}</p>"})
        self.site.call(f"posts/{self.gone}&force=1", method="DELETE")
        return self.after(Shown(self.opened, (self.picture,), self.first[0].at))


class OnSpirit(Account):
    """A thread, in which others write too."""

    platform = "board"

    def __init__(self) -> None:
        super().__init__()
        at, self.picture = address("PLAINVIEW_TEST_SPIRIT"), a_photograph()
        self.author = Spirit(at, *login("PLAINVIEW_TEST_SPIRIT_LOGIN"))
        self.other = Spirit(at, *login("PLAINVIEW_TEST_SPIRIT_MODERATOR"))
        self.handle, self.url = self.author.name, at
        self.others = f"somebody else's words {self.mark}"
        self.hidden = (self.secret, self.others, login("PLAINVIEW_TEST_SPIRIT_LOGIN")[1])

    def fill(self) -> list[Shown]:
        shown = f"![A patch]({self.author.upload(self.picture)})"
        self.topic = self.author.topic(f"Notice {self.mark}", f"{self.closed}\n\n{shown}")
        self.url = f"{self.author.at}{self.topic}"
        self.note(self.closed, self.picture)
        for text in (self.doomed, self.plain):
            self.author.comment(self.topic, text)
            self.note(text)
        self.other.comment(self.topic, self.others)
        self.author.whisper(f"Private {self.mark}", self.secret, self.other.name)
        return self.first

    def note(self, text: str, *pictures: bytes) -> None:
        self.first.append(Shown(text, pictures, grain=timedelta(seconds=70)))  # its times have no seconds

    def change(self) -> list[Shown]:
        self.author.edit(self.topic, self.closed, self.opened)
        self.other.delete(self.topic, self.doomed)
        return self.after(Shown(self.opened, (), self.first[0].at, self.first[0].grain))


class OnFlaskBB(Account):
    """A thread, read by the selectors that settings name; a moderator hides a post."""

    platform = "board"

    def __init__(self) -> None:
        super().__init__()
        at = address("PLAINVIEW_TEST_FLASKBB")
        self.author = FlaskBB(at, *login("PLAINVIEW_TEST_FLASKBB_LOGIN"))
        self.other = FlaskBB(at, *login("PLAINVIEW_TEST_FLASKBB_MODERATOR"))
        self.handle, self.url = f"{self.author.name}@{urlsplit(at).netloc}", at
        self.others = f"somebody else's words {self.mark}"
        self.hidden = (self.secret, self.others, login("PLAINVIEW_TEST_FLASKBB_LOGIN")[1])
        self.settings = f'[network.boards."{urlsplit(at).netloc}"]\n{LAYOUT}'

    def fill(self) -> list[Shown]:
        self.topic = self.author.topic(f"Notice {self.mark}", self.closed, self.picture)
        self.url = f"{self.author.at}{self.topic}"
        self.shown(self.closed, self.picture)
        for text in (self.doomed, self.plain):
            self.author.post(self.topic, text)
            self.shown(text)
        self.other.post(self.topic, self.others)
        self.author.post(self.topic, self.secret)
        self.other.hide(self.topic, self.secret)
        return self.first

    def change(self) -> list[Shown]:
        self.author.edit(self.topic, self.closed, self.opened)
        self.other.delete(self.topic, self.doomed)
        return self.after(Shown(self.opened, (self.picture,), self.first[0].at))


class OnX(Account):
    """Prism's mock of X's published OpenAPI document, which answers with examples that stand in it."""

    platform = "x"

    def __init__(self, closing: ExitStack) -> None:
        super().__init__()
        self.mock = closing.enter_context(XMock(self.picture))
        self.handle, self.url = "@ExampleCityPD", f"{self.mock.at}/ExampleCityPD"
        self.hidden = (TOKEN,)

    @property
    def hosts(self) -> tuple[str, ...]:
        return (urlsplit(self.mock.at).netloc, self.mock.pictures)

    def fill(self) -> list[Shown]:
        made = [self.mock.post(101, self.plain), self.mock.post(102, self.doomed), self.mock.post(103, self.closed, picture=True)]
        self.first += [Shown(self.closed, (self.picture,)), Shown(self.doomed), Shown(self.plain)]
        self.mock.serve(made)
        return self.first

    def change(self) -> list[Shown]:
        """An edit has a new id, and names those before. The mock lists the same whatever is asked for, so that the deletion is seen before the daily look."""
        self.mock.serve([self.mock.post(101, self.plain), self.mock.post(104, self.opened, before=103)])
        return self.after(Shown(self.opened))


WATCHED: Mapping[str, tuple[str, Callable[[ExitStack], Watched]]] = {
    "snac": ("PLAINVIEW_TEST_SNAC", lambda _: OnSnac()),
    "pds": ("PLAINVIEW_TEST_PDS", lambda _: OnPds()),
    "mediawiki": ("PLAINVIEW_TEST_MEDIAWIKI", lambda _: OnWiki()),
    "wordpress": ("PLAINVIEW_TEST_WORDPRESS", lambda _: OnWordPress()),
    "spirit": ("PLAINVIEW_TEST_SPIRIT", lambda _: OnSpirit()),
    "flaskbb": ("PLAINVIEW_TEST_FLASKBB", lambda _: OnFlaskBB()),
    "x": ("PLAINVIEW_TEST_PRISM", OnX),
}
