"""What a score means: of 100 flags like this one, how many show what they say, at the rate at which it really occurs (invariant 7)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domain.finding import Calibration

Z_95 = 1.959963984540054  # two-sided 95% of the normal distribution
RARE = 0.001  # the least that is assumed: with nothing seen yet, nothing is known to be rarer
EXACT = "This reads what the file itself says, exactly; it is not an estimate, so no rate of error applies. A human decides what it matters."


@dataclass(frozen=True, slots=True)
class Share:
    """A share between 0 and 1 with its 95% interval."""

    low: float
    point: float
    high: float


def means(calibration: Calibration | None, base_rate: float) -> str:
    """One or two sentences for a lay reader on what a flag means when a share `base_rate` (0 to 1) of pictures really shows the thing.

    None is an exact reading such as metadata. Raises ValueError for a base rate outside 0 to 1 and for counts that cannot be.
    """
    if calibration is None:
        return EXACT
    _check(calibration, base_rate)
    measured = f"measured on {calibration.source}: {calibration.detected} of {calibration.positives} found, "
    measured += f"{calibration.false_alarms} of {calibration.negatives} others flagged by mistake."
    share = predictive_value(calibration, base_rate)
    if share is None:
        return f"How many flags like this are right is not known: too little was measured to say; {measured}"
    return f"Of 100 flags like this {_of_100(calibration, share)}, at {per(base_rate)} pictures showing it; {measured}"


def predictive_value(calibration: Calibration, base_rate: float) -> Share | None:
    """The share of flags that are right (Bayes): recall·rate / (recall·rate + false-alarm rate·(1 - rate)). None where nothing can be said.

    The interval is cautious: its low end takes the low end of recall's Wilson interval with the high end of the false alarms', its high end the reverse.
    """
    if not calibration.positives or not calibration.negatives:
        return None
    recall = wilson(calibration.detected, calibration.positives)
    alarms = wilson(calibration.false_alarms, calibration.negatives)
    point = _bayes(recall.point, alarms.point, base_rate)
    low, high = _bayes(recall.low, alarms.high, base_rate), _bayes(recall.high, alarms.low, base_rate)
    if point is None or low is None or high is None:
        return None
    return Share(low, point, high)


def prevalence(calibration: Calibration | None, flagged: int, examined: int) -> float:
    """The share of pictures that really show the thing, from how many of the `examined` were `flagged`.

    The count is corrected for what the detector misses and for its false alarms (Rogan and Gladen 1978), one imagined flagged and one imagined clear picture
    keep small counts from saying never or always, and the result lies between RARE and 1. Without a calibration a flag is exact and the share is the count's.
    """
    seen = (flagged + 1) / (examined + 2)
    if calibration is None or not calibration.positives or not calibration.negatives:
        return min(1.0, max(RARE, seen))
    recall, alarms = calibration.detected / calibration.positives, calibration.false_alarms / calibration.negatives
    if recall <= alarms:
        return min(1.0, max(RARE, seen))
    return min(1.0, max(RARE, (seen - alarms) / (recall - alarms)))


def wilson(count: int, total: int) -> Share:
    """The share `count` of `total` with Wilson's 95% score interval (Wilson 1927), which stays within 0 to 1 and holds for small counts too."""
    point = count / total
    squeeze = 1 + Z_95**2 / total
    centre = (point + Z_95**2 / (2 * total)) / squeeze
    half = Z_95 * math.sqrt(point * (1 - point) / total + Z_95**2 / (4 * total**2)) / squeeze
    # The ends are exact where nothing or everything was found; rounding would otherwise leave 1e-17 there.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    high = 1.0 if count == total else min(1.0, centre + half)
    return Share(low, point, high)


def per(rate: float) -> str:
    """A rate as a lay reader counts: 0.05 is "5 in 100", 0.0123 "12 in 1,000", within 5% of the rate itself."""
    if rate == 0:
        return "0 in 100"
    for of in (100, 1_000, 10_000, 100_000):
        count = round(rate * of)
        if abs(count - rate * of) <= 0.05 * rate * of:
            return f"{count} in {of:,}"
    return f"about {round(rate * 100_000)} in 100,000" if rate >= 0.00001 else "fewer than 1 in 100,000"


def _bayes(recall: float, alarms: float, base_rate: float) -> float | None:
    right, wrong = recall * base_rate, alarms * (1 - base_rate)
    return right / (right + wrong) if right + wrong > 0 else None


def _check(calibration: Calibration, base_rate: float) -> None:
    if not 0 <= base_rate <= 1:
        raise ValueError(f"a base rate lies between 0 and 1, unlike {base_rate}")
    if not (0 <= calibration.detected <= calibration.positives and 0 <= calibration.false_alarms <= calibration.negatives):
        raise ValueError(f"more was found than was shown: {calibration}")


def _of_100(calibration: Calibration, share: Share) -> str:
    """Interval ends are rounded outwards. Without a single mistake seen, the estimate would be a flattering 100, so only the interval is given."""
    low, high = math.floor(100 * share.low), math.ceil(100 * share.high)
    if not calibration.false_alarms:
        return f"between {low} and {high} show what they say (95% confidence)"
    return f"about {round(100 * share.point)} show what they say ({low} to {high} with 95% confidence)"
