"""Every source's parsers over their recorded replies, for tests that spoil the replies. A new source has its lines here."""

from __future__ import annotations

from collections.abc import Callable

from domain.post import Post, PostKind
from sources.platforms import nextdoor, tiktok
from sources.platforms.activitypub import outbox as activitypub_outbox
from sources.platforms.bluesky import source as bluesky
from sources.platforms.bluesky.repo import Place
from sources.platforms.board import page as board_page
from sources.platforms.discourse import cooked as discourse_cooked
from sources.platforms.discourse import post as discourse_post
from sources.platforms.feed import source as feed
from sources.platforms.flickr import photo as flickr_photo
from sources.platforms.flickr import source as flickr
from sources.platforms.foursquare import checkin as foursquare_checkin
from sources.platforms.foursquare import source as foursquare
from sources.platforms.linkedin import media as linkedin_media
from sources.platforms.linkedin import source as linkedin
from sources.platforms.mastodon import comments as mastodon_comments
from sources.platforms.mastodon import status as mastodon
from sources.platforms.mediawiki import edits as mediawiki_edits
from sources.platforms.mediawiki import files as mediawiki_files
from sources.platforms.mediawiki import redact as mediawiki_redact
from sources.platforms.mediawiki import source as mediawiki
from sources.platforms.meta import facebook, graph, instagram, threads
from sources.platforms.microformats import entry as microformats_entry
from sources.platforms.webpage import posts as webpage_posts
from sources.platforms.wordpress import posts as wordpress_posts
from sources.platforms.wordpress import source as wordpress
from sources.platforms.x import source as x
from sources.platforms.youtube import comments as youtube_comments
from sources.platforms.youtube import source as youtube
from sources.reading import page_tree
from sources.reading.shape import json_at
from sources.reading.track import Item, Read, Track, dated_by
from tests.builders import NOON, an_account
from tests.sources.recorded import a_reply, recorded

HERE = Place("did:plc:ecpdexamplecitypolice222", "https://pds.example")
VIEWS = Place("did:plc:ecpdexamplecitypolice222", "https://appview.example", by_feed=True)
ACCOUNT = an_account("foursquare", "examplecitypd", "https://foursquare.com/examplecitypd")
OURS = an_account(handle="@examplecitypd")
BLOG = "police.example.gov"
PRESS = "https://social.example/users/press"
MEMBER = an_account("board", "ECPD press", "https://forum.example.gov/viewtopic.php?t=5")
A_STATUS = Item(Post("account_1", "n", PostKind.POST, "https://social.example/@press/114000000000000030", "Road closed", NOON), "o", "114000000000000030")
SEEN = dated_by(Track(), NOON)
A_LINE = discourse_post.Line(json_at(b"{}", "reply"), 930, 1, "Roads", "2026-05-30T10:00:00.000000", "/posts/931.json", "0")


def _edits(listed: bytes, texts: bytes) -> Read:
    mediawiki_redact.own_summaries(listed).decode()
    mediawiki_redact.own_texts(texts, {930: False, 922: True}).decode()
    known = mediawiki_edits.parse_texts(json_at(texts, "reply"))
    return mediawiki_edits.parse_revisions(
        mediawiki_edits.parse_edits(json_at(listed, "reply"), "109").edits, known, "account_1", "wiki.example/revid", "https://wiki.example/index.php"
    )


def _lookup(body: bytes) -> str:
    found = json_at(body, "reply")
    return mediawiki.parse_user(found) + mediawiki.parse_user_page(found) + mediawiki_files.parse_prefixes(found)


def _wordpress_place(body: bytes) -> str | None:
    """What can be read again as it was written."""
    place = wordpress_posts.parse_next(json_at(body, "reply"), "2", None)
    assert place is None or str(wordpress_posts.parse_place(place)) == place
    return place


