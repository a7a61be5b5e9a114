"""The quick form of `make kills`: some processes killed at random moments, and the store found whole after every few."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_nothing_acknowledged_is_lost_nothing_comes_twice_and_the_audit_stands() -> None:
    # In a process of its own: it forks, and this one may have threads.
    ran = subprocess.run([sys.executable, "-m", "bench.kills", "16"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "problems: 0" in ran.stdout
