"""That a plan uses the channels that its brief names, and no other."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict

from models.brief import Brief, Kind
from models.checks.subject import Subject, found
from models.errors import BriefError
from models.matching import finder, has_term
from models.platforms import find_platform
from models.variant import Check, Value

__all__ = [
    "StrangeNames",
    "has_only_the_briefs_channels",
    "plans_channels",
    "strange_channels",
    "strange_names",
]

DATA = Path(__file__).parent / "channels.toml"


class Channel(Value):
    """One row of the data file, which says what its fields mean."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    cased: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that names it in a plan."""
        return (*self.en, *self.zh, *self.cased)


class Named(NamedTuple):
    """A channel that a text names: which, and the words."""

    id: str
    shown: str


class StrangeNames(NamedTuple):
    """Names of channels: those that are names in any case, and those by their capitals alone (on X)."""

    in_any_case: tuple[str, ...] = ()
    as_written: tuple[str, ...] = ()


class _Table(NamedTuple):
    channels: Mapping[str, Channel]
    names: tuple[tuple[re.Pattern[str], str], ...]
    """Patterns, longest name first, with their channel ("" = a phrase in which a name is none)."""


def plans_channels(brief: Brief) -> bool:
    """Whether a brief is for a plan and names its channels."""
    return brief.kind is Kind.CAMPAIGN and bool(brief.channels)


def has_only_the_briefs_channels(subject: Subject) -> Iterator[Check]:
    """No part of a plan names a channel that the brief lacks; where the brief names none, nothing is found."""
    brief = subject.brief
    if not plans_channels(brief):
        return
    clean = True
    theirs = ("、" if subject.language == "zh" else ", ").join(brief.channels)
    for index, part in enumerate(subject.parts):
        for shown in strange_channels(part.text, brief, subject.facts):
            clean = False
            place = subject.place(index)
            yield found(
                subject,
                "channels",
                f"{place} names “{shown}”, which is no channel of the brief. Use {theirs}, or add it there.",
                f"{place}提到“{shown}”，简报里没有这个渠道。请只用{theirs}，或把它写进简报的渠道。",
                index=index,
            )
    if clean:
        yield Check(name="channels", passed=True)


def strange_channels(text: str, brief: Brief, facts: str = "") -> list[str]:
    """The channels that a text names and the brief does not, each once, in the text's words.

    Args:
        text: A part of a plan.
        brief: What is asked for.
        facts: What people said besides; a channel that they name is theirs.
    """
    theirs = _allowed_by(brief, facts)
    strange: dict[str, str] = {}
    for one in _named(text):
        if one.id not in theirs:
            strange.setdefault(one.id, one.shown)
    return list(strange.values())


def strange_names(brief: Brief, facts: str = "") -> StrangeNames:
    """All names of channels that a plan for a brief may not say; none where the brief names no channels."""
    if not plans_channels(brief):
        return StrangeNames()
    theirs = _allowed_by(brief, facts)
    rows = [row for row in _table().channels.values() if row.id not in theirs]
    return StrangeNames(
        tuple(name for row in rows for name in (*row.en, *row.zh, *row.stems)),
        tuple(name for row in rows for name in row.cased),
    )


@cache
def _table() -> _Table:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    channels = {row["id"]: Channel.model_validate(row) for row in data["channel"]}
    names = [(name, row.id, name in row.cased) for row in channels.values() for name in row.names]
    names += [(phrase, "", False) for phrase in data["ignored"]]
    names.sort(key=lambda one: -len(one[0]))
    return _Table(channels, tuple((finder(name, cased=cased), id_) for name, id_, cased in names))


def _named(text: str) -> list[Named]:
    """The channels that a text names, in its order; of two names at one place the longer counts."""
    taken: list[tuple[int, int, Named]] = []
    for pattern, id_ in _table().names:
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < b and a < end for a, b, _ in taken):
                taken.append((start, end, Named(id_, match.group())))
    return [named for _, _, named in sorted(taken) if named.id]


def _allowed_by(brief: Brief, facts: str) -> frozenset[str]:
    # wechat_moments is one name, and not WeChat with something behind it.
    listed = (channel.replace("_", " ") for channel in (*brief.channels, brief.platform))
    return _allowed(tuple(listed), f"{brief.facts}\n{facts}".replace("_", " "))


@lru_cache(maxsize=64)
def _allowed(listed: tuple[str, ...], said: str) -> frozenset[str]:
    """The channels that a plan may name: those listed or said, all within them, and wider names of them."""
    own = {one.id for channel in listed for one in _of_list(channel)}
    own |= {one.id for one in _named(said)}
    own |= {row.id for row in _table().channels.values() if _has_any(said, row.stated)}
    covered = own | {id_ for id_ in _table().channels if own & _wider(id_)}
    return frozenset(covered | {wider for id_ in covered for wider in _wider(id_)})


def _of_list(channel: str) -> Iterable[Named]:
    """The channels that an entry of a brief's list means."""
    called = [channel, *_platform_names(channel)]
    # A platform may be wider than the alias that was typed: Instagram is not Facebook.
    direct = _named(channel) or [one for name in called[1:] for one in _named(name)]
    # 推送 in a list is push messages; a list that says 公众号推送 has named its channel already.
    if direct:
        return direct
    rows = _table().channels.values()
    return [Named(row.id, name) for row in rows for name in called if _has_any(name, row.also)]


def _platform_names(channel: str) -> Sequence[str]:
    try:
        platform = find_platform(channel) if channel else None
    except BriefError:
        return ()
    return (platform.name, platform.name_zh) if platform else ()


def _has_any(text: str, terms: Iterable[str]) -> bool:
    return any(has_term(text, term, inflected=True) for term in terms)


@cache
def _wider(id_: str) -> frozenset[str]:
    """All wider names that cover a channel."""
    above = _table().channels[id_].within
    return frozenset(above).union(*(_wider(one) for one in above))
