"""A brand profile: how a brand sounds, what it never says, what its copy must carry, what it vouches for."""

import difflib
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from models.brand_emoji import emoji_in
from models.brief import Brief, Kind, Language, clean_text, detect_language
from models.errors import BriefError, CopydeskError
from models.markets import MARKETS, Market
from models.matching import fold, has_term
from models.platforms import find_platform
from models.variant import BrandRef, Value

__all__ = ["Brand", "BrandError", "Disclaimer", "Profile", "make_brand"]

MAX_NAME, MAX_TERM, MAX_LINE, MAX_TEXT = 100, 80, 500, 2_000
MAX_EXAMPLES, MAX_ITEMS, MAX_BANNED, MAX_DISCLAIMERS = 3, 60, 200, 20
MAX_BRAND_CHARACTERS = 20_000
MAX_EXCLAMATIONS = 20

Spelling = Literal["us", "uk"]
Script = Literal["simplified", "traditional"]
Address = Literal["你", "您"]
Emoji = Literal["none", "few", "free"]
Spacing = Literal["spaced", "tight"]

FEW_EMOJI = 2
"""How many emoji one copy may have under the policy `few`."""


class BrandError(CopydeskError):
    """A brand profile is not valid.

    Args:
        message: What is wrong.
        remedy: What to do next.
        field: The part of the profile at fault (`banned`, `voice`, …).
    """

    code: ClassVar[str] = "bad_brand"
    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, remedy: str = "", field: str = "") -> None:
        super().__init__(message, remedy)
        self.field = field

    def __reduce__(self) -> tuple[type["BrandError"], tuple[str, str, str]]:  # type: ignore[override]
        return (type(self), (self.message, self.remedy, self.field))


