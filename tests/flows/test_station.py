"""What a run works with, as the working folder's settings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.station import Station
from settings.table import SettingsError


@pytest.mark.parametrize(
    ("place", "good"), [("tokens.toml", True), ("database/tokens.toml", True), ("data/tokens.toml", False), ("x/../data/a/tokens.toml", False)]
)
def test_tokens_never_lie_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, good: bool) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plainview.toml").write_text(f'[network]\ntokens = "{place}"\n', encoding="utf-8")
    if good:
        assert Station.here().network.tokens == Path(place)
        return
    with pytest.raises(SettingsError, match=r"lies in the data folder.*keep it elsewhere"):
        Station.here()
