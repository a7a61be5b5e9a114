"""What tests of several packages share: an empty store to copy, and bytecode.

Python's bytecode is kept for tests even where the machine's settings forbid it: they start a hundred processes, each of which would compile all it imports.

Nothing is strewn in the tree for it: it lies beside pytest's own cache, and goes with `make clean`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

if sys.dont_write_bytecode:
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty store, to be copied: making one takes ten times as long."""
    from storage.owner.open import owning  # not before the above is settled

    folder = tmp_path_factory.mktemp("empty") / "data"
    with owning(folder, wait_s=0):
        return folder
