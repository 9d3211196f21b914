"""Builds the parts from the settings: engine, desk and history, without Slack."""

from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from bot.settings import Settings
from models.errors import HistoryError
from models.generation.base import Ability, Engine

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.house_rules import HouseRules
    from bot.store import SqliteHistory
    from models.brand import Profile
    from models.checks.subject import CheckFunction


UNSCORED = "none"
"""The sentiment checkpoint that is none."""


def make_engine(settings: Settings) -> Engine:
    """The engine that the settings choose; loads no model and opens no connection yet."""
    if settings.chosen_engine == "openai":
        from models.generation.openai_api import OpenAIEngine

        return OpenAIEngine(
            model=settings.model,
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url,
            timeout=settings.timeout,
            max_retries=settings.max_retries,
            prompt_price=settings.prompt_price,
            completion_price=settings.completion_price,
            ability=Ability(settings.ability),
            context_tokens=settings.context_tokens,
        )
    from models.generation.local import LocalEngine

    return LocalEngine(settings.local_model or "", cache_dir=settings.cache_dir, threads=settings.threads)


def fetched_model(settings: Settings) -> str:
    """The model whose weights this machine fetches for itself; "" where the local engine needs none of these."""
    from models.generation.sources import MODELS
    from models.generation.weights import chosen_model

    if settings.chosen_engine != "local":
        return ""
    model = settings.local_model or chosen_model(settings.cache_dir)
    return model if model in MODELS else ""


def make_house_rules(settings: Settings) -> "HouseRules":
    """What copy is checked by, as the settings say: markets, goods, claim rules and reference texts of one's own.

    Raises:
        SettingsError: A sector, rule file or file of reference texts is not valid; it names the file and the entry.
    """
    from bot.house_rules import HouseRules
    from models.checks.claims import claims_check, has_no_unlawful_claims
    from models.checks.likeness import References
    from models.checks.likeness_files import read_references

    claims: CheckFunction = has_no_unlawful_claims
    folders = _rule_folders(settings)
    if settings.markets or settings.sectors or folders:
        claims = claims_check(markets=settings.markets, sectors=settings.sectors, folders=folders)
    references = read_references(settings.references) if settings.references else References()
    return HouseRules(claims=claims, references=references)


def _rule_folders(settings: Settings) -> tuple[Path, ...]:
    return (settings.claim_rules,) if settings.claim_rules else ()


def team_sectors(settings: Settings) -> tuple[str, ...]:
    """The sectors that a brand profile may name: the shipped ones and those of one's own claim rules.

    Raises:
        SettingsError: A rule file is not valid.
    """
    from models.checks.claims import known_sectors

    return known_sectors(*_rule_folders(settings))


def make_profile(settings: Settings) -> "Profile | None":
    """The brand profile that the settings name, if they name one.

    Raises:
        BrandError: It cannot be read, or is no profile.
        SettingsError: A rule file is not valid.
    """
    from bot.brand import profile_from_file

    return profile_from_file(settings.brand, sectors=team_sectors(settings)) if settings.brand else None


def make_desk(settings: Settings) -> "Desk":
    """The desk with its engine, sentiment, prompts and checks.

    Raises:
        SettingsError: See `make_house_rules`.
    """
    from bot.desk import Desk
    from bot.prompts import Prompts
    from models.sentiment import SentimentEngine

    return Desk(
        make_engine(settings),
        None if settings.sentiment_model == UNSCORED else SentimentEngine(settings.sentiment_model),
        Prompts(settings.templates),
        temperature=settings.temperature,
        seed=settings.seed,
        house=make_house_rules(settings),
    )


def make_history(settings: Settings) -> "SqliteHistory":
    """Open the history; the folder of its default place is made when it is missing.

    Raises:
        HistoryError: It cannot be opened.
        SettingsError: COPYDESK_DATABASE names no file.
    """
    from bot.store import open_history
    from bot.store.connection import database_path

    make_own_folder(database_path(settings.database).parent)
    return open_history(settings.database)


def make_own_folder(folder: Path) -> None:
    """Make a folder that is Copydesk's own; a folder that somebody else named must exist already.

    Raises:
        HistoryError: It cannot be made.
    """
    own = Path(platformdirs.user_data_dir("copydesk", appauthor=False))
    if folder != own and own not in folder.parents:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HistoryError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Set COPYDESK_DATABASE to a file in a folder that this user can write.",
        ) from error
