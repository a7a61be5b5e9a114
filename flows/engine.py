"""Prefect for one command: its settings, and a server that lives as long as the command. Nothing here imports Prefect, so its settings are in place first."""

from __future__ import annotations

import contextlib
import os
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


class EngineFailure(Exception):
    """Prefect's server did not start; the message says what was seen and the mend."""


def prefect_environment(folder: Path) -> dict[str, str]:
    """Prefect's settings for a data folder: its home in there, no telemetry, no results or printed lines kept in clear."""
    return {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(START_SECONDS),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LOG_PRINTS": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }


@contextlib.contextmanager
def prefect_engine(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Make Prefect usable for the body of the `with`.

    The server that PREFECT_API_URL names is used when there is one; otherwise one is started for this command, on loopback. `tell` gets a line on what is
    being waited for. Raises EngineFailure.
    """
    for name, value in prefect_environment(folder).items():
        os.environ.setdefault(name, value)
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    Path(os.environ["PREFECT_HOME"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    tell("Starting Prefect (up to half a minute the first time) …")
    port = _free_port()
    with _server(port) as url:
        os.environ["PREFECT_API_URL"] = url
        try:
            yield
        finally:
            del os.environ["PREFECT_API_URL"]


@contextlib.contextmanager
def _server(port: int) -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "flows.engine_server", str(port)], stdin=subprocess.PIPE)  # noqa: S603 (our own module, no shell)
    url = f"http://127.0.0.1:{port}/api"
    try:
        _wait_until_healthy(process, url)
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


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise EngineFailure(
                f"Prefect's server stopped at once (exit {process.returncode}): see the lines above; `plainview doctor` checks the installation"
            )
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
