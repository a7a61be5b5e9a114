"""Findings out of columns: the shape that `finding` and `hit` share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.authorization import DetectorName
from domain.finding import Box, Finding, FindingKind, Where


def finding_from(row: Mapping[str, Any]) -> Finding:
    """The finding in a row of either table."""
    return Finding(
        kind=FindingKind(row["kind"]),
        label=row["label"],
        score=row["score"],
        threshold=row["threshold"],
        where=Where(box_from(row), span_from(row), row["time_s"]),
        because=row["because"],
        detector=DetectorName(row["detector"]),
        detector_version=row["detector_version"],
        settings_sha256=row["settings_sha256"],
        text=row["text"],
        reference_sha256=row["reference_sha256"],
    )


def box_from(row: Mapping[str, Any]) -> Box | None:
    """The box in a row, if it has one."""
    return None if row["box_x"] is None else Box(row["box_x"], row["box_y"], row["box_w"], row["box_h"])


def span_from(row: Mapping[str, Any]) -> tuple[int, int] | None:
    """The span in a row, if it has one."""
    return None if row["span_start"] is None else (row["span_start"], row["span_end"])
