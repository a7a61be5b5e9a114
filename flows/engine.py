"""Prefect for one command: its settings, and a server that lives as long as the command. Nothing here imports Prefect, so its settings are in place first."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

START_SECONDS = 120  # a cold start was seen to take 15 to 37 s on two cores
STOP_SECONDS = 5
LEAST_ROOM = 100_000_000  # bytes: Prefect's database and the outbox need some, and a run that stops for want of it helps nobody
FOREIGN = {"prefect", "httpx", "httpcore"}  # packages whose errors mean that Prefect's server failed


class EngineFailure(Exception):
    """Prefect's server did not start, or failed under way; the message says what was seen and the mend."""


def prefect_environment(folder: Path) -> dict[str, str]:
    """Prefect's settings for a data folder: its home in there, no telemetry, no results or printed lines kept in clear."""
    return {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_SECONDS),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LOG_PRINTS": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is raised to the command, which says it once
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }


@contextlib.contextmanager
def prefect_engine(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Make Prefect usable for the body of the `with`.

    The server that PREFECT_API_URL names is used when there is one; otherwise one is started for this command, on loopback. `tell` gets a line on what is
    being waited for. Raises EngineFailure, also in place of an error of Prefect's own in the body.
    """
    for name, value in prefect_environment(folder).items():
        os.environ.setdefault(name, value)
    _require_room(folder)
    with _own_words():
        if os.environ.get("PREFECT_API_URL"):
            yield
            return
        tell("Starting Prefect (up to half a minute the first time) …")
        with _server(Path(os.environ["PREFECT_HOME"])) as url:
            os.environ["PREFECT_API_URL"] = url
            try:
                yield
            finally:
                del os.environ["PREFECT_API_URL"]


def _require_room(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise EngineFailure(f"{folder}: {free // 1_000_000} MB are free on its disk, and a run needs {LEAST_ROOM // 1_000_000}: make room, then run again")


@contextlib.contextmanager
def _own_words() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in FOREIGN:
            raise
        name = type(error).__name__
        raise EngineFailure(f"Prefect's server failed during the run ({name}): is its disk full? What was acknowledged is kept; run again to go on") from None


@contextlib.contextmanager
def _server(home: Path) -> Iterator[str]:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    port, log = _free_port(), home / "server.log"
    with log.open("wb") as said:
        command = [sys.executable, "-m", "flows.engine_server", str(port)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)  # noqa: S603 (our own module, no shell)
    url = f"http://127.0.0.1:{port}/api"
    try:
        _wait_until_healthy(process, url, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EngineFailure(f"Prefect's server stopped at once (exit {process.returncode}): {log} says why; `make run` mends a damaged installation")
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as reply:  # noqa: S310 (loopback, our own port)
                if reply.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise EngineFailure(f"Prefect's server did not answer within {START_SECONDS} s: is the machine overloaded? Try again")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
