"""Every setting, once: from the environment, then `.env`, then `copydesk.toml`, the first that has it."""

import tomllib
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.rewards import DEFAULT_REWARDS
from bot.settings_types import (
    Address,
    AppToken,
    BotToken,
    Folder,
    Markets,
    Name,
    Names,
    Rewards,
    Secret,
    SlackAddress,
    UserPath,
    plain_types,
)
from models.errors import SettingsError
from models.markets import MARKETS

PREFIX = "COPYDESK_"
DOTENV = ".env"
TOML = "copydesk.toml"

# openai-python's list of models names no announced shutdown for it; gpt-5-mini and gpt-4.1-mini have one.
# https://github.com/openai/openai-python/blob/main/src/openai/types/shared/chat_model.py
DEFAULT_OPENAI_MODEL = "gpt-5.4-mini"


def _data_file(name: str) -> str:
    return str(Path(platformdirs.user_data_dir("copydesk", appauthor=False)) / name)


def _setting(
    default: Any,
    description: str,
    *,
    env: str = "",
    remedy: str = "",
    shown: str = "",
    between: tuple[float, float] | None = None,
) -> Any:
    """A field with its sentence.

    Args:
        default: The value, or a function that gives it.
        description: One sentence for the docs.
        env: The variable, where the field has a usual name other than `COPYDESK_<NAME>`.
        remedy: What to do about a wrong value.
        shown: Stands in the docs for a default that depends on the machine.
        between: The least and the greatest value.
    """
    extra: dict[str, Any] = {"remedy": remedy, "shown": shown}
    given: dict[str, Any] = {"description": description, "json_schema_extra": extra}
    if between:
        given["ge"], given["le"] = between
        extra["remedy"] = (
            remedy or f"Set it to a number from {between[0]:,} to {between[1]:,}, or leave it out."
        )
    if env:
        given["validation_alias"] = AliasChoices(env)
    if callable(default):
        return Field(default_factory=default, **given)
    return Field(default, **given)


_URL = "Write it in full, e.g. http://127.0.0.1:11434/v1."


