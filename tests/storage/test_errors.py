"""What the operating system and DuckDB say, as one line that names what, where and the mend."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import duckdb
import pytest

from storage.database import database_errors
from storage.errors import DiskFull, StorageError, StoreBusy, StoreDamaged, StoreNewer, StoreUnwritable, disk_errors

WHERE = Path("data/general.duckdb")


@pytest.mark.parametrize(
    ("number", "becomes"),
    [
        (errno.ENOSPC, DiskFull),
        (errno.EFBIG, DiskFull),
        (errno.EDQUOT, DiskFull),
        (errno.EACCES, StoreUnwritable),
        (errno.EPERM, StoreUnwritable),
        (errno.EROFS, StoreUnwritable),
        (errno.ENOTDIR, StoreUnwritable),
    ],
)
def test_what_the_operating_system_refuses(number: int, becomes: type[StorageError]) -> None:
    with pytest.raises(becomes) as told, disk_errors(WHERE):
        raise OSError(number, os.strerror(number))
    assert str(told.value).startswith(f"{WHERE}: ")
    assert "\n" not in str(told.value)


def test_what_is_none_of_these_passes_through() -> None:
    with pytest.raises(OSError, match="Input/output"), disk_errors(WHERE):
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("TransactionContext Error: Failed to commit: Could not write file: No space left on device", DiskFull),
        ("IO Error: Could not set lock on file: Conflicting lock is held in python (PID 7)", StoreBusy),
        ("IO Error: Trying to read a database file with storage version number 99, but we can only read", StoreNewer),
        ('IO Error: The file "x" exists, but it is not a valid DuckDB database file!', StoreDamaged),
        ("Corrupt database file: computed checksum 1 does not match stored checksum 2 in block at location 0", StoreDamaged),
        ("INTERNAL Error: database has been invalidated because of a previous fatal error", StoreDamaged),
        ('IO Error: Cannot open file "x": Permission denied', StoreUnwritable),
        ('IO Error: Cannot open file "x": Read-only file system', StoreUnwritable),
    ],
)
def test_what_duckdb_says(said: str, becomes: type[StorageError]) -> None:
    with pytest.raises(becomes) as told, database_errors(WHERE):
        raise duckdb.IOException(said)
    assert str(told.value).startswith(f"{WHERE}: ")
    assert "\n" not in str(told.value)


def test_what_is_wrong_with_a_statement_passes_through() -> None:
    with pytest.raises(duckdb.CatalogException), database_errors(WHERE):
        raise duckdb.CatalogException("Table with name nowhere does not exist!")
