"""Where copy will run: each platform's parts and limits, read from `checks/platforms.toml`."""

import argparse
import difflib
import sys
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import regex
from pydantic import ConfigDict, Field

from models.brief import Brief, Kind, Language
from models.errors import BriefError
from models.lengths import UNITS, fit, measure
from models.variant import Value

__all__ = [
    "UNITS",
    "PartSpec",
    "Platform",
    "describe_length",
    "describe_limit",
    "find_platform",
    "fit",
    "markdown",
    "measure",
    "part_label",
    "parts_for",
    "parts_for_brief",
    "platforms",
]

DATA = Path(__file__).parent / "checks" / "platforms.toml"


class PartSpec(Value):
    """One part of a platform's copy.

    `count` = (fewest, most) a variant carries; `ask` = how many are asked for. Lengths are in `unit`: `limit` is
    hard, `shown` is what people see before it is cut (soft), `minimum` the fewest (hard), `aim` the length to write
    to where the limit is far larger; 0 = none. `label` is what prompts and messages call it. A `per_channel` part is
    asked for once for each channel of the brief. An `internal` one is a working note for the team: no customer reads
    it, so that it is no advertising.

    Editorial rules, all without effect unless set: `forbidden` lists characters that the part must not contain,
    `forbidden_phrases` phrases the platform refuses (in any case); `max_exclamations` and `max_emoji` are the most
    it may hold (0 = none at all, None = no rule); `max_word_repeats` is how often one word may occur, the words of
    `repeat_exempt` aside; `no_repeated_punctuation`, `no_links`, `no_phone_numbers` and `no_shouting` (words in
    capitals) are what they say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    label: dict[str, str]
    hint: dict[str, str] = Field(default_factory=dict)
    count: tuple[int, int] = (1, 1)
    ask: int = 1
    unit: str = "characters"
    limit: int = 0
    shown: int = 0
    minimum: int = 0
    aim: int = 0
    per_channel: bool = False
    internal: bool = False
    forbidden: str = ""
    forbidden_phrases: tuple[str, ...] = ()
    max_exclamations: int | None = None
    max_emoji: int | None = None
    max_word_repeats: int = 0
    repeat_exempt: tuple[str, ...] = ()
    no_repeated_punctuation: bool = False
    no_links: bool = False
    no_phone_numbers: bool = False
    no_shouting: bool = False

    @property
    def target(self) -> int:
        """The length to write to, in `unit`; 0 = any."""
        return self.aim or self.shown or self.limit


class Platform(Value):
    """A place where copy runs, with the parts for each kind it takes.

    `source` links the pages that the figures come from, read on `checked_on`; `confidence` is `high` (the platform's
    own page or API), `medium` (its page as others quote it, or sources that disagree) or `low` (others' figures).

    `name_zh` is what Chinese copy calls it, where that differs from `name`.

    A `hidden` one is a shape of ours, found by its name and not offered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    name_zh: str = ""
    aliases: tuple[str, ...] = ()
    parts: dict[Kind, tuple[PartSpec, ...]]
    source: tuple[str, ...] = ()
    checked_on: str = ""
    confidence: str = ""
    note: str = ""
    hidden: bool = False

    def called(self, language: Language) -> str:
        """The platform's name as copy in that language says it."""
        return self.name_zh if language == "zh" and self.name_zh else self.name

    def parts_for(self, kind: Kind) -> tuple[PartSpec, ...]:
        """The parts for a kind; a platform without that kind gives the parts it has."""
        return self.parts.get(kind) or next(iter(self.parts.values()))


@cache
def _all() -> tuple[Platform, ...]:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return tuple(Platform.model_validate(entry) for entry in data["platform"])


@cache
def platforms() -> dict[str, Platform]:
    """Every platform that is offered, by id, in the file's order."""
    return {platform.id: platform for platform in _all() if not platform.hidden}


def _fold(name: str) -> str:
    return regex.sub(r"[\s_\-–·./&+\p{Cf}]+", "", unicodedata.normalize("NFKC", name)).casefold()


@cache
def _names() -> dict[str, Platform]:
    return {_fold(label): p for p in _all() for label in (p.id, p.name, *p.aliases)}


def find_platform(name: str) -> Platform:
    """The platform with this id, name or alias (`Google Ads`, `google_rsa`, `小红书`).

    A part's name behind a slash (`google_rsa/headline`) gives the platform with that one part alone, once.

    Raises:
        BriefError: No such platform; the nearest names are suggested.
    """
    by_name = _names()
    wanted = _fold(name[:200])
    if wanted in by_name:
        return by_name[wanted]
    place, slash, part = name[:200].partition("/")
    if slash and (whole := by_name.get(_fold(place))) and (only := _only(whole, part)):
        return only
    near = difflib.get_close_matches(wanted, by_name, n=2, cutoff=0.6)
    known = ", ".join(platforms())
    guess = f"Did you mean {' or '.join(dict.fromkeys(by_name[n].id for n in near))}? " if near else ""
    raise BriefError(f"“{name[:60]}” is not a platform I know.", f"{guess}Known: {known}.", "platform")


def _only(platform: Platform, name: str) -> Platform | None:
    """A platform with one of its parts alone; None when it has no such part."""
    for specs in platform.parts.values():
        for spec in specs:
            if _fold(name) in {_fold(spec.name), *map(_fold, spec.label.values())}:
                one = spec.model_copy(update={"count": (1, 1), "ask": 1, "per_channel": False})
                called = f"{platform.name}, {spec.label['en'].lower()}"
                alone = {"id": f"{platform.id}/{spec.name}", "name": called, "parts": {Kind.AD: (one,)}}
                return platform.model_copy(update=alone)
    return None


def parts_for(kind: Kind, platform_id: str) -> tuple[PartSpec, ...]:
    """The parts a brief's copy has: its platform's, or a general shape when it names none.

    A campaign is a plan whatever the platform.

    Raises:
        BriefError: The data file has no such platform (any more).
    """
    general = kind is Kind.CAMPAIGN or not platform_id
    return (platforms()["general"] if general else find_platform(platform_id)).parts_for(kind)


def parts_for_brief(brief: Brief) -> tuple[PartSpec, ...]:
    """The parts of this brief's copy; a part per channel is asked for as often as the brief names channels."""
    found = []
    for spec in parts_for(brief.kind, brief.platform):
        if spec.per_channel and brief.channels:
            fewest, most = spec.count
            wanted = max(fewest, min(most, len(brief.channels)))
            spec = spec.model_copy(update={"ask": wanted})
        found.append(spec)
    return tuple(found)


def part_label(spec: PartSpec, language: Language) -> str:
    """What prompts and messages call a part in a language."""
    return spec.label.get(language) or spec.label["en"]


def describe_limit(spec: PartSpec, language: Language) -> str:
    """The hard limit as a person counts it (`30 characters`, `最多30个汉字`); empty when there is none."""
    limit = spec.limit
    if not limit:
        return ""
    if language == "zh":
        match spec.unit:
            case "double_width" | "double_width_ambiguous":
                return f"最多{limit // 2}个汉字（汉字和全角标点占2，字母数字占1，合计{limit}）"
            case "gbk_bytes":
                return f"最多{limit // 2}个汉字（{limit}字节）"
            case "x_weighted":
                return f"最多{limit // 2}个汉字（合计{limit}，链接占23）"
            case "sms":
                return f"最多{limit * 7 // 16}个字（一条短信）"
        return f"最多{limit}个字"
    match spec.unit:
        case "double_width" | "double_width_ambiguous":
            return f"at most {limit} characters (a Chinese character counts 2)"
        case "gbk_bytes":
            return f"at most {limit} bytes ({limit // 2} Chinese characters)"
        case "x_weighted":
            return f"at most {limit} characters (a Chinese character or emoji counts 2, a link 23)"
        case "sms":
            return f"at most {limit} characters, without emoji or typographic quotes"
    return f"at most {limit:,} characters"


def describe_length(text: str, spec: PartSpec, language: Language) -> str:
    """How long a text is, in the words of `describe_limit`: `34 of 30 characters`, `共64字节，上限60`."""
    length, limit = measure(text, spec.unit), spec.limit
    if spec.unit == "sms" and measure(text, "utf16") != length:
        # Septets mean nothing to a reader whose text went out as UTF-16: count its characters instead.
        plain = sum(measure(character, "sms") for character in text if measure(character, "sms") <= 2)
        if plain != length:
            length, limit = measure(text, "utf16"), spec.limit * 7 // 16
    if language == "zh":
        unit = "字节" if spec.unit == "gbk_bytes" else "字符"
        return f"共{length}{unit}，上限{limit}"
    unit = "bytes" if spec.unit == "gbk_bytes" else "characters"
    return f"{length:,} of {limit:,} {unit}"


_UNITS_TOLD = {
    "characters": "characters",
    "double_width": "characters, wide ones (Chinese) count 2",
    "double_width_ambiguous": "characters, wide ones (Chinese, curly quotes) count 2",
    "gbk_bytes": "bytes in GBK, a Chinese character is 2",
    "utf16": "UTF-16 units",
    "graphemes": "characters as seen",
    "x_weighted": "X's weights: Chinese and emoji 2, a link 23",
    "sms": "SMS: 160 plain characters, or 70 with any other",
}


def markdown() -> str:
    """The page `docs/platforms.md`, made from the data file."""
    lines = [
        "# Platforms",
        "",
        "Where copy can run, with each part's limits and rules. This page is made by",
        "`python -m models.platforms --markdown` from `models/checks/platforms.toml`: correct a figure there.",
        "",
        "*Limit* is hard: copy beyond it is repaired or marked as not ready. *Shown* is what people see before it is",
        "cut: copy beyond it gets a warning. *Asked* is how many of a part one variant gets, with the fewest and most",
        "it may have. *Confidence*: high = the platform's own page or API; medium = its page as others quote it, or",
        "sources that disagree (the safer figure stands); low = others' figures only. A platform without the kind of",
        "copy you ask for gives the parts it has; a campaign is the same plan everywhere.",
    ]
    for platform in platforms().values():
        lines += ["", f"## {platform.name}", "", f"`{platform.id}`"]
        if platform.aliases:
            lines[-1] += f", also {', '.join(platform.aliases)}"
        if platform.note:
            lines += ["", platform.note]
        lines += ["", "| kind | part | asked | limit | shown | counted in | rules |", "| --- " * 7 + "|"]
        for kind, parts in platform.parts.items():
            lines += [_row(kind, spec) for spec in parts]
        checked = f"Checked {platform.checked_on}, confidence {platform.confidence}"
        sources = [f"<{link}>" for link in platform.source]
        lines += ["", f"{checked}: {', '.join(sources)}" if sources else f"{checked}."]
    return "\n".join(lines) + "\n"


def _row(kind: Kind, spec: PartSpec) -> str:
    asked = (
        str(spec.ask)
        if spec.count == (spec.ask, spec.ask)
        else f"{spec.ask} ({spec.count[0]}–{spec.count[1]})"
    )
    limit = f"{spec.minimum}–{spec.limit:,}" if spec.minimum else f"{spec.limit:,}"
    label = f"{spec.label['en']} / {spec.label['zh']}"
    cells = [kind.value, label, asked, limit, str(spec.shown or ""), _UNITS_TOLD[spec.unit], _rules(spec)]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _rules(spec: PartSpec) -> str:
    told = []
    if spec.per_channel:
        told.append("one for each channel")
    if spec.internal:
        told.append("for the team, no advertising")
    if spec.forbidden:
        told.append("none of " + " ".join("space" if c == " " else f"`{c}`" for c in spec.forbidden))
    if spec.forbidden_phrases:
        told.append("not " + ", ".join(f"“{phrase}”" for phrase in spec.forbidden_phrases))
    for most, what in ((spec.max_exclamations, "exclamation mark"), (spec.max_emoji, "emoji")):
        if most is not None:
            plural = "s" if most > 1 and what != "emoji" else ""
            told.append(f"at most {most} {what}{plural}" if most else f"no {what}")
    if spec.max_word_repeats:
        told.append(f"no word more than {spec.max_word_repeats} times")
    for rule, what in (
        (spec.no_repeated_punctuation, "no repeated punctuation"),
        (spec.no_links, "no links"),
        (spec.no_phone_numbers, "no telephone numbers"),
        (spec.no_shouting, "no words in capitals"),
    ):
        if rule:
            told.append(what)
    return "; ".join(told)


def main(arguments: list[str] | None = None) -> None:
    """Print the documentation of the platforms."""
    parser = argparse.ArgumentParser(prog="python -m models.platforms", description=main.__doc__)
    parser.add_argument(
        "--markdown", action="store_true", required=True, help="the table of docs/platforms.md"
    )
    parser.parse_args(arguments)
    sys.stdout.write(markdown())


if __name__ == "__main__":
    main()