class Settings(BaseSettings):
    """Copydesk's settings. `load_settings` reads them with errors in words."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=DOTENV,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        validate_default=False,
        hide_input_in_errors=True,
    )

    # Slack
    slack_bot_token: BotToken | None = _setting(
        None,
        "The bot's token, from Slack's page OAuth & Permissions; it begins with `xoxb-`. Needed for `run`.",
        env="SLACK_BOT_TOKEN",
        remedy="Copy the Bot User OAuth Token (xoxb-…) from your app's page OAuth & Permissions.",
    )
    slack_app_token: AppToken | None = _setting(
        None,
        "The app-level token with `connections:write`; it begins with `xapp-`. When set, `run` uses Socket Mode.",
        env="SLACK_APP_TOKEN",
        remedy="Make an app-level token (xapp-…) with connections:write on your app's page Basic Information.",
    )
    slack_signing_secret: Secret | None = _setting(
        None,
        "Verifies what Slack sends over HTTP. When set without an app token, `run` serves HTTP.",
        env="SLACK_SIGNING_SECRET",
        remedy="Copy the Signing Secret from your app's page Basic Information.",
    )
    slack_api_url: SlackAddress = _setting(
        "https://slack.com/api/",
        "Where Slack's Web API is; another address only for a local workspace or a proxy.",
        env="SLACK_API_URL",
        remedy="Write it in full, e.g. https://slack.com/api/.",
    )

    # Writing
    engine: Literal["auto", "local", "openai"] = _setting(
        "auto",
        "What writes: `openai` (any OpenAI-compatible server), `local` (a small model in this process), or `auto`: "
        "`openai` when `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set, else `local`.",
        remedy="Set it to auto, local or openai.",
    )
    openai_api_key: Secret | None = _setting(
        None,
        "The key for the OpenAI-compatible server; servers of your own may need none.",
        env="OPENAI_API_KEY",
        remedy="Copy the key again from your provider's page.",
    )
    openai_base_url: Address | None = _setting(
        None,
        "The OpenAI-compatible server's address, usually ending in `/v1`; without it, OpenAI's own.",
        env="OPENAI_BASE_URL",
        remedy=_URL,
    )
    model: Name = _setting(
        DEFAULT_OPENAI_MODEL,
        "The model asked for at the OpenAI-compatible server.",
        remedy="Set it to a model's name.",
    )
    ability: Literal["large", "small"] = _setting(
        "large",
        "How capable that model is: `small`, under about a billion parameters, gets short prompts in a forced shape.",
        remedy="Set it to large or small.",
    )
    context_tokens: int = _setting(
        32_768, "That model's context window in tokens, as far as known.", between=(512, 10_000_000)
    )
    timeout: float = _setting(
        60.0, "Seconds that one request to the OpenAI-compatible server may take.", between=(1, 3_600)
    )
    max_retries: int = _setting(
        3, "How often a request that met a busy or broken server is tried again.", between=(0, 10)
    )
    prompt_price: float | None = _setting(
        None,
        "US dollars for a million prompt tokens; with both prices each copy's cost is kept.",
        between=(0, 1_000_000),
    )
    completion_price: float | None = _setting(
        None, "US dollars for a million completion tokens.", between=(0, 1_000_000)
    )
    local_model: Name | None = _setting(
        None,
        "Another model for the local engine: a folder, a hub id, or a name that `copydesk setup` knows.",
        shown="the writer that `copydesk setup --writer` chose",
        remedy="Set it to a folder with a model, or a hub id such as org/name.",
    )
    threads: int | None = _setting(
        None,
        "Threads that the local engine computes with.",
        shown="as many as there are cores",
        between=(1, 256),
    )
    cache_dir: UserPath = _setting(
        lambda: Path(platformdirs.user_cache_dir("copydesk", appauthor=False)),
        "Where model weights are kept.",
        shown="the user's cache folder, e.g. `~/.cache/copydesk`",
        remedy="Set it to a folder that this user can write.",
    )
    temperature: float = _setting(
        0.8, "How freely the model writes, 0 (always the likeliest word) to 2.", between=(0, 2)
    )
    seed: int | None = _setting(
        None,
        "Makes generations repeatable, as far as the engine can.",
        shown="none",
        remedy="Set it to a whole number, or leave it out.",
    )
    sentiment_model: Name | None = _setting(
        None,
        "Another sentiment checkpoint: a folder, or a hub id; `none` leaves copy unscored, and torch out of memory "
        "when the engine is `openai`.",
        shown="the shipped one",
        remedy="Set it to a folder with a sequence-classification model, or a hub id.",
    )
    templates: Folder | None = _setting(
        None,
        "A folder whose prompt templates stand before the shipped ones.",
        shown="the shipped templates alone",
        remedy="Set it to a folder that exists, or leave it out.",
    )
    brand: UserPath | None = _setting(
        None,
        "A brand profile (TOML, docs/brand.md) that the command line writes under; in Slack `/copy brand` sets it.",
        shown="none",
        remedy="Set it to a profile's file, or leave it out.",
    )

    # Checking
    markets: Markets = _setting(
        (),
        "The markets whose advertising rules copy must keep: `cn`, `us`, `eu`, `uk`, several divided by commas "
        "(docs/claims.md); those of a brand profile stand before them.",
        shown="by the copy's language: `cn` or `us`",
        remedy=f"Known: {', '.join(MARKETS)}.",
    )
    sectors: Names = _setting(
        (),
        "What is sold, where it has rules of its own: `cosmetics`, `food`, `supplement`, `medical`, `finance`, "
        "`children`, `alcohol`, or `general` for none of them; those of a brand profile stand before them, and a "
        "brief's own line `sector: …` before both.",
        shown="by the brief's words",
        remedy="Write names divided by commas, e.g. cosmetics, food.",
    )
    claim_rules: Folder | None = _setting(
        None,
        "A folder with rule files of your own, read over the shipped ones (docs/claims.md).",
        shown="the shipped rules alone",
        remedy="Set it to a folder with .toml files, or leave it out.",
    )
    references: UserPath | None = _setting(
        None,
        "Texts that copy must not repeat (others' slogans, competitors' copy, trademarks): a file or a folder of files "
        "(docs/checks.md).",
        shown="none",
        remedy="Set it to a .txt or .toml file, or a folder of them.",
    )

    # Keeping
    database: Name = _setting(
        lambda: _data_file("copydesk.db"),
        "The history: a SQLite file's path or `sqlite:///` URL.",
        shown="`copydesk.db` in the user's data folder, e.g. `~/.local/share/copydesk`",
        remedy="Set it to the path of a file, e.g. `COPYDESK_DATABASE=copydesk.db`.",
    )
    jobs_database: UserPath | None = _setting(
        None,
        "The durable jobs' SQLite file.",
        shown="`<history's name>-jobs.db` beside the history",
        remedy="Set it to the path of a file.",
    )
    rewards: Rewards = _setting(
        lambda: dict(DEFAULT_REWARDS),
        "What a reaction is worth, -1 to 1, by its name without colons: `+1=1, -1=-1, eyes=0.2`, JSON, or a table in "
        "`copydesk.toml`. Replaces the default map; a reaction that is not in it is ignored.",
        shown=", ".join(f"`{name}={worth:g}`" for name, worth in DEFAULT_REWARDS.items()),
        remedy="Write name=number parts with numbers from -1 to 1, e.g. `+1=1, -1=-1`.",
    )

    # Running
    concurrency: int = _setting(4, "How many copies are written at the same time.", between=(1, 256))
    stop_seconds: float = _setting(
        20.0,
        "How long a stopping bot waits for copy that is being written; what is left goes on at the next "
        "start.",
        between=(0, 600),
    )
    host: Name = _setting(
        "127.0.0.1",
        "The address that the HTTP server listens on; `0.0.0.0` in a container.",
        remedy="Set it to an address of this machine.",
    )
    port: int = _setting(3000, "The HTTP server's port (0 takes a free one).", between=(0, 65_535))
    log_level: Literal["debug", "info", "warning", "error"] = _setting(
        "info",
        "How much is logged: debug, info, warning or error.",
        remedy="Set it to debug, info, warning or error.",
    )
    log_format: Literal["auto", "console", "json"] = _setting(
        "auto",
        "How log lines look: `json` (one object a line), `console`, or `auto`: console on a terminal, else json.",
        remedy="Set it to auto, console or json.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Overrides, then the environment, then `.env`, then `copydesk.toml`."""
        folder = Path(getattr(dotenv_settings, "env_file", None) or DOTENV).parent
        return (
            init_settings,
            env_settings,
            dotenv_settings,
            TomlConfigSettingsSource(settings_cls, folder / TOML),
        )

    @property
    def chosen_engine(self) -> Literal["local", "openai"]:
        """The engine that `auto` stands for, or the one named."""
        if self.engine != "auto":
            return self.engine
        return "openai" if self.openai_api_key or self.openai_base_url else "local"

    @property
    def jobs_file(self) -> Path:
        """The durable jobs' file: the one set, else beside the history."""
        if self.jobs_database:
            return self.jobs_database
        history = Path(self.database.removeprefix("sqlite:///")).expanduser()
        return history.with_name(f"{history.stem}-jobs.db")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret's text, for taking them out of what is logged."""
        held = (getattr(self, name) for name in type(self).model_fields if is_secret(name))
        return tuple(secret.get_secret_value() for secret in held if secret)


