"""What a small model need not write: the parts of a plan that the brief states, and how its other lines begin."""

import itertools
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from models.brief import Brief, Kind, Language
from models.errors import BriefError
from models.platforms import PartSpec, find_platform
from models.variant import Part

__all__ = ["given_parts", "own_figures", "phase_days", "prefixes", "with_given"]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_PURPOSES: dict[Language, tuple[str, ...]] = {
    "en": ("announce", "sell", "close"),
    "zh": ("预热", "开售", "收尾"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def given_parts(brief: Brief, specs: Sequence[PartSpec]) -> dict[str, str]:
    """The parts of a campaign whose whole text the brief already says, by name."""
    if brief.kind is not Kind.CAMPAIGN:
        return {}
    separator = "、" if brief.resolved_language == "zh" else ", "
    channels = separator.join(_channel_name(channel, brief.resolved_language) for channel in brief.channels)
    said = {"goal": brief.goal, "audience": brief.audience, "channels": channels}
    return {spec.name: said[spec.name] for spec in specs if said.get(spec.name)}


def with_given(
    parts: Sequence[Part], given: Mapping[str, str], specs: Sequence[PartSpec]
) -> tuple[Part, ...]:
    """A copy's parts with those that the brief says itself, in the platform's order."""
    order = {spec.name: place for place, spec in enumerate(specs)}
    whole = [*parts, *(Part(name=name, text=text) for name, text in given.items())]
    return tuple(sorted(whole, key=lambda part: order.get(part.name, len(order))))


def prefixes(brief: Brief, specs: Sequence[PartSpec]) -> Mapping[str, Sequence[str]]:
    """How the lines of a campaign begin, by part name, one for each line.

    A phase begins with its days and its purpose (`1 Mar – 5 Mar, announce: `), a message with its channel, and the
    promotion with the offer, word for word.
    """
    if brief.kind is not Kind.CAMPAIGN:
        return {}
    language = brief.resolved_language
    colon, comma = ("：", "，") if language == "zh" else (": ", ", ")
    found: dict[str, Sequence[str]] = {}
    for spec in specs:
        if spec.name == "phase":
            purposes = _PURPOSES[language][: spec.ask]
            days = phase_days(brief.dates, spec.ask, language)
            begun = [f"{span}{comma}{purpose}" for span, purpose in zip(days, purposes, strict=False)]
            found[spec.name] = [f"{text}{colon}" for text in begun or purposes]
        elif spec.name == "promotion" and brief.offer:
            found[spec.name] = [f"{brief.offer[:1].upper()}{brief.offer[1:]}{colon}"]
        elif spec.name == "message" and brief.channels:
            found[spec.name] = [
                f"{_channel_name(channel, language)}{colon}" for channel in brief.channels[: spec.ask]
            ]
    return found


def own_figures(brief: Brief) -> str:
    """The text whose figures a plan's generated lines may state: the product's and the offer's.

    Days, goal and ages stand in the lines that are given, and a small model scatters them over the others.
    """
    parts = [brief.product, *brief.attributes.values(), brief.offer, *brief.keywords, *brief.must_include]
    return "\n".join(parts)


def phase_days(dates: str, phases: int, language: Language) -> list[str]:
    """The brief's span of dates, cut into phases of about the same length.

    Args:
        dates: Free text; it is cut only where it holds just two dates, written YYYY-MM-DD, in order.
        phases: How many.
        language: Of the spans.

    Returns:
        One span a phase (`1 Mar – 4 Mar`, `3月1日—3月4日`), or nothing where the dates cannot be cut.
    """
    try:
        days = [date(int(y), int(m), int(d)) for y, m, d in _ISO.findall(dates)]
    except ValueError:
        return []
    if len(days) != 2 or phases < 1 or (days[1] - days[0]).days + 1 < phases:
        return []
    first, total = days[0], (days[1] - days[0]).days + 1
    bounds = [round(total * i / phases) for i in range(phases + 1)]
    return [
        _span(first + timedelta(days=start), first + timedelta(days=end - 1), language)
        for start, end in itertools.pairwise(bounds)
    ]


def _span(start: date, end: date, language: Language) -> str:
    if language == "zh":
        shown = [f"{day.month}月{day.day}日" for day in (start, end)]
        return shown[0] if start == end else "—".join(shown)
    shown = [f"{day.day} {_MONTHS[day.month - 1]}" for day in (start, end)]
    return shown[0] if start == end else " – ".join(shown)


def _channel_name(channel: str, language: Language) -> str:
    """A channel as people call it: a platform's name where its id was given, anything else as typed.

    An alias may be narrower than its platform: Instagram is not “Facebook and Instagram feed”.
    """
    try:
        platform = find_platform(channel)
    except BriefError:
        return channel
    if _plain(channel) in (_plain(platform.id), _plain(platform.called(language))):
        return platform.called(language)
    return channel[:1].upper() + channel[1:]


def _plain(name: str) -> str:
    return name.replace("_", " ").casefold()
