"""What leaves a task says what and where, never what was read."""

from __future__ import annotations

import traceback

import pytest

from flows.content_free import StepFailed, content_free, described
from settings.table import SettingsError
from storage.errors import DiskFull

SECRET = "the text of a post"


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    "error", [KeyError(SECRET), ValueError(SECRET), RuntimeError(SECRET, SECRET), UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET)]
)
def test_a_defect_leaves_without_its_text(error: Exception) -> None:
    with pytest.raises(StepFailed) as failed:
        content_free(_raise)(error)
    said = "".join(traceback.format_exception(failed.value))
    assert SECRET not in said
    assert type(error).__name__ in str(failed.value)
    assert "test_content_free.py" in str(failed.value)


@pytest.mark.parametrize("error", [DiskFull("data: no room"), SettingsError("plainview.toml: [collect] size")])
def test_our_own_words_pass(error: Exception) -> None:
    with pytest.raises(type(error), match=str(error).replace("[", r"\[")):
        content_free(_raise)(error)


def test_what_goes_well_is_handed_on() -> None:
    assert content_free(lambda number: number + 1)(2) == 3


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert described(KeyError(SECRET)) == "KeyError"