def variable(name: str) -> str:
    """The environment variable of a setting: `slack_bot_token` -> `SLACK_BOT_TOKEN`, `port` -> `COPYDESK_PORT`."""
    alias = Settings.model_fields[name].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"{PREFIX}{name.upper()}"


def is_secret(name: str) -> bool:
    """Whether a setting's value must not be shown."""
    return SecretStr in plain_types(Settings.model_fields[name].annotation)


def load_settings(folder: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings.

    Args:
        folder: Where `.env` and `copydesk.toml` are; the working folder when absent.
        overrides: Settings by field name, stronger than every source.

    Raises:
        SettingsError: Naming the variable, what is wrong with its value (never a secret's value) and the remedy.
    """
    where = folder or Path()
    read_toml(where)
    try:
        return Settings(_env_file=where / DOTENV, **overrides)  # type: ignore[call-arg]
    except ValidationError as error:
        from bot.settings_words import in_words

        raise in_words(error) from None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{where / DOTENV} is not UTF-8 text.", "Save it as UTF-8.") from error


def read_toml(folder: Path) -> dict[str, Any]:
    """What `copydesk.toml` in a folder says; nothing when there is none.

    Raises:
        SettingsError: It cannot be read.
    """
    path = folder / TOML
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", "Write lines such as port = 3000.") from error


if __name__ == "__main__":
    from bot.settings_words import main

    main()
