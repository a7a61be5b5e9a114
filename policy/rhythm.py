"""How often an account usually posts, learnt from its own days of posting, and after how many days of silence a person should look.

The estimate is a prediction bound from order statistics (S. S. Wilks, "Determination of sample sizes for setting tolerance limits", Annals of Mathematical
Statistics 12, 1941; W. Q. Meeker, G. J. Hahn, L. A. Escobar, "Statistical Intervals", 2nd edition 2017, chapter 5). Of n gaps between days of posting that come
from one habit, in any order, the next is longer than the second longest with a chance of at most 2 in n + 1, whatever their distribution. The bound
is half as long again, so chance is rarer still (docs/decisions/0045-silence-is-not-clean.md has it measured). The second longest, not the longest: one holiday
or one time of trouble may not hide the next silence.

Days (UTC), not moments: ten posts in an hour are one day of posting, and a weekend without any is a gap of three days that an account which rests on weekends
has in every week.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from math import ceil
from statistics import median

GAPS_AT_LEAST = 10  # with fewer, the second longest says too little: the rhythm is not known yet
GAPS_AT_MOST = 100  # the newest: what an account did years ago is not its rhythm
DAYS_AT_MOST = GAPS_AT_MOST + 1
QUIET_AFTER_AT_LEAST = 3  # days: nobody is called because of a weekend
_RANK, _MARGIN = 2, 1.5


@dataclass(frozen=True, slots=True)
class Rhythm:
    """From how many gaps it was learnt, the usual gap (their median), and the longest silence that is still usual; both in days."""

    gaps: int
    usual_days: float
    quiet_after_days: int

    @property
    def chance(self) -> float:
        """At most how likely one gap is longer than is usual although the account keeps its habit."""
        return _RANK / (self.gaps + 1)


def learnt(days: Iterable[date]) -> Rhythm | None:
    """The rhythm of an account that posted on these days, in any order, some perhaps named twice. None: not known yet."""
    newest = sorted(set(days))[-DAYS_AT_MOST:]
    gaps = sorted((later - earlier).days for earlier, later in pairwise(newest))
    if len(gaps) < GAPS_AT_LEAST:
        return None
    return Rhythm(len(gaps), float(median(gaps)), max(QUIET_AFTER_AT_LEAST, ceil(_MARGIN * gaps[-_RANK])))


def silent_days(last_posted: datetime, seen_until: datetime) -> int:
    """For how many days (UTC) an account that was last looked at `seen_until` had not posted. What it did since then, nobody knows."""
    return max(0, (seen_until.date() - last_posted.date()).days)


def quiet(rhythm: Rhythm | None, silent: int) -> bool:
    """Whether a silence of so many days is longer than is usual. Never where the rhythm is not known."""
    return rhythm is not None and silent > rhythm.quiet_after_days
