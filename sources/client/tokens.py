"""Platforms' tokens: a TOML file outside the data folder that its owner alone may read, one table a platform, one line an account (docs/sources.md)."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sources.source import NotPermitted

EVERY = "*"  # the line that counts for every account of a platform that has no line of its own
MEND = "put it under [{platform}] in the file that [network] tokens names (docs/sources.md)"


class Tokens:
    """The tokens of one file. Read when one is wanted, so that an exchanged token counts from the next visit on."""

    def __init__(self, file: Path | None) -> None:
        """Nothing is read yet. None: there is no file, and no tokens."""
        self._file = file

    def of(self, platform: str, handle: str) -> str | None:
        """The token for that account of that platform, or None where none is named. Raises NotPermitted for a file that cannot be used."""
        table = self._tables().get(platform, {})
        if not isinstance(table, dict):
            raise NotPermitted(f"{self._file}: `{platform}` must be a table, [{platform}], with a line for each account")
        folded = {str(key).casefold(): value for key, value in table.items()}
        found = folded.get(handle.casefold(), folded.get(EVERY))
        if found is not None and not (isinstance(found, str) and found.isascii() and found.isprintable() and found.strip()):
            raise NotPermitted(f"{self._file}: a token under [{platform}] is no printable text; write it in quotation marks, as the platform gave it")
        return found.strip() if found else None

    def required(self, platform: str, handle: str, what: str) -> str:
        """The same; raises NotPermitted, with the mend, where none is named. `what` says which token it is."""
        found = self.of(platform, handle)
        if found is None:
            raise NotPermitted(f"{platform} is read with {what}: {MEND.format(platform=platform)}")
        return found

    def _tables(self) -> dict[str, object]:
        if self._file is None:
            return {}
        try:
            if self._file.stat().st_mode & 0o077:
                raise NotPermitted(f"{self._file}: others on this machine may read these tokens: run chmod 600 on it")
            return tomllib.loads(self._file.read_text(encoding="utf-8"))
        except OSError as problem:
            raise NotPermitted(f"{self._file}: the tokens cannot be read ({problem.strerror}); mend its name or permissions") from None
        except ValueError:  # never what was wrong: it may quote a token
            raise NotPermitted(f"{self._file}: the tokens are not valid TOML; mend the file") from None
