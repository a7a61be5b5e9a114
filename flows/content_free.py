"""Errors without content. Prefect writes an exception's text into its database in clear: what leaves a task says what and where, never what was read."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from settings.table import SettingsError
from storage.errors import StorageError

P = ParamSpec("P")
R = TypeVar("R")

OWN_WORDS = (StorageError, SettingsError)  # their messages name files, settings and mends, never content


class StepFailed(Exception):
    """A step of a run ended in a defect of ours; the message names the kind of error and the place in the code."""


def described(error: BaseException) -> str:
    """The class of `error` and the file and line that raised it, such as "KeyError at mastodon.py:87"; the words of our own errors as they are."""
    if isinstance(error, OWN_WORDS):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def content_free(function: Callable[P, R]) -> Callable[P, R]:
    """Let only content-free errors out of `function`: our own pass, any other becomes StepFailed without its text and without its cause."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except OWN_WORDS:
            raise
        except Exception as error:  # noqa: BLE001 (raised again below, without content)
            failure = StepFailed(f"a defect in Plainview: {described(error)}; please report it")
        raise failure  # outside the except block, so the original is not even its context

    return guarded
