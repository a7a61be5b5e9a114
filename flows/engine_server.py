"""The Prefect server of one `plainview run`: a process that ends when the run ends, however the run ends.

Prefect's own temporary server outlives a run that is killed, keeps its port and holds Prefect's database. This one reads its standard input, which the
operating system closes when the parent is gone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

import uvicorn


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Serve Prefect's API on 127.0.0.1 at the port given as the first argument, until standard input closes."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    uvicorn.run("prefect.server.api.server:create_app", factory=True, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="on")


if __name__ == "__main__":
    main()
