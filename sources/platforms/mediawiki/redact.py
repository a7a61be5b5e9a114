"""A wiki's replies as they may be kept: a page is the work of many, and only what the account itself wrote is anybody's business here."""

from __future__ import annotations

import json
from collections.abc import Mapping

from domain.identity import Json, clean_text
from sources.platforms.mediawiki.edits import EXACT_REVERTS, hidden, number, own_summary, own_words, parse_texts
from sources.reading.shape import At, json_at
from sources.source import UnexpectedReply


def own_texts(body: bytes, own: Mapping[int, bool]) -> bytes:
    """A reply of prop=revisions with, of the revisions in `own` (True: it reverts), what each added and said of itself, and of all others no word.

    Empty when it is odd.
    """
    try:
        reply = json_at(body, "reply")
        texts = parse_texts(reply)
        revisions = [revision for page in reply.at("query").at("pages").maybe_items() for revision in page.at("revisions").maybe_items()]
        left = [_left(revision, texts, own) for revision in revisions]  # all of them before the first is taken out
    except UnexpectedReply:
        return b""
    for revision, words in zip(revisions, left, strict=True):
        if isinstance(revision.value, dict):
            revision.value.clear()
            revision.value.update(words)
    return _written(reply)


def own_summaries(body: bytes) -> bytes:
    """A reply of list=usercontribs without the names that a wiki writes into the summary of a revert. Empty when it is odd."""
    try:
        reply = json_at(body, "reply")
        for entry in reply.at("query").at("usercontribs").items():
            tags = [tag.text() for tag in entry.at("tags").maybe_items()]
            if isinstance(entry.value, dict) and not EXACT_REVERTS.isdisjoint(tags):
                entry.value["comment"] = own_summary(entry.at("comment").maybe_text(), reverts=True)
    except UnexpectedReply:
        return b""
    return _written(reply)


def _left(revision: At, texts: Mapping[int, At], own: Mapping[int, bool]) -> dict[str, Json]:
    """What stays of a revision: its numbers, that it is hidden if it is; of the account's own what it added, its summary and time. Nothing of an odd one."""
    try:
        known, parent = number(revision.at("revid")), number(revision.at("parentid"))
        numbers: dict[str, Json] = {"revid": known, "parentid": parent}
        if flag := hidden(revision):
            return numbers | {flag: True}
        tells = known in own and not own[known] and (not parent or (parent in texts and not hidden(texts[parent])))
        words = own_words(revision, parent, texts) if tells else ""
        said = _said(revision, reverts=own[known]) if known in own else {}
    except UnexpectedReply:
        return {}
    return numbers | said | {"slots": {"main": {"content": words}}}


def _said(revision: At, *, reverts: bool) -> dict[str, Json]:
    """Its time and its summary, which may be hidden by itself."""
    told = {name: revision.at(name).maybe_text() for name in ("timestamp", "comment")}
    return {"timestamp": told["timestamp"], "comment": own_summary(told["comment"], reverts=reverts)}


def _written(reply: At) -> bytes:
    return clean_text(json.dumps(reply.value, ensure_ascii=False)).encode()
