"""Workspaces' own prompt templates: checked before they are kept, listed beside the shipped ones, rolled back."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import structlog

from bot.context import prompt_context
from bot.desk import Desk
from bot.prompts import Prompt, Prompts
from bot.store import History, TemplateVersion
from models.brand import Brand, make_brand
from models.brief import Brief, Kind, Language
from models.errors import HistoryError, TemplateError
from models.generation.base import Ability
from models.grammar import parse_brief
from models.parts import copy_lines, json_shape
from models.platforms import parts_for_brief
from models.variant import Part, Variant

__all__ = [
    "MAX_SOURCE",
    "TASKS",
    "Listed",
    "Place",
    "brief_for",
    "check",
    "context_for",
    "desk_for",
    "list_templates",
    "roll_back",
    "sample_brief",
    "sample_variant",
    "samples",
    "save",
    "sources_of",
]

log = structlog.get_logger()

MAX_SOURCE = 20_000
TASKS = ("ad", "campaign", "description", "rewrite", "optimize", "repair", "reviews", "brand")

Origin = Literal["shipped", "workspace"]

_PATH = re.compile(
    rf"({'|'.join(TASKS)})/(en|zh)/({'|'.join(one.value for one in Ability)})-([a-z0-9][a-z0-9-]{{0,39}})\.j2"
)
_FORM = "Call it TASK/LANGUAGE/large-NAME.j2 (or small-NAME.j2), e.g. ad/en/large-own.j2."
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Place:
    """What a template's path says: its task, its language and the ability of the models that it is for."""

    path: str
    task: str
    language: Language
    ability: Ability

    @classmethod
    def of(cls, path: str) -> "Place":
        """Read a path.

        Raises:
            TemplateError: It is none.
        """
        found = _PATH.fullmatch(path.strip().removeprefix("/"))
        if found is None:
            known = f"Tasks: {', '.join(TASKS)}; languages: en, zh."
            raise TemplateError(f"“{path[:80]}” is no template's path.", f"{_FORM} {known}")
        task, language, ability, _ = found.groups()
        return cls(found.group(), task, cast("Language", language), Ability(ability))


@dataclass(frozen=True)
class Listed:
    """One template as lists show it: `version` is None for a shipped one."""

    place: Place
    sha256: str
    origin: Origin
    version: int | None = None


@dataclass(frozen=True)
class Sample:
    """What a template is rendered with: the context, and what it is a sample of."""

    name: str
    brief: Brief
    context: Mapping[str, Any]


def sample_brief(place: Place, *, empty: bool = False) -> Brief:
    """A brief to try a template on: one with all fields, or one that names a product and no more."""
    kind = place.task if place.task in {one.value for one in Kind} else Kind.AD
    chinese = place.language == "zh"
    if empty:
        return Brief(kind=Kind(kind), product="灯" if chinese else "Lamp", language=place.language)
    if chinese:
        values: dict[str, Any] = {
            "product": "极光X智能手机",
            "attributes": {"电池": "5000毫安时", "摄像头": "1.08亿像素"},
            "audience": "年轻旅行者",
            "goal": "预订1000台",
            "offer": "立减100元",
            "dates": "6月1日至6月30日",
            "tone": "温暖",
            "keywords": ["长续航"],
            "must_include": ["包邮"],
            "must_avoid": ["奇迹"],
        }
    else:
        values = {
            "product": "Aurora X phone",
            "attributes": {"battery": "5000 mAh", "camera": "108 MP"},
            "audience": "young travellers",
            "goal": "1000 pre-orders",
            "offer": "15 % off",
            "dates": "1 June to 30 June",
            "tone": "warm",
            "keywords": ["long trips"],
            "must_include": ["free returns"],
            "must_avoid": ["miracle"],
        }
    return Brief(kind=Kind(kind), language=place.language, channels=("email", "social"), n=1, **values)


def brief_for(place: Place, typed: str | None) -> Brief:
    """The brief that somebody typed to try a template on; the sample when they typed none.

    Raises:
        BriefError: It cannot be understood.
    """
    if not typed or not typed.strip():
        return sample_brief(place)
    kinds = {kind.value for kind in Kind}
    brief = parse_brief(typed, Kind(place.task) if place.task in kinds else Kind.AD)
    return brief if brief.language else brief.model_copy(update={"language": place.language})


def context_for(
    place: Place, brief: Brief, *, brand: Brand | None = None, full: bool = True
) -> dict[str, Any]:
    """All that a task's templates are given, for a brief; `full` fills what no brief says."""
    small = place.ability is not Ability.LARGE
    if place.task in ("reviews", "brand"):
        some = ["One", "Two"] if full else []
        if place.task == "brand":
            return {"texts": some, "measures": "short sentences"}
        return {"reviews": some, "figures": some}
    if place.task == "repair":
        return {
            "reasons": ["headline: 34 of 30 characters"] if full else [],
            "json_shape": json_shape(parts_for_brief(brief)),
        }
    context = prompt_context(brief, small=small, brand=brand)
    if place.task in ("rewrite", "optimize"):
        context["copy"] = copy_lines(sample_variant(brief).parts, brief)
    if place.task == "rewrite":
        context |= {"instruction": "shorter", "thread": ["we like it"] if full else []}
    if place.task == "optimize":
        context |= {
            "aim": "warmer" if full else "",
            "aims": ["warmer", "shorter"] if full else [],
            "weak": ["readability 20"] if full else [],
            "keep": ["5000 mAh"] if full else [],
            "characters": 120,
        }
    return context


