"""The vault: bytes come back as they were, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.identity import sha256_hex
from storage.errors import NotFound, StoreDamaged
from storage.vault import Vault


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=5000))
def test_what_is_put_comes_back(tmp_path: Path, content: bytes) -> None:
    vault = Vault(tmp_path)
    name = vault.put(content)
    assert name == sha256_hex(content)
    assert vault.has(name)
    assert vault.get(name) == content


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    assert Vault(tmp_path).put(b"one") == Vault(tmp_path).put(b"one")
    assert len([path for path in (tmp_path / "vault").rglob("*") if path.is_file()]) == 1


def test_what_was_never_put_is_not_found(tmp_path: Path) -> None:
    assert not Vault(tmp_path).has("a" * 64)
    with pytest.raises(NotFound, match="holds nothing under"):
        Vault(tmp_path).get("a" * 64)


@pytest.mark.parametrize("name", ["", "a", "A" * 64, "../" * 21 + "a", "a" * 63 + "/", "a" * 65, "a" * 64 + "\n"])
def test_a_name_that_is_no_sha256_opens_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="64 lower-case"):
        Vault(tmp_path).get(name)


@pytest.mark.parametrize("spoiled", [b"", b"picturE", b"picture and more"])
def test_changed_bytes_are_never_handed_out_and_putting_them_again_mends_it(tmp_path: Path, spoiled: bytes) -> None:
    vault = Vault(tmp_path)
    name = vault.put(b"picture")
    (path,) = (one for one in vault.files.folder.rglob("*") if one.is_file())
    path.write_bytes(spoiled)
    with pytest.raises(StoreDamaged, match="not the bytes that were captured: restore"):
        vault.get(name)
    vault.put(b"picture")
    assert vault.get(name) == b"picture"


def test_it_is_for_this_user_alone(tmp_path: Path) -> None:
    Vault(tmp_path / "data").put(b"picture")
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "data").rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert (tmp_path / "data" / "vault").stat().st_mode & 0o077 == 0
