"""Which part of a registered picture is the artwork: by its transparency, or by the plain ground that it lies on."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[Any]

OPAQUE = 128
GROUND_REACH = 14  # how far, of 255, the ground's colour may wander from one pixel to its neighbour and from the border's mean
GROUND_SHARE = 0.97  # of the border that must be of one colour
LEAST_SHARE, MOST_SHARE = 0.02, 0.98  # of the picture, for what lies on a ground to be taken for the artwork
SPECK = 0.002


def cover_of(pixels: Pixels, opacity: Pixels) -> Pixels:
    """0 or 255 for each pixel: the opaque part; where all is opaque, what lies on a plain ground; where there is no plain ground, all of it."""
    if opacity.min(initial=255) < OPAQUE:
        return np.where(opacity >= OPAQUE, 255, 0).astype(np.uint8)
    return on_plain_ground(pixels)


def on_plain_ground(pixels: Pixels) -> Pixels:
    """0 on the ground of one colour that touches the border, 255 on what lies on it, its holes included; 255 everywhere without such a ground."""
    whole = np.full(pixels.shape[:2], 255, np.uint8)
    if min(pixels.shape[:2]) < 8:
        return whole
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).astype(np.float32)
    colour = np.median(border, axis=0)
    if (np.abs(border - colour).max(axis=1) <= GROUND_REACH).mean() < GROUND_SHARE:
        return whole
    like = (np.abs(pixels.astype(np.int16) - colour.astype(np.int16)).max(axis=2) <= GROUND_REACH).astype(np.uint8)
    art = _filled(_joined_to_border(like) == 0)
    return art if LEAST_SHARE < (art > 0).mean() < MOST_SHARE else whole


def _joined_to_border(like: Pixels) -> Pixels:
    """1 where a pixel of `like` is joined to the border through others."""
    _, labels = cv2.connectedComponents(like, connectivity=4)
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    return (np.isin(labels, edge[edge > 0])).astype(np.uint8)


def _filled(art: Pixels) -> Pixels:
    """The outer outlines, filled, without specks."""
    opened = cv2.morphologyEx(art.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    least = SPECK * art.size
    filled = np.zeros(art.shape, np.uint8)
    cv2.drawContours(filled, [contour for contour in contours if cv2.contourArea(contour) > least], -1, 255, cv2.FILLED)
    return filled
