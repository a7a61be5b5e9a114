"""What an edit of a wiki page added, and the files that a wiki text shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

KEPT_WORDS = 4  # so many words in a row that were there before are somebody's earlier text; fewer are a coincidence ("of the")
MOST_PAIRS = 100_000_000  # old words times new words: beyond it lines are compared as a whole, since comparing words would take seconds


def added(old: str, new: str) -> str:
    """What `new` says that `old` did not: whole new lines, and of changed lines the new words alone.

    A paragraph of wiki text is one line: whoever mends a word in it has not written the paragraph. Lines that were only moved are nobody's new text.
    """
    fresh, dropped = _only_in(new, old), _only_in(old, new)
    lines = _new_words(dropped, fresh) if dropped and fresh else fresh
    return "\n".join(line.strip() for line in lines if line.strip())


def files_shown(text: str, prefixes: str) -> Iterator[tuple[str, str]]:
    """Title and alternative text of each file that `text` shows, in [[File:…]] or as a line of a gallery. `prefixes`: the namespace's names, `file|image`."""
    names = "|".join(re.escape(name) for name in prefixes.split("|") if name)
    shown = rf"\[\[[ \t]*(?:{names})[ \t]*:([^|\[\]\n<>{{}}#]+)((?:\|[^|\[\]\n]*)*)"
    listed = rf"^[ \t]*(?:{names})[ \t]*:([^|\[\]\n<>{{}}#]+)((?:\|[^|\[\]\n]*)*)"
    for found in re.finditer(f"{shown}|{listed}", text, re.IGNORECASE | re.MULTILINE):
        title, options = (found[1], found[2]) if found[1] else (found[3], found[4])
        if name := title.replace("_", " ").strip():
            alt = re.search(r"\|[ \t]*alt[ \t]*=([^|]*)", options, re.IGNORECASE)
            yield f"File:{name}", alt[1].strip() if alt else ""


def _only_in(one: str, other: str) -> list[str]:
    """The lines of `one` that `other` has not, or not so often, in order."""
    left = Counter(other.split("\n"))
    lines = []
    for line in one.split("\n"):
        if left[line]:
            left[line] -= 1
        else:
            lines.append(line)
    return lines


def _new_words(dropped: list[str], fresh: list[str]) -> list[str]:
    old = " ".join(dropped).split()
    new = [(word, number) for number, line in enumerate(fresh) for word in line.split()]
    if len(old) * len(new) > MOST_PAIRS:
        return fresh
    lines: list[str] = []
    for start, end in _runs(old, [word for word, _ in new]):
        by_line: dict[int, list[str]] = {}
        for word, number in new[start:end]:
            by_line.setdefault(number, []).append(word)
        lines += [" ".join(words) for words in by_line.values()]
    return lines


def _runs(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """From where to where the words of `new` are new. A few old words between new ones belong to them."""
    steps = SequenceMatcher(None, old, new).get_opcodes()
    changed = [step[0] in {"insert", "replace"} for step in steps]
    runs: list[tuple[int, int]] = []
    for place, (kind, _, _, start, end) in enumerate(steps):
        beside = any(changed[max(place - 1, 0) : place + 2])
        if start == end or (kind == "equal" and (end - start >= KEPT_WORDS or not beside)):
            continue
        goes_on = runs and runs[-1][1] == start
        runs.append((runs.pop()[0] if goes_on else start, end))
    return runs
