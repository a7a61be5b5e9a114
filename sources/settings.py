"""What a department may set about its network: the `[network]` table of plainview.toml."""

from __future__ import annotations

import re
from pathlib import Path

import soupsieve
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from domain.retention import OnDelete
from settings.table import Table

HOST_AND_PORT = re.compile(r"(?:[a-z0-9.-]+|\[[0-9a-f:.]+\]):[0-9]{1,5}")


class DailyLimit(BaseModel):
    """What one day may ask of a platform; what is not set stays as the source has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    requests: int | None = Field(default=None, ge=0)
    cost: float | None = Field(default=None, ge=0)


class DeletionRule(BaseModel):
    """What becomes of posts that were deleted upstream, and by whose word."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: OnDelete
    authority: str = Field(min_length=1)


class BoardLayout(BaseModel):
    """Where on a board's pages things stand, as CSS selectors: within a page each `post`, and within a post its `author`, `text` and the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    post: str = Field(description="each post on a page")
    author: str = Field(description="in a post, its author's name")
    text: str = Field(description="in a post, what its author wrote")
    time: str = Field(description="in a post, an element whose `datetime` or `title` attribute or text is its time")
    id: str = Field(default="id", description="the attribute that holds a post's id, which no other post of the board has")
    id_in: str = Field(default="", description="in a post, the element that has that attribute; empty: the post itself")
    link: str = Field(default="", description="in a post, the link to its own lasting address, or a field that holds it; without one no deletion can be told")
    gone: str = Field(default="", description="what stands on the page of a post that is not there (any more), for boards that answer 200 then")
    title: str = Field(default="", description="a thread's title, in a post or on the page; it counts as the words of who wrote the first post")
    leave_out: str = Field(
        default="blockquote, .quotebox, .bbcode_quote, .postedit, .message-lastEdit, cite", description="in a text, what its author did not write: quotations"
    )
    media: str = Field(default="", description="in a post, further elements whose pictures count: attachments")
    page: str = Field(default="", description="an element that every page of the board has, so that a page without posts is told from another page")
    next: str = Field(default='a[rel~="next"], link[rel~="next"]', description="the link to the following page")
    previous: str = Field(default='a[rel~="prev"], link[rel~="prev"]', description="the link to the page before; newest posts stand on a thread's last page")
    last: str = Field(default="", description="the link to the last page; without it the pages are followed one by one the first time")
    thread: str = Field(default="", description="on a forum's page, the links to its threads; empty: they are not followed")

    @field_validator("*")
    @classmethod
    def _selector(cls, value: str, info: ValidationInfo) -> str:
        if value and info.field_name != "id":
            try:
                soupsieve.compile(value)
            except soupsieve.SelectorSyntaxError:
                raise ValueError(f'"{value}" is not a CSS selector') from None
        if not value and cls.model_fields[info.field_name or ""].is_required():
            raise ValueError("must not be empty")
        return value


class NetworkSettings(Table, table="network"):
    """How Plainview introduces itself, how patient it is, and how fast it asks. Times are seconds, sizes bytes."""

    allow_hosts: tuple[str, ...] = Field(default=(), description="`host:port` that may be reached although the address is private or loopback; not paced")
    contact: str = Field(default="", max_length=200, description="who to write to about Plainview's requests: an address or a page, sent in User-Agent")
    connect_timeout_s: float = Field(default=10, gt=0, description="to connect")
    read_timeout_s: float = Field(default=20, gt=0, description="without a single byte arriving")
    deadline_s: float = Field(default=90, gt=0, description="for one answer as a whole: redirects, retries and body included")
    retries: int = Field(default=2, ge=0, le=10, description="how often a busy server is asked again")
    retry_after_cap_s: float = Field(default=20, ge=0, description="the longest wait between two tries; a server that asks for more is left to the next run")
    requests_per_second: float = Field(default=2, gt=0, le=50, description="to one host, on average")
    burst: int = Field(default=20, ge=1, le=500, description="requests to one host that may follow each other at once")
    page_bytes: int = Field(default=8_000_000, ge=1000, description="the largest reply that is read, unpacked")
    media_bytes: int = Field(default=40_000_000, ge=1000, description="the largest picture that is read, unpacked")
    pages_per_run: int = Field(default=50, ge=1, le=10_000, description="pages that one run reads of one account; the next run goes on from there")
    bluesky_appview: str = Field(default="https://public.api.bsky.app", description="where handles of the public Bluesky network are looked up")
    bluesky_plc: str = Field(default="https://plc.directory", description="the directory of did:plc identities")
    tokens: Path | None = Field(default=None, description="the file with the platforms' tokens, outside the data folder; for this user alone")
    daily: dict[str, DailyLimit] = Field(default={}, description="by platform, what one day (UTC) may ask of it: `requests`, and what they may `cost`")
    on_delete: dict[str, DeletionRule] = Field(default={}, description="by platform, where its own terms are not to count: `rule`, and the `authority` for it")
    boards: dict[str, BoardLayout] = Field(default={}, description="by `host:port` or host, how a message board's pages are laid out (CSS selectors)")

    @field_validator("allow_hosts")
    @classmethod
    def _host_and_port(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not HOST_AND_PORT.fullmatch(host.lower()):
                raise ValueError(f'"{host}" is not host:port, such as "127.0.0.1:8083"')
        return tuple(host.lower() for host in hosts)

    @field_validator("contact")
    @classmethod
    def _one_printable_line(cls, contact: str) -> str:
        if not (contact.isascii() and contact.isprintable()) or "(" in contact or ")" in contact:
            raise ValueError("must be one line of printable ASCII without brackets")
        return contact
