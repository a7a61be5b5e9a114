"""The review site as a process, for tests of the server and of what a browser sees."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CODE = (
    "import sys; from pathlib import Path; from dashboards.serve import serve; serve(Path(sys.argv[1]), '127.0.0.1', 0, lambda line: print(line, flush=True))"
)


@dataclass(frozen=True, slots=True)
class RunningSite:
    """A site that answers at `url`. `setup_path` is where the first person is made, when there is none yet."""

    process: subprocess.Popen[str]
    folder: Path
    url: str
    setup_path: str | None

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def stop(self, how: signal.Signals) -> int:
        """The exit status after that signal."""
        self.process.send_signal(how)
        return self.process.wait(20)


@contextmanager
def running_site(folder: Path, *, somebody: bool = False) -> Iterator[RunningSite]:
    """A site over `folder`, ready to be asked; `somebody`: there is a person already, so that no set-up address is told."""
    with subprocess.Popen([sys.executable, "-c", CODE, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = found(r"https?://[^\s]+", process.stdout.readline())
            setup = None if somebody else found(r"/setup/\S+", process.stdout.readline())
            yield RunningSite(process, folder, url, setup)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(20)


def found(pattern: str, line: str) -> str:
    """What `pattern` finds in a line of the server's."""
    match = re.search(pattern, line)
    assert match, f"the server said {line!r}"
    return match[0]
