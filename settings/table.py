"""One table of `plainview.toml`, as a frozen, checked object. Each package that reads settings declares its own table beside the code that uses it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

FILE = Path("plainview.toml")


class SettingsError(Exception):
    """A setting is wrong; the message names the file, the key, what was wrong and the mend."""


def read_tables(file: Path = FILE) -> dict[str, Any]:
    """All tables of the working folder's settings file; empty where there is none. Raises SettingsError for a file that is not TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise SettingsError(f"{file}: not valid TOML ({wrong}): mend that line") from None
    except OSError as wrong:
        raise SettingsError(f"{file}: cannot be read ({wrong.strerror}): check its permissions") from None


class Table(BaseSettings):
    """Values from, in this order: arguments, the environment (`PLAINVIEW_<TABLE>_<KEY>`), the file's table, the defaults."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")
    table: ClassVar[str]

    def __init_subclass__(cls, table: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.table = table
        cls.model_config["env_prefix"] = f"PLAINVIEW_{table.upper()}_"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (pydantic's signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, environment, file: no dotenv and no secrets folder, so there is one place to look."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, read_tables().get(cls.table, {}))

    @classmethod
    def load(cls) -> Self:
        """The table as it stands now. Raises SettingsError naming each key that is wrong."""
        try:
            return cls()
        except ValidationError as wrong:
            lines = [f"[{cls.table}] {'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in wrong.errors()]
            known = ", ".join(cls.model_fields)
            raise SettingsError(f"{FILE} or its PLAINVIEW_{cls.table.upper()}_ variables: {'; '.join(lines)} (known keys: {known})") from None