def _text(value: Any, most: int, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    text = clean_text(value)
    text = text if lines else clean_text(text.replace("\n", " "))
    if len(text) > most:
        raise ValueError(f"“{text[:40]}…” is {len(text):,} characters long; the limit is {most:,}")
    return text


def _texts(value: Any, most: int, items: int, *, lines: bool = False) -> tuple[str, ...]:
    """Several texts, each once."""
    if not isinstance(value, list | tuple):
        raise ValueError('must be a list of texts, e.g. ["one", "two"]')
    texts = [text for text in (_text(item, most, lines=lines) for item in value) if text]
    unique = tuple({fold(text): text for text in reversed(texts)}.values())[::-1]
    if len(unique) > items:
        raise ValueError(f"has {len(unique)} items; the limit is {items}")
    return unique


class _Strict(Value):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Disclaimer(_Strict):
    """A text that copy must carry: of some kinds, on some platforms, in some languages; none named = all.

    Without languages it is required of copy in the language that it is written in itself.
    """

    text: str
    kinds: tuple[Kind, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()

    @field_validator("text", mode="before")
    @classmethod
    def _sound_text(cls, value: Any) -> str:
        if not (text := _text(value, MAX_LINE)):
            raise ValueError("is empty")
        return text

    @field_validator("platforms", mode="before")
    @classmethod
    def _known_platforms(cls, value: Any) -> tuple[str, ...]:
        try:
            names = _texts(value, MAX_NAME, MAX_ITEMS)
            return tuple(dict.fromkeys(find_platform(name).id for name in names))
        except BriefError as error:
            raise ValueError(str(error)) from error

    @field_validator("kinds", "languages")
    @classmethod
    def _once(cls, value: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(value))

    def applies(self, brief: Brief) -> bool:
        """Whether copy for this brief must carry it."""
        return (
            (not self.kinds or brief.kind in self.kinds)
            and (not self.platforms or brief.platform.partition("/")[0] in self.platforms)
            and brief.resolved_language in (self.languages or (detect_language(self.text),))
        )


class Brand(_Strict):
    """How a brand writes. Everything is optional; an empty profile changes nothing.

    `banned` maps words to what is said instead ("" = nothing fits everywhere). `emoji` is `none`, `few` (at most two
    in a copy) or `free`; `allowed_emoji` are the only ones (none named = any). `address` is how Chinese copy speaks to
    the reader; `spacing` is whether a space stands between Chinese and Latin. `max_exclamations` is for the whole
    copy. `facts` are what the brand vouches for: copy may state them as it may state the brief's. `references` are
    others' slogans and copy, which copy must not repeat. `markets` and `sectors` say whose advertising rules copy
    must keep, in place of the installation's.
    """

    name: str = ""
    voice: str = ""
    examples: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    markets: tuple[Market, ...] = ()
    sectors: tuple[str, ...] = ()
    spelling: Spelling | None = None
    script: Script | None = None
    address: Address | None = None
    spacing: Spacing | None = None
    emoji: Emoji | None = None
    allowed_emoji: tuple[str, ...] = ()
    max_exclamations: int | None = Field(default=None, ge=0, le=MAX_EXCLAMATIONS)
    banned: Mapping[str, str] = Field(default_factory=dict)
    disclaimers: tuple[Disclaimer, ...] = Field(default=(), max_length=MAX_DISCLAIMERS)

    @field_validator("name", mode="before")
    @classmethod
    def _line(cls, value: Any) -> str:
        return _text(value, MAX_NAME)

    @field_validator("voice", mode="before")
    @classmethod
    def _paragraphs(cls, value: Any) -> str:
        return _text(value, MAX_TEXT, lines=True)

    @field_validator("examples", mode="before")
    @classmethod
    def _examples(cls, value: Any) -> tuple[str, ...]:
        return _texts(value, MAX_TEXT, MAX_EXAMPLES, lines=True)

    @field_validator("preferred", "competitors", mode="before")
    @classmethod
    def _terms(cls, value: Any) -> tuple[str, ...]:
        return _texts(value, MAX_TERM, MAX_ITEMS)

    @field_validator("references", mode="before")
    @classmethod
    def _references(cls, value: Any) -> tuple[str, ...]:
        return _texts(value, MAX_LINE, MAX_ITEMS)

    @field_validator("markets", "sectors", mode="before")
    @classmethod
    def _names(cls, value: Any) -> tuple[str, ...]:
        return tuple(name.casefold() for name in _texts(value, MAX_TERM, MAX_ITEMS))

    @field_validator("facts", mode="before")
    @classmethod
    def _facts(cls, value: Any) -> tuple[str, ...]:
        if isinstance(value, Mapping):
            value = [f"{name}: {text}" if isinstance(text, str) else text for name, text in value.items()]
        return _texts(value, MAX_LINE, MAX_ITEMS)

    @field_validator("allowed_emoji", mode="before")
    @classmethod
    def _emoji(cls, value: Any) -> tuple[str, ...]:
        texts = _texts(value, MAX_TERM, MAX_ITEMS)
        for text in texts:
            if [text] != emoji_in(text):
                raise ValueError(f"“{text[:20]}” is not one emoji")
        return texts

    @field_validator("max_exclamations", mode="before")
    @classmethod
    def _whole(cls, value: Any) -> Any:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise ValueError(f"must be a whole number, 0 to {MAX_EXCLAMATIONS}")
        return value

    @field_validator("banned", mode="before")
    @classmethod
    def _banned(cls, value: Any) -> dict[str, str]:
        if isinstance(value, list | tuple):
            value = dict.fromkeys(_texts(value, MAX_TERM, MAX_BANNED), "")
        if not isinstance(value, Mapping):
            raise ValueError('must be words with what to say instead, e.g. cheap = "affordable"')
        if len(value) > MAX_BANNED:
            raise ValueError(f"has {len(value)} words; the limit is {MAX_BANNED}")
        found: dict[str, str] = {}
        for given, instead in value.items():
            word = _text(given, MAX_TERM)
            if not fold(word):
                raise ValueError("has an empty word")
            if any(fold(word) == fold(other) for other in found):
                raise ValueError(f"has “{word}” twice")
            if not isinstance(instead, str):
                raise ValueError(f"has something other than text for “{word}”")
            found[word] = _text(instead, MAX_TERM)
            if arrow := next((mark for mark in ("->", "→") if mark in word + found[word]), ""):
                raise ValueError(
                    f"has “{arrow}” in a word, which stands between a word and what is said instead"
                )
        return found

    @model_validator(mode="after")
    def _agrees(self) -> "Brand":
        for said in (*self.banned.values(), *self.preferred):
            bad = next((word for word in self.banned if has_term(said, word, inflected=True)), "")
            if said and bad:
                raise ValueError(f"banned: “{said}” is to be said, and “{bad}” in it is banned")
        for name in self.competitors:
            if self.name and fold(name) == fold(self.name):
                raise ValueError(f"competitors: “{name}” is the brand itself")
        size = _size(self.__dict__.values())
        if size > MAX_BRAND_CHARACTERS:
            raise ValueError(
                f"brand: The profile has {size:,} characters; the limit is {MAX_BRAND_CHARACTERS:,}"
            )
        return self

    def due(self, brief: Brief) -> tuple[str, ...]:
        """The disclaimers that copy for this brief must carry."""
        return tuple(dict.fromkeys(one.text for one in self.disclaimers if one.applies(brief)))

    def vouched(self, brief: Brief) -> str:
        """What copy for this brief may state because the brand says so, a line each."""
        return "\n".join(filter(None, [self.name, *self.facts, *self.due(brief)]))


class Profile(Value):
    """A brand with the place and version that it has in the history."""

    ref: BrandRef
    brand: Brand

    @property
    def told(self) -> str:
        """What people call it: its name with its version, as far as it has them."""
        version = f"v{self.ref.version}" if self.ref.version else ""
        return " ".join(filter(None, [self.brand.name, version]))


def _size(values: Any) -> int:
    size, waiting = 0, list(values)
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            size += len(item)
        elif isinstance(item, Mapping):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, tuple):
            waiting += item
        elif isinstance(item, Disclaimer):
            waiting += [item.text, *item.platforms]
    return size


_REMEDIES = {
    "markets": f"Known: {', '.join(MARKETS)}.",
    "spelling": 'Write "us" or "uk".',
    "script": 'Write "simplified" or "traditional".',
    "address": "Write “你” or “您”.",
    "spacing": 'Write "spaced" or "tight".',
    "emoji": 'Write "none", "few" or "free".',
    "kinds": "Use ad, campaign or description.",
    "languages": "Use en or zh.",
    "platforms": "",
    "banned": "Write each word with what to say instead.",
    "disclaimers": 'Give each a text, e.g. text = "Terms apply.", and kinds, platforms and languages as needed.',
}


def make_brand(values: Mapping[str, Any], *, sectors: Collection[str] | None = None) -> Brand:
    """Build a brand from plain values (TOML, form fields); what is None is left out.

    Args:
        values: The profile's parts by their names.
        sectors: The sectors that the claim rules know; None = any name is taken.

    Raises:
        BrandError: Naming the field, what is wrong with it and what to write instead.
    """
    given = {str(name): value for name, value in values.items() if value is not None}
    _refuse_unknown(given, Brand, "")
    disclaimers = given.get("disclaimers")
    if isinstance(disclaimers, list | tuple):
        for number, item in enumerate(disclaimers, 1):
            if isinstance(item, Mapping):
                _refuse_unknown(item, Disclaimer, f"disclaimers {number}: ")
    try:
        brand = Brand.model_validate(given)
    except ValidationError as error:
        raise _explained(error.errors()[0]) from error
    # Which sectors there are is the installation's to say: a kept profile is read whatever they are by now.
    if sectors is not None and (strange := [name for name in brand.sectors if name not in sectors]):
        known = f"Known: {', '.join(sectors)}."
        raise BrandError(f"sectors: “{strange[0][:40]}” is not known.", known, "sectors")
    return brand


def _refuse_unknown(given: Mapping[str, Any], model: type[Value], where: str) -> None:
    for name in given:
        if name not in model.model_fields:
            near = difflib.get_close_matches(str(name)[:60].casefold(), model.model_fields, n=1, cutoff=0.5)
            guess = f"Did you mean {near[0]}? " if near else ""
            raise BrandError(
                f"{where}“{str(name)[:60]}” is not part of a brand profile.",
                f"{guess}Known: {', '.join(model.model_fields)}.",
                "disclaimers" if where else "",
            )


def _explained(error: ErrorDetails) -> BrandError:
    """A validation error in a marketer's words."""
    place = [str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"]]
    field = place[0] if place else ""
    remedy = next((_REMEDIES[part] for part in reversed(place) if part in _REMEDIES), "")
    where, given, limits = " ".join(place[:4]), error.get("input"), error.get("ctx", {})
    match error["type"]:
        case "value_error" if not place:
            # Of the whole profile: the message begins with the field.
            field, _, message = error["msg"].removeprefix("Value error, ").partition(": ")
            return BrandError(f"{message}.", "Change one of them.", "" if field == "brand" else field)
        case "value_error":
            return BrandError(
                f"{where} {error['msg'].removeprefix('Value error, ').rstrip('.')}.", remedy, field
            )
        case "literal_error" | "enum":
            return BrandError(f"{where}: “{str(given)[:40]}” is not known.", remedy, field)
        case "too_long":
            return BrandError(f"{where} has too many items; the limit is {limits['max_length']}.", "", field)
        case "missing":
            return BrandError(f"{where} is missing.", remedy, field)
        case "greater_than_equal" | "less_than_equal":
            return BrandError(f"{where} is {given}; it is 0 to {MAX_EXCLAMATIONS}.", "", field)
        case "tuple_type":
            return BrandError(f"{where} must be a list.", remedy, field)
        case "model_type" | "model_attributes_type":
            return BrandError(f"{where} must be a table.", remedy, field)
    return BrandError(f"{where}: {error['msg'][:1].lower() + error['msg'][1:]}.", remedy, field)
