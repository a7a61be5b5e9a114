"""What the hit page shows, from the hit as the store hands it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from dashboards import directive, side_by_side
from dashboards.addresses import hit_address, picture_address, queue_address
from dashboards.cards import urgency
from dashboards.drawing import Outline, outline, score_bar
from dashboards.filters import Filters
from dashboards.shown_picture import Shown, sealed_size
from dashboards.wording import CUSTODY_WORDS, DETECTOR_WORDS, OUTCOME_WORDS, USUAL_REASONS, due_words, label_words, seen_words
from domain.account import Compartment
from domain.finding import Box, FindingKind
from domain.review import Outcome, ReviewState
from domain.viewer import Viewer
from policy.visibility import may_decide
from storage.hit_rows import HitRow
from storage.hits import HitView
from storage.marked import Marked


@dataclass(frozen=True, slots=True)
class PictureShown:
    """The captured picture on the page: which copy of it, its own size in pixels, and the frame around the marked part.

    `region`, `straight` and `agreement` are empty where there is none: the marked part, the same set straight, and how well it agrees with the artwork.
    """

    url: str
    region: str
    straight: str
    agreement: str
    alt: str
    caption: str
    width: int
    height: int
    mark: Outline | None


def hit_page(view: HitView, viewer: Viewer, filters: Filters, revealed: bool, now: datetime) -> dict[str, object]:
    """Everything the template names, save the form."""
    hit = view.hit
    picture = _picture(view, revealed)
    reference = _reference(view)
    decides = may_decide(viewer, hit.compartment)
    return {
        **_head(view, filters, now),
        **_reasons(view),
        **_text(view),
        **_record(view),
        **_decision(view, filters, now),
        "picture": picture,
        "erased_at": view.erased_at,
        "picture_problem": "" if picture else _problem(view),
        "reference": reference,
        "beside": bool(reference or (picture and picture.region)) and not (picture and picture.straight),
        "may_decide": decides,
        "may_reveal": decides and picture is not None and not revealed,
    }


def _head(view: HitView, filters: Filters, now: datetime) -> dict[str, object]:
    hit = view.hit
    return {
        "hit_id": hit.id,
        "seen": seen_words(hit.finding.kind, hit.finding.label),
        "severity": hit.severity,
        "account": {"handle": view.account.handle, "platform": view.account.platform, "custody": CUSTODY_WORDS[view.account.custody]},
        "closed": view.state is ReviewState.CLOSED,
        "due": hit.review_by,
        "due_words": due_words(hit.review_by, now) if hit.review_by < now else f"due {due_words(hit.review_by, now)}",
        "urgency": urgency(hit.review_by, now),
        "back": queue_address(filters),
        "siblings": [_sibling(row, filters) for row in view.siblings],
    }


def _reasons(view: HitView) -> dict[str, object]:
    """Why it was flagged. An exact reading has no score to weigh, so no bar is drawn for it."""
    finding = view.hit.finding
    return {
        "because": finding.because,
        "matched": finding.text or "",
        "bar": score_bar(finding.score, finding.threshold) if finding.threshold < 1 else None,
        "means": view.hit.means,
        "clause": directive.cited(view.hit.clause, view.hit.directive_version, view.hit.directive_sha256),
    }


def _text(view: HitView) -> dict[str, object]:
    """The post's words, the matched span apart; in a version changed since, places no longer fit."""
    text, span = view.post.text, view.hit.finding.where.span
    start, end = span if span and not view.post_changed else (len(text), len(text))
    return {"before": text[:start], "marked": text[start:end], "after": text[end:]}


def _picture(view: HitView, revealed: bool) -> PictureShown | None:
    size, box = _size(view), view.hit.finding.where.box
    if size is None:
        return None
    shown = Shown.WHOLE if revealed else Shown.MARKED
    told = "The whole picture; faces are hidden." if revealed else _blurred(box)
    region = picture_address(view.hit.id, Shown.REGION) if box else ""
    straight, agreement = (picture_address(view.hit.id, one) for one in (Shown.STRAIGHT, Shown.AGREEMENT)) if _aligned(view) else ("", "")
    mark = outline(box, *size) if box else None
    return PictureShown(picture_address(view.hit.id, shown), region, straight, agreement, f"The captured picture. {told}", told, *size, mark)


