"""X's published OpenAPI document, served by Prism, a mock server that we did not write.

Prism checks each request against the document (parameters, token) and answers with the examples that stand in it. The document has none for these
operations, so they are put into a copy of it.
"""

from __future__ import annotations

import copy
import json
import secrets
import socket
import subprocess
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

from tests.answering import Answer, answering
from tests.servers.named import address, eventually

TOKEN = f"AAAA%2Fpv{secrets.token_hex(12)}+/{secrets.token_hex(4)}%3D="
USER = "2244994945"
NOBODY = {"errors": [{"title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found", "detail": "Not found", "status": 404}]}


class XMock:
    """The mock on a loopback port, and a server for the pictures that its posts show."""

    def __init__(self, picture: bytes) -> None:
        self.picture = picture
        self.port = a_free_port()
        self.at = f"http://127.0.0.1:{self.port}"
        self.program, self.document = address("PLAINVIEW_TEST_PRISM"), json.loads(Path(address("PLAINVIEW_TEST_X_OPENAPI")).read_text(encoding="utf-8"))
        self.process: subprocess.Popen[str] | None = None
        self.closing = ExitStack()

    def __enter__(self) -> XMock:
        self.folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory()))
        answers: dict[str, Answer] = {"/media/one.png": (200, "image/png", self.picture)}
        self.pictures = self.closing.enter_context(answering(answers))
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        self.closing.close()

    @property
    def said(self) -> str:
        """What the mock wrote about the requests."""
        return "".join(log.read_text(encoding="utf-8") for log in sorted(self.folder.glob("*.log")))

    def post(self, number: int, text: str, *, picture: bool = False, before: int | None = None) -> dict[str, Any]:
        history = [str(before), str(number)] if before else [str(number)]
        made = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        one: dict[str, Any] = {"id": str(number), "text": escaped(text), "author_id": USER, "created_at": made, "edit_history_post_ids": history}
        return one | ({"attachments": {"media_keys": ["3_1"]}} if picture else {})

    def serve(self, posts: list[dict[str, Any]]) -> None:
        """From now on the account has these posts, and no other is there."""
        newest = sorted(posts, key=lambda one: int(one["id"]), reverse=True)
        media = [{"media_key": "3_1", "type": "photo", "url": f"http://{self.pictures}/media/one.png", "alt_text": "A patch"}]
        shown = {"includes": {"media": media}} if any("attachments" in one for one in posts) else {}
        user = {"id": USER, "name": "Example City Police", "username": "ExampleCityPD", "protected": False, "description": "Notices"}
        meta = {"result_count": len(newest), "newest_id": newest[0]["id"], "oldest_id": newest[-1]["id"]}
        self.answers_with(
            {"/2/users/by/username/{username}": {"data": user}, "/2/users/{id}/tweets": {"data": newest, "meta": meta, **shown}, "/2/tweets": NOBODY}
        )

    def answers_with(self, examples: dict[str, Any]) -> None:
        document = copy.deepcopy(self.document)
        for path, example in examples.items():
            document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["example"] = example
        self.stop()
        file = self.folder / f"{secrets.token_hex(4)}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        with file.with_suffix(".log").open("w", encoding="utf-8") as log:
            command = [self.program, "mock", "-h", "127.0.0.1", "-p", str(self.port), str(file)]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, text=True)
        headers = {"Authorization": "Bearer waiting"}
        eventually(lambda: requests.get(f"{self.at}/2/tweets?ids=1", headers=headers, timeout=30).status_code, bool, (requests.ConnectionError,), 90)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


def a_free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def escaped(text: str) -> str:
    """As X writes a text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
