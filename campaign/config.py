"""The configuration: `config.toml` and `CAMPAIGN_*` variables, checked as a whole, all errors at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from campaign.sections import (
    ContestSettings,
    InstagramSettings,
    MailSettings,
    OrganiserSettings,
    ResultSettings,
    Section,
    Site,
)

PREFIX = "CAMPAIGN_"
CONFIG_VARIABLE = "CAMPAIGN_CONFIG"


class ConfigError(Exception):
    """The configuration is missing or wrong; `problems` holds one line for each wrong key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """The whole configuration, immutable."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )

    site: Site
    contest: ContestSettings
    results: ResultSettings = Field(default_factory=lambda: ResultSettings.model_validate({}))
    instagram: InstagramSettings = Field(default_factory=lambda: InstagramSettings.model_validate({}))
    mail: MailSettings = Field(default_factory=lambda: MailSettings.model_validate({}))
    organiser: OrganiserSettings = Field(default_factory=lambda: OrganiserSettings.model_validate({}))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library passes it by this name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let variables of the environment win over the file."""
        return env_settings, init_settings


SECTIONS: dict[str, type[Section]] = {
    "site": Site,
    "contest": ContestSettings,
    "results": ResultSettings,
    "instagram": InstagramSettings,
    "mail": MailSettings,
    "organiser": OrganiserSettings,
}


def load_settings(path: Path | None = None) -> Settings:
    """Read the configuration of `--config`, else `$CAMPAIGN_CONFIG`, else `config.toml` in this folder.

    Raises:
        ConfigError: with one line for each key that is missing, unknown or wrong.
    """
    named = path or (Path(os.environ[CONFIG_VARIABLE]) if os.environ.get(CONFIG_VARIABLE) else None)
    chosen = named or Path("config.toml")
    problems, values = _read(chosen)
    problems += _unknown_variables(os.environ)
    try:
        found = Settings(**values)
    except ValidationError as error:
        problems += [_line(item) for item in error.errors(include_input=False, include_url=False)]
    except SettingsError as error:
        problems.append(f'environment: {error}. Give lists as JSON, for example \'["a", "b"]\'.')
    else:
        if not problems or (named is None and not chosen.exists()):
            return _resolve(found, chosen)
    raise ConfigError(problems)


def _read(path: Path) -> tuple[list[str], dict[str, Any]]:
    try:
        return [], tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return [f"{path}: not found. Copy config.example.toml to config.toml and fill it in."], {}
    except (OSError, UnicodeDecodeError) as error:
        return [f"{path}: cannot be read ({error})."], {}
    except tomllib.TOMLDecodeError as error:
        return [f"{path}: is not valid TOML ({error})."], {}


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    known = tuple(f"{PREFIX}{name.upper()}__" for name in SECTIONS)
    return [
        f"{name}: unknown variable. Use {PREFIX}<SECTION>__<KEY> with a section of config.example.toml."
        for name in sorted(environment)
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE and not name.startswith(known)
    ]


def _line(item: Mapping[str, Any]) -> str:
    location = [str(part) for part in item["loc"]]
    key = ".".join(location) or "config"
    section = SECTIONS.get(location[0]) if location else None
    known = section.model_fields.get(location[1]) if section and len(location) > 1 else None
    if item["type"] == "missing" and len(location) == 1 and section:
        return f"[{key}]: the section is missing. See config.example.toml."
    if item["type"] == "extra_forbidden":
        return f"{key}: unknown key. Remove it, or look up its spelling in config.example.toml."
    said = "is required" if item["type"] == "missing" else str(item["msg"]).removeprefix("Value error, ")
    return f"{key}: {said}. {known.description if known else ''}".rstrip(". ") + "."


def _resolve(found: Settings, path: Path) -> Settings:
    folder = path.resolve().parent
    site = found.site.model_copy(update={"data_dir": folder / found.site.data_dir})
    return found.model_copy(update={"site": site})
