"""Where copy will run: each platform's parts and limits, read from `checks/platforms.toml`."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import regex
from pydantic import Field

from models.brief import Kind, Language
from models.errors import BriefError
from models.variant import Value

DATA = Path(__file__).parent / "checks" / "platforms.toml"


class PartSpec(Value):
    """One part of a platform's copy.

    `count` = (fewest, most) a variant carries; `ask` = how many are asked for. `limit` is hard and counted in
    `unit`; `shown` is what people see before it is cut, a soft limit. `label` is what prompts and messages call it.
    """

    name: str
    label: dict[str, str]
    count: tuple[int, int] = (1, 1)
    ask: int = 1
    limit: int = 0
    shown: int = 0
    unit: str = "characters"
    hint: dict[str, str] = Field(default_factory=dict)


class Platform(Value):
    """A place where copy runs, with the parts for each kind it takes."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    parts: dict[Kind, tuple[PartSpec, ...]]
    source: tuple[str, ...] = ()
    checked_on: str = ""
    confidence: str = ""

    def parts_for(self, kind: Kind) -> tuple[PartSpec, ...]:
        """The parts for a kind; a platform without that kind gives the parts it has."""
        return self.parts.get(kind) or next(iter(self.parts.values()))


def measure(text: str, unit: str) -> int:
    """How long a text is as a platform counts it.

    Args:
        text: The part's text.
        unit: `characters` (code points), `double_width` (East Asian wide and full-width count 2), `gbk_bytes`,
            `utf16`, `graphemes` or `x_weighted` (X: 2 for all but Latin and general punctuation, a URL 23).
    """
    match unit:
        case "characters":
            return len(text)
        case "double_width":
            return sum(2 if unicodedata.east_asian_width(c) in "FW" else 1 for c in text)
        case "gbk_bytes":
            return sum(len(c.encode("gb18030")) for c in text)
        case "utf16":
            return len(text.encode("utf-16-le")) // 2
        case "graphemes":
            return len(regex.findall(r"\X", text))
        case "x_weighted":
            return _x_weighted(text)
    raise ValueError(f"unknown unit {unit!r}")


# https://docs.x.com/fundamentals/counting-characters: these ranges weigh 1, all else 2; a URL weighs 23.
_X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_URL = regex.compile(r"https?://\S+")


def _x_weighted(text: str) -> int:
    total = 23 * len(_URL.findall(text))
    for cluster in regex.findall(r"\X", _URL.sub("", text)):
        if regex.search(r"\p{Extended_Pictographic}", cluster):
            total += 2
        else:
            total += sum(1 if any(low <= ord(c) <= high for low, high in _X_LIGHT) else 2 for c in cluster)
    return total


def fit(text: str, limit: int, unit: str) -> str:
    """Trim a text to a limit at a word boundary (Chinese: at a character); never cuts a grapheme or a number."""
    if limit <= 0 or measure(text, unit) <= limit:
        return text
    clusters = regex.findall(r"\X", text)
    low, high = 0, len(clusters)
    while low < high:
        middle = (low + high + 1) // 2
        if measure("".join(clusters[:middle]), unit) <= limit:
            low = middle
        else:
            high = middle - 1
    cut = low
    joined = regex.compile(r"[\p{Latin}\p{N}$€£¥%'’.,-]")
    while 0 < cut < len(clusters) and joined.match(clusters[cut]) and joined.match(clusters[cut - 1]):
        cut -= 1
    kept = "".join(clusters[:cut]).rstrip()
    return regex.sub(r"[\s,;:，；：、&+/–—-]+$", "", kept)


@cache
def platforms() -> dict[str, Platform]:
    """Every platform by id, in the file's order."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {entry["id"]: Platform.model_validate(entry) for entry in data["platform"]}


def _fold(name: str) -> str:
    return regex.sub(r"[\s_\-–·.]+", "", unicodedata.normalize("NFKC", name)).casefold()


def find_platform(name: str) -> Platform:
    """The platform with this id, name or alias (`Google Ads`, `google_rsa`, `小红书`).

    Raises:
        BriefError: No such platform; the nearest names are suggested.
    """
    wanted = _fold(name)
    by_name = {_fold(label): p for p in platforms().values() for label in (p.id, p.name, *p.aliases)}
    if wanted in by_name:
        return by_name[wanted]
    import difflib

    near = difflib.get_close_matches(wanted, by_name, n=2, cutoff=0.6)
    known = ", ".join(platforms())
    guess = f"Did you mean {' or '.join(dict.fromkeys(by_name[n].id for n in near))}? " if near else ""
    raise BriefError(f"“{name[:60]}” is not a platform I know.", f"{guess}Known: {known}.", "platform")


def parts_for(kind: Kind, platform_id: str) -> tuple[PartSpec, ...]:
    """The parts a brief's copy has: its platform's, or a general shape when it names none.

    A campaign is a plan whatever the platform.
    """
    platform = platforms()[platform_id or "general"]
    if kind is Kind.CAMPAIGN:
        platform = platforms()["general"]
    return platform.parts_for(kind)


def part_label(spec: PartSpec, language: Language) -> str:
    """What prompts and messages call a part in a language."""
    return spec.label.get(language) or spec.label["en"]