PARSERS: dict[str, Callable[[bytes], Read | str]] = {
    "activitypub/outbox-page.json": lambda body: activitypub_outbox.parse_outbox(json_at(body, "reply"), "account_1", PRESS, f"{PRESS}/outbox"),
    "activitypub/outbox.json": lambda body: activitypub_outbox.parse_first(json_at(body, "reply"), f"{PRESS}/outbox") or "",
    "activitypub/webfinger.json": lambda body: activitypub_outbox.parse_webfinger(json_at(body, "reply")),
    "activitypub/actor.json": lambda body: (
        activitypub_outbox.parse_actor(json_at(body, "reply"), "press")[0] + activitypub_outbox.parse_profile(json_at(body, "reply"), MEMBER, NOON).text
    ),
    "discourse/user.json": lambda body: f"{discourse_post.parse_user(json_at(body, 'reply'), 'ecpd_press')} {discourse_cooked.redacted(body)!r}",
    "discourse/user-actions.json": lambda body: repr(discourse_post.parse_actions(json_at(body, "reply"), 42)),
    "discourse/post.json": lambda body: Read(
        tuple(discourse_post.parse_post(json_at(body, "reply"), A_LINE, "account_1", 42, "https://forum.example.gov")), (), None
    ),
    "mastodon/statuses.json": lambda body: mastodon.parse_statuses(json_at(body, "reply"), "account_1", "109000000000000001", None),
    "mastodon/context.json": lambda body: mastodon_comments.parse_comments(
        json_at(mastodon_comments.redacted(body, "114000000000000030", "109000000000000001"), "reply"), "account_1", A_STATUS, "https://social.example/api/v1"
    ),
    "mastodon/lookup.json": lambda body: mastodon.parse_account(json_at(body, "reply"), "press"),
    "bluesky/list-records.json": lambda body: bluesky.parse_records(json_at(body, "reply"), "account_1", HERE),
    "bluesky/author-feed.json": lambda body: bluesky.parse_author_feed(json_at(body, "reply"), "account_1", VIEWS),
    "facebook/posts.json": lambda body: facebook.parse_posts(reply := json_at(body, "reply"), "account_1", graph.following(reply)),
    "facebook/page.json": lambda body: facebook.parse_profile(json_at(body, "reply"), OURS, NOON).id,
    "facebook/error-gone.json": lambda body: str(graph.fault_of(a_reply(body))),
    "feed/posts.json": lambda body: feed.parse_feed(a_reply(body), "account_1", Track(), NOON),
    "flickr/photos.json": lambda body: flickr_photo.parse_photos(json_at(body, "reply"), "account_1", "10900000@N00"),
    "flickr/person.json": lambda body: flickr.parse_person(json_at(body, "reply")) + flickr.parse_profile(json_at(body, "reply"), ACCOUNT, NOON).text,
    "flickr/user-not-found.json": lambda body: flickr.parse_failure(json_at(body, "reply")),
    "foursquare/checkins.json": lambda body: foursquare_checkin.parse_checkins(json_at(body, "reply"), ACCOUNT),
    "foursquare/checkin.json": lambda body: foursquare_checkin.parse_if_gone(json_at(foursquare_checkin.checkins_record(body), "reply")) or "",
    "foursquare/user.json": lambda body: (
        foursquare.parse_user(json_at(body, "reply"), "examplecitypd") + foursquare.parse_profile(json_at(body, "reply"), ACCOUNT, NOON).text
    ),
    "youtube/channel.json": lambda body: youtube.parse_channel(json_at(body, "reply"))[0] + youtube.parse_profile(json_at(body, "reply"), ACCOUNT, NOON).text,
    "youtube/uploads.json": lambda body: youtube.parse_uploads(json_at(body, "reply"), "account_1", "UCexamplecitypolice00000"),
    "youtube/video.json": lambda body: youtube.parse_if_gone(json_at(body, "reply")) or "",
    "youtube/comments.json": lambda body: youtube_comments.parse_comments(json_at(body, "reply"), ACCOUNT),
    "linkedin/posts.json": lambda body: linkedin.parse_posts(json_at(body, "reply"), "account_1", "urn:li:organization:2026109"),
    "linkedin/organization.json": lambda body: linkedin.parse_organization(json_at(body, "reply"), an_account(), NOON).title,
    "linkedin/video.json": lambda body: linkedin_media.parse_addresses(json_at(body, "reply"), "video/mp4", "")[0].url,
    "nextdoor/posts.json": lambda body: nextdoor.parse_posts(json_at(nextdoor.without_others(body), "reply"), "account_1"),
    "nextdoor/me.json": lambda body: nextdoor.parse_agency(json_at(body, "reply"), "https://nextdoor.com/agency-detail/"),
    "tiktok/videos.json": lambda body: tiktok.parse_videos(json_at(body, "reply"), an_account()),
    "tiktok/user.json": lambda body: tiktok.parse_user(json_at(body, "reply"), "@examplecitypd"),
    "tiktok/video-deleted.json": lambda body: tiktok.parse_gone(json_at(body, "reply")) or "",
    "x/posts.json": lambda body: x.parse_posts(json_at(body, "reply"), "account_1", "2026109000000000109", "https://x.com/ExampleCityPD"),
    "x/new-spelling.json": lambda body: x.parse_posts(json_at(body, "reply"), "account_1", "2026109000000000109", "https://x.com/ExampleCityPD"),
    "x/user.json": lambda body: x.parse_user(json_at(body, "reply")),
    "x/post-deleted.json": lambda body: x.parse_gone(json_at(body, "reply")) or "",
    "instagram/media.json": lambda body: instagram.parse_media(reply := json_at(body, "reply"), OURS, graph.following(reply)),
    "instagram/me.json": lambda body: graph.user_id(reply := json_at(body, "reply"), "user_id", OURS, None) + instagram.parse_profile(reply, OURS, NOON).id,
    "threads/threads.json": lambda body: threads.parse_threads(reply := json_at(body, "reply"), OURS, graph.following(reply)),
    "threads/me.json": lambda body: threads.parse_profile(json_at(body, "reply"), OURS, NOON).id,
    "mediawiki/usercontribs.json": lambda body: _edits(body, recorded("mediawiki/texts.json")),
    "mediawiki/texts.json": lambda body: _edits(recorded("mediawiki/usercontribs.json"), body),
    "mediawiki/hidden.json": lambda body: str(mediawiki_edits.parse_if_gone(json_at(body, "reply"), 930)),
    "mediawiki/files.json": lambda body: str(mediawiki_files.parse_files(json_at(body, "reply"))),
    "mediawiki/lookup.json": _lookup,
    "wordpress/posts.json": lambda body: wordpress_posts.parse_posts(json_at(body, "reply"), "account_1", BLOG, PostKind.POST, _wordpress_place(body)),
    "wordpress/comments.json": lambda body: wordpress_posts.parse_comments(json_at(body, "reply"), "account_1", BLOG, _wordpress_place(body)),
    "wordpress/users.json": lambda body: str(wordpress.parse_author(json_at(body, "reply"))),
    "wordpress/index.json": lambda body: str(wordpress.parse_site(json_at(body, "reply"))),
}