def sample_variant(brief: Brief) -> Variant:
    """A copy to try rewrites on."""
    parts = tuple(
        Part(name=spec.name, text=f"{brief.product} {number}")
        for spec in parts_for_brief(brief)
        for number in range(1, spec.ask + 1)
    )
    return Variant(id="sample", brief_id="sample", position=1, parts=parts)


def samples(place: Place) -> Iterator[Sample]:
    """What a template has to render with before it is kept."""
    for name, empty in (("a full brief", False), ("an empty brief", True)):
        brief = sample_brief(place, empty=empty)
        brand = None if empty else make_brand({"name": "Aurora", "voice": "plain and warm"})
        yield Sample(name, brief, context_for(place, brief, brand=brand, full=not empty))


def check(path: str, source: str, prompts: Prompts) -> tuple[str, Prompt]:
    """See whether a text can be a workspace's template.

    It has to compile, use names that it is given and nothing that is forbidden, and render on samples of its task
    within bounds, ending with a user's message.

    Args:
        path: The template's path.
        source: Its text.
        prompts: The templates that it stands beside.

    Returns:
        Its digest, as drafts made from it carry it, and its prompt for the full sample.

    Raises:
        TemplateError: Naming what is wrong and where.
    """
    place = Place.of(path)
    if len(source) > MAX_SOURCE:
        raise TemplateError(
            f"The template has {len(source):,} characters; the limit is {MAX_SOURCE:,}.", "Shorten it."
        )
    if _CONTROL.search(source):
        raise TemplateError("The template holds control characters.", "Save it as plain text in UTF-8.")
    own = prompts.with_own({place.path: source})
    own.check_source(place.path)
    rendered: list[Prompt] = []
    known: set[str] = set()
    tried = list(samples(place))
    for sample in tried:
        known |= set(sample.context)
    if unknown := sorted(own.unknown_names(place.path, known)):
        raise TemplateError(
            f"The template uses names that it is not given: {', '.join(unknown)}.",
            f"For {place.task} there are {', '.join(sorted(known))}.",
        )
    digest = own.digest(place.path)
    for sample in tried:
        try:
            rendered.append(own.render(place.path, sample.context))
        except TemplateError as error:
            raise TemplateError(f"With {sample.name}: {error.message}", error.remedy) from error
    return digest, rendered[0]


async def save(
    history: History, prompts: Prompts, team_id: str, path: str, source: str, *, user_id: str, note: str = ""
) -> TemplateVersion:
    """Check a text and keep it as a workspace's template, which is used from now on.

    Raises:
        TemplateError: It cannot be one.
    """
    place = Place.of(path)
    source = source.replace("\r\n", "\n")
    # Off the event loop: a template that is made to take long takes a second of the processor.
    digest, _ = await asyncio.to_thread(check, place.path, source, prompts)
    kept = await history.save_template(team_id, place.path, source, sha256=digest, user_id=user_id, note=note)
    log.info("template.saved", team=team_id, path=place.path, version=kept.version)
    return kept


async def roll_back(
    history: History, prompts: Prompts, team_id: str, path: str, to: str, *, user_id: str
) -> TemplateVersion:
    """Return to an earlier version, or to the shipped template; what is returned to is a new version.

    Args:
        history: Where versions are kept.
        prompts: The shipped templates.
        team_id: The workspace.
        path: The template.
        to: A version's number, or `shipped`.
        user_id: Who does it.

    Raises:
        TemplateError: There is no such version, or it does not fit the present shared files any more.
    """
    place = Place.of(path)
    versions = await history.template_versions(team_id, place.path)
    if to.strip().casefold() in ("shipped", "0", "原版"):
        if not versions or versions[-1].source is None:
            raise TemplateError(f"This workspace has no template {place.path} of its own.", "Nothing to do.")
        sha256 = prompts.digest(place.path) if place.path in prompts.paths() else ""
        return await history.save_template(
            team_id, place.path, None, sha256=sha256, user_id=user_id, note="shipped"
        )
    wanted = next((one for one in versions if str(one.version) == to.strip().removeprefix("v")), None)
    if wanted is None or wanted.source is None:
        known = ", ".join(str(one.version) for one in versions if one.source is not None) or "none"
        raise TemplateError(
            f"{place.path} has no version “{to[:20]}” in this workspace.",
            f"There are: {known}; or `shipped`.",
        )
    note = f"as version {wanted.version}"
    return await save(history, prompts, team_id, place.path, wanted.source, user_id=user_id, note=note)


def list_templates(prompts: Prompts, own: Mapping[str, TemplateVersion]) -> list[Listed]:
    """Every template that a workspace uses, in order of path."""
    listed = []
    with_own = prompts.with_own(sources_of(own))
    for path in with_own.paths():
        if not _PATH.fullmatch(path):
            continue
        version = own[path].version if path in own else None
        origin: Origin = "workspace" if version else "shipped"
        listed.append(Listed(Place.of(path), with_own.digest(path), origin, version))
    return listed


def sources_of(own: Mapping[str, TemplateVersion]) -> dict[str, str]:
    """A workspace's templates as texts by path."""
    return {path: one.source for path, one in own.items() if one.source is not None}


async def desk_for(desk: Desk, history: History, team_id: str) -> Desk:
    """The desk as a workspace's: with its own templates where it has some.

    A history that fails does not keep copy from being written: the shipped templates are used, and that is logged.
    """
    if not team_id:
        return desk
    try:
        own = await history.templates(team_id)
    except HistoryError as error:
        log.warning("templates.not_read", reason=error.message)
        return desk
    return desk.with_prompts(desk.prompts.with_own(sources_of(own))) if own else desk