def _aligned(view: HitView) -> bool:
    """Whether the marked part can be shown as the registered artwork lies."""
    hit, finding = view.hit, view.hit.finding
    if finding.kind is not FindingKind.DEPARTMENT_ARTWORK:
        return False
    return side_by_side.is_aligned(Marked(hit.media_sha256, finding.where.box, hit.compartment, finding.reference_sha256))


def _size(view: HitView) -> tuple[int, int] | None:
    """Width and height of the captured picture; None for what is no picture. The undercover compartment keeps no sizes: there the picture is asked."""
    if view.media is None:
        return None
    if view.hit.compartment is Compartment.UNDERCOVER:
        return sealed_size(view.media.sha256)
    return (view.media.width, view.media.height) if view.media.width and view.media.height else None


def _problem(view: HitView) -> str:
    """Why there is no picture to show; empty for a hit about a text."""
    if view.media is not None:
        return "The captured file is not a picture that can be shown."
    if view.hit.media_sha256 == view.hit.post_content_sha256:
        return ""
    return "The captured file was erased: the terms for its platform let nobody keep it longer. While its post is public, the next run fetches it again."


def _blurred(box: Box | None) -> str:
    return "Blurred but for the marked part; faces are hidden." if box else "Blurred, since no part of it is marked; faces are hidden."


def _reference(view: HitView) -> dict[str, str] | None:
    sha256 = view.hit.finding.reference_sha256
    return {"url": reverse("reference", args=[sha256]), "label": label_words(view.hit.finding.label)} if sha256 else None


def _record(view: HitView) -> dict[str, object]:
    hit, finding, post = view.hit, view.hit.finding, view.post
    about_text = hit.media_sha256 == hit.post_content_sha256
    made = "SHA-256 under the subject's key" if hit.compartment is Compartment.UNDERCOVER else "SHA-256"
    digests = [
        (f"{'Text' if about_text else 'Captured file'}, {made}", hit.media_sha256),
        (f"Post's version, {made}", hit.post_content_sha256),
        ("Registered artwork, SHA-256", finding.reference_sha256),
        ("Detector's settings, SHA-256", finding.settings_sha256),
        ("Directive's text, SHA-256", hit.directive_sha256),
    ]
    link = post.url if post.url.startswith(("https://", "http://")) else ""
    return {
        "post": {"title": post.title, "text": post.text, "posted_at": post.posted_at, "url": post.url, "link": link, "gone_at": post.gone_at},
        "post_changed": view.post_changed,
        "captured_at": hit.captured_at,
        "found_at": hit.found_at,
        "detector": DETECTOR_WORDS[finding.detector],
        "detector_version": finding.detector_version,
        "digests": [(words, digest) for words, digest in digests if digest],
    }


def _decision(view: HitView, filters: Filters, now: datetime) -> dict[str, object]:
    copies = [row for row in view.siblings if _same_question(row, view)]
    open_to = {Outcome.UNDETERMINED} if view.erased_at else set(Outcome)  # of what nobody can see any more nothing else can be said
    return {
        "reviews": [{"words": OUTCOME_WORDS[review.outcome][0], "review": review} for review in view.reviews],
        "outcomes": [(outcome.value, *OUTCOME_WORDS[outcome], key) for key, outcome in enumerate(Outcome, 1) if outcome in open_to],
        "usual_reasons": [(OUTCOME_WORDS[outcome][0], reasons) for outcome, reasons in USUAL_REASONS.items() if outcome in open_to],
        "copies": ",".join(row.id for row in copies),
        "copies_words": f"{len(copies)} other post{'s' * (len(copies) != 1)} of this very picture",
        "filters": filters.query(),
        "opened_at": now.isoformat(),
    }


def _same_question(row: HitRow, view: HitView) -> bool:
    """Whether another hit asks the very same of the very same picture, only elsewhere."""
    hit = view.hit
    same = (row.kind, row.label, row.clause, row.box) == (hit.finding.kind, hit.finding.label, hit.clause, hit.finding.where.box)
    return same and row.state is ReviewState.NEW


def _sibling(row: HitRow, filters: Filters) -> dict[str, str]:
    state = OUTCOME_WORDS[row.outcome][0].lower() if row.outcome else "waiting"
    return {
        "url": hit_address(row.id, filters),
        "seen": seen_words(FindingKind(row.kind), row.label),
        "clause": row.clause,
        "handle": row.handle,
        "state": state,
    }
