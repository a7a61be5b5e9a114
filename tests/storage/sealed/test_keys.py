"""The master key and the file of subject keys: where they may lie, rotation, and that destroying is final."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from storage.errors import CompartmentClosed, KeyDestroyed
from storage.sealed.keys import SubjectKeys
from storage.sealed.master_key import MasterKey, key_place, new_master_key

SUBJECT, OTHER = f"subject_{'1' * 32}", f"subject_{'2' * 32}"
FILE, TEXT, RING, KEYS = "PLAINVIEW_MASTER_KEY_FILE", "PLAINVIEW_MASTER_KEY", "PLAINVIEW_MASTER_KEY_KEYRING", "PLAINVIEW_SUBJECT_KEYS_FILE"


@pytest.fixture
def keys(tmp_path: Path) -> SubjectKeys:
    made = SubjectKeys(tmp_path / "master.subjects", new_master_key(tmp_path / "master"))
    made.make(SUBJECT)
    made.make(OTHER)
    return made


def test_no_key_named_is_no_key(tmp_path: Path) -> None:
    assert key_place(tmp_path / "data", {}) is None
    assert key_place(tmp_path / "data", {FILE: ""}) is None


def test_a_file_has_its_subjects_keys_beside_it(tmp_path: Path) -> None:
    master = new_master_key(tmp_path / "keys" / "master")
    place = key_place(tmp_path / "data", {FILE: str(tmp_path / "keys" / "master")})
    assert place is not None
    assert (place.master, place.subject_keys) == (master, tmp_path / "keys" / "master.subjects")
    assert (tmp_path / "keys" / "master").stat().st_mode & 0o777 == 0o600


def test_the_environment_may_hold_the_key_itself(tmp_path: Path) -> None:
    place = key_place(tmp_path / "data", {TEXT: base64.b64encode(b"m" * 32).decode(), KEYS: str(tmp_path / "subjects")})
    assert place is not None
    assert (place.master.secret, place.subject_keys) == (b"m" * 32, tmp_path / "subjects")


def test_so_may_the_systems_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class InMemory(KeyringBackend):  # type: ignore[misc]  # keyring's own base, as every operating system's ring has
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return base64.b64encode(b"r" * 32).decode() if (service, username) == ("plainview", "master") else None

        def set_password(self, service: str, username: str, password: str) -> None: ...

        def delete_password(self, service: str, username: str) -> None: ...

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        place = key_place(tmp_path / "data", {RING: "plainview:master", KEYS: str(tmp_path / "subjects")})
        assert place is not None
        assert place.master.secret == b"r" * 32
        with pytest.raises(CompartmentClosed, match="holds nothing under plainview:other"):
            key_place(tmp_path / "data", {RING: "plainview:other", KEYS: str(tmp_path / "subjects")})
    finally:
        keyring.set_keyring(before)


def test_what_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "short").write_bytes(base64.b64encode(b"m" * 31))
    (tmp_path / "open").write_bytes(base64.b64encode(b"m" * 32))
    (tmp_path / "short").chmod(0o600)
    (tmp_path / "open").chmod(0o644)
    (data / "inside").parent.mkdir()
    (data / "inside").write_bytes(base64.b64encode(b"m" * 32))
    (data / "inside").chmod(0o600)
    good = base64.b64encode(b"m" * 32).decode()
    for environment, said in (
        ({FILE: str(tmp_path / "absent")}, "cannot be read"),
        ({FILE: str(tmp_path / "short")}, "is no master key"),
        ({FILE: str(tmp_path / "open")}, "others on this machine may read"),
        ({FILE: str(data / "inside")}, "lies in the data folder"),
        ({TEXT: "not base64!", KEYS: "k"}, "is no master key"),
        ({TEXT: good}, f"{KEYS} is not set"),
        ({TEXT: good, KEYS: str(data / "keys")}, "lies in the data folder"),
        ({TEXT: good, FILE: "x"}, "are both set"),
    ):
        with pytest.raises(CompartmentClosed, match=said) as told:
            key_place(data, environment)
        assert good not in str(told.value)


def test_a_master_key_is_never_written_over(tmp_path: Path) -> None:
    new_master_key(tmp_path / "master")
    with pytest.raises(CompartmentClosed, match="is there already"):
        new_master_key(tmp_path / "master")


def test_keys_outlive_the_process_and_are_not_in_the_file(keys: SubjectKeys, tmp_path: Path) -> None:
    token = keys.of(SUBJECT).seal("a handle")
    again = SubjectKeys(keys.path, key_place(tmp_path / "data", {FILE: str(tmp_path / "master")}).master)  # type: ignore[union-attr]
    assert again.ids() == {SUBJECT, OTHER}
    assert again.of(SUBJECT).unseal(base64.urlsafe_b64decode(token.split(".")[2].strip("~"))) == b"a handle"
    assert keys.path.stat().st_mode & 0o777 == 0o600


def test_making_a_key_twice_keeps_the_first(keys: SubjectKeys) -> None:
    name = keys.of(SUBJECT).keyed("x")
    keys.make(SUBJECT)
    assert keys.of(SUBJECT).keyed("x") == name


def test_a_destroyed_key_is_gone_here_and_wherever_it_was_in_use(keys: SubjectKeys, tmp_path: Path) -> None:
    elsewhere = SubjectKeys(keys.path, key_place(tmp_path / "data", {FILE: str(tmp_path / "master")}).master)  # type: ignore[union-attr]
    elsewhere.of(SUBJECT)
    assert keys.destroy(SUBJECT)
    assert not keys.destroy(SUBJECT)
    for one in (keys, elsewhere):
        with pytest.raises(KeyDestroyed):
            one.of(SUBJECT)
        one.of(OTHER)


def test_what_lay_in_the_file_is_written_over_where_it_lay(keys: SubjectKeys) -> None:
    (keys.path.parent / "kept").hardlink_to(keys.path)  # the old bytes, as an undelete would find them
    keys.destroy(SUBJECT)
    left = (keys.path.parent / "kept").read_bytes()
    assert SUBJECT.encode() not in left
    assert OTHER.encode() not in left


def test_rotation_keeps_every_key_under_the_new_master_and_ends_the_old_file(keys: SubjectKeys, tmp_path: Path) -> None:
    names = {one: keys.of(one).keyed("x") for one in (SUBJECT, OTHER)}
    new = new_master_key(tmp_path / "new")
    rotated = keys.rewrapped(tmp_path / "new.subjects", new)
    assert {one: rotated.of(one).keyed("x") for one in (SUBJECT, OTHER)} == names
    assert not keys.path.exists()
    in_place = rotated.rewrapped(rotated.path, MasterKey(b"z" * 32))
    assert {one: in_place.of(one).keyed("x") for one in (SUBJECT, OTHER)} == names
    with pytest.raises(CompartmentClosed, match="are wrapped by master key"):
        SubjectKeys(in_place.path, new).ids()


def test_a_missing_file_of_keys_is_said_and_not_taken_for_destroyed_keys(keys: SubjectKeys) -> None:
    keys.of(SUBJECT)
    keys.path.rename(keys.path.with_name("unmounted"))
    with pytest.raises(CompartmentClosed, match="are not there") as told:
        keys.of(SUBJECT)
    assert not isinstance(told.value, KeyDestroyed)


def test_a_spoilt_file_of_keys_is_said_and_not_taken_for_destroyed_keys(keys: SubjectKeys) -> None:
    whole = keys.path.read_bytes()
    keys.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CompartmentClosed, match="cannot be read") as told:
        keys.of(SUBJECT)
    assert not isinstance(told.value, KeyDestroyed)
    keys.path.write_bytes(whole.replace(b'"' + SUBJECT.encode() + b'": "', b'"' + SUBJECT.encode() + b'": "AAAA'))
    with pytest.raises(CompartmentClosed, match="cannot be unwrapped"):
        keys.of(SUBJECT)
