"""The lock: one holder, who lets go at the end, dead or alive; a forked child never holds it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage.errors import StoreBusy, StoreUnwritable
from storage.owner.lock import holding, refuse_network_disk, try_lock

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from storage.owner.lock import try_lock
lock = try_lock(Path(sys.argv[1]))
print("held" if lock else "busy", flush=True)
sys.stdin.readline()
"""
FORK = """
import os, sys
from pathlib import Path
from storage.owner.lock import try_lock
folder = Path(sys.argv[1])
lock = try_lock(folder)
told, tell = os.pipe()
if os.fork() == 0:
    os.close(tell)
    os.read(told, 1)                     # outlives its parent's hold
    os._exit(0)
os.close(told)
assert try_lock(folder) is None          # the child's closing of its copy has not let go
lock.release()
assert try_lock(folder) is not None      # and the child does not hold it
os.close(tell)
os.wait()
print("fine")
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_only_one_holds_it(tmp_path: Path) -> None:
    lock = try_lock(tmp_path)
    assert lock is not None
    assert try_lock(tmp_path) is None
    lock.release()
    again = try_lock(tmp_path)
    assert again is not None
    again.release()


def test_letting_go_twice_lets_go_once(tmp_path: Path) -> None:
    lock = try_lock(tmp_path)
    assert lock is not None
    lock.release()
    lock.release()
    with holding(tmp_path, 0):
        lock.release()
        assert try_lock(tmp_path) is None


def test_another_process_is_waited_for_and_then_told_of(tmp_path: Path) -> None:
    process = hold(tmp_path)
    with pytest.raises(StoreBusy, match=r"another Plainview process holds this store.*stop it"), holding(tmp_path, 0.05):
        pass
    process.communicate("\n", timeout=20)
    with holding(tmp_path, 0):
        assert process.returncode == 0


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    process = hold(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=20)
    with holding(tmp_path, 5):
        pass


def test_it_is_let_go_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyError), holding(tmp_path, 0):
        raise KeyError
    with holding(tmp_path, 0):
        pass


def test_a_forked_child_does_not_hold_it(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", FORK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert ran.stdout == "fine\n", ran.stderr


def test_the_file_stays_the_same_file(tmp_path: Path) -> None:
    with holding(tmp_path, 0):
        first = (tmp_path / "owner.lock").stat()
    with holding(tmp_path, 0):
        assert (tmp_path / "owner.lock").stat().st_ino == first.st_ino
    assert first.st_mode & 0o777 == 0o600


MOUNTS = "/dev/sda1 / ext4 rw 0 0\nserver:/homes /home nfs4 rw 0 0\n//server/x /mnt/with\\040space cifs rw 0 0\ntmpfs /home/local tmpfs rw 0 0\n"


@pytest.mark.parametrize("folder", ["/home/officer/data", "/home", "/mnt/with space/data"])
def test_a_network_disk_is_refused(folder: str) -> None:
    with pytest.raises(StoreUnwritable, match=r"lies on a network disk.*name a folder on a local disk"):
        refuse_network_disk(Path(folder), MOUNTS)


@pytest.mark.parametrize("folder", ["/var/plainview", "/home/local/data", "/homestead/data"])
def test_a_local_disk_is_not(folder: str) -> None:
    refuse_network_disk(Path(folder), MOUNTS)
    refuse_network_disk(Path(folder), "")


def test_a_name_that_duckdb_cannot_keep_a_database_under_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnwritable, match="question mark"):
        try_lock(tmp_path / "what?" / "data")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreUnwritable) as told:
        try_lock(tmp_path / "data")
    assert "\n" not in str(told.value)
    assert str(tmp_path / "data") in str(told.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; `test_what_the_operating_system_refuses` covers the message")
def test_a_folder_that_this_user_may_not_write_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(StoreUnwritable, match=r"cannot be written \(Permission denied\): give this user the folder"):
        try_lock(tmp_path / "data")