def _entries(body: bytes) -> Read:
    page = microformats_entry.marked(body, MEMBER.url)
    microformats_entry.representative_card(page)
    return microformats_entry.parse_entries(page, MEMBER, SEEN)


PAGES: dict[str, Callable[[bytes], Read]] = {
    "board/phpbb-thread-last.html": lambda body: board_page.parse_board(body, MEMBER.url, MEMBER, None, SEEN).newest_first(),
    "board/xenforo.html": lambda body: board_page.parse_board(body, MEMBER.url, MEMBER, None, SEEN).read,
    "board/spirit.html": lambda body: board_page.parse_board(body, MEMBER.url, MEMBER, None, SEEN).read,
    "microformats/page.html": _entries,
    "myspace/profile.html": lambda body: webpage_posts.parse_articles(page_tree.tree_of(body, "page"), MEMBER.url, MEMBER, SEEN),
    "myspace/structured.html": lambda body: webpage_posts.parse_saved_page(body, MEMBER.url, MEMBER, NOON),
    "nixle/alert.html": lambda body: Read((webpage_posts.parse_alert(body, MEMBER.url, MEMBER, SEEN),), (), None),
    "nixle/agency.html": lambda body: Read((), (), next(iter(webpage_posts.parse_alerts(page_tree.tree_of(body, "page"), MEMBER.url)), None)),
}
