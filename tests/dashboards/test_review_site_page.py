"""docs/review-site.md says what the site does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import dashboards
from dashboards.wording import OUTCOME_WORDS
from domain.viewer import Role
from policy.due_times import COLLECTION_IS_LATE_AFTER

ROOT = Path(dashboards.__file__).parent.parent
PAGE = (ROOT / "docs" / "review-site.md").read_text(encoding="utf-8")


def test_every_role_has_its_line() -> None:
    assert set(re.findall(r"^\| (\w[\w ]*?) \| ", PAGE, re.M)) >= {role.replace("_", " ") for role in Role}


def test_every_outcome_is_explained() -> None:
    assert all(f"{words}:" in PAGE for words, _ in OUTCOME_WORDS.values())


def test_every_key_that_the_site_lists_is_in_the_table() -> None:
    listed = re.search(r'<dialog id="keys".*?</dl>', (ROOT / "dashboards" / "templates" / "base.html").read_text(encoding="utf-8"), re.S)
    assert listed
    keys = set(re.findall(r"<kbd>([^<])</kbd>", listed[0]))
    assert keys
    assert keys - {"4"} <= set(re.findall(r"`([^`])`", PAGE))


def test_when_an_account_is_late_is_said_as_it_is() -> None:
    assert f"more than {COLLECTION_IS_LATE_AFTER.total_seconds() / 3600:.0f} hours" in PAGE


def test_the_way_back_in_for_the_only_administrator_works(site: Path) -> None:
    (command,) = re.findall(r"^DJANGO_SETTINGS_MODULE=dashboards.settings python (-m django .*) NAME$", PAGE, re.M)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "dashboards.settings", "PLAINVIEW_STORAGE_FOLDER": str(site)}
    done = subprocess.run([sys.executable, *command.split(), "r.alvarez"], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "attempts" in done.stdout
