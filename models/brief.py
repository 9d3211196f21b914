"""What is asked for: the brief, as a validated value."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from models.errors import BriefError

Language = Literal["en", "zh"]

MAX_FIELD_CHARACTERS = 2_000
MAX_PRODUCT_CHARACTERS = 300
MAX_BRIEF_CHARACTERS = 12_000
MAX_NAME_CHARACTERS = 200
MAX_ITEMS = 40
MAX_VARIANTS = 8


class Kind(StrEnum):
    """The three kinds of copy."""

    CAMPAIGN = "campaign"
    AD = "ad"
    DESCRIPTION = "description"


_LINE_BREAKS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufdd0-\ufdef\uffff]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def clean_text(value: str) -> str:
    """Normalise what people paste.

    NFC; no control, private or invisible characters (the joiners that emoji need stay); line breaks as `\\n`, other
    spaces plain and single; trimmed. Cleaning twice changes nothing.
    """
    text = _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", value))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs", "Co"})
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", text)).strip()


def _clean(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _as_text(value: Any) -> str:
    """A fact as JSON may hold it, as text: a number, yes or no, a list."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple) and not any(isinstance(item, list | tuple) for item in value):
        return ", ".join(_as_text(item) for item in value)
    if value is None or isinstance(value, str | int | float):
        return clean_text(str("" if value is None else value))
    raise ValueError("a value is text, a number or a list of them")


def _clean_list(value: Any) -> Any:
    if value is None:
        return ()
    if isinstance(value, str):
        value = re.split(r"[,，、;；\n]", value)
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list of texts")
    cleaned = [_as_text(item) if isinstance(item, int | float) else _clean(item) for item in value]
    if not all(isinstance(item, str) for item in cleaned):
        raise ValueError("must be a list of texts")
    return tuple(dict.fromkeys(item for item in cleaned if item))


_LANGUAGES: dict[str, Language] = {
    **dict.fromkeys(["en", "enus", "engb", "english", "英文", "英语", "英語"], "en"),
    **dict.fromkeys(
        ["zh", "cn", "zhcn", "zhhans", "zhhanscn", "chinese", "simplifiedchinese", "mandarin", "putonghua"],
        "zh",
    ),
    **dict.fromkeys(["中文", "汉语", "漢語", "普通话", "国语", "简体", "简体中文", "华文"], "zh"),
}


def _language(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    folded = re.sub(r"[\s_()（）-]", "", clean_text(unicodedata.normalize("NFKC", value))).casefold()
    return _LANGUAGES.get(folded, value) if folded else None


Text = Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_FIELD_CHARACTERS)]
Item = Annotated[str, Field(max_length=MAX_FIELD_CHARACTERS)]
Items = Annotated[tuple[Item, ...], BeforeValidator(_clean_list), Field(max_length=MAX_ITEMS)]

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_OTHER_EAST_ASIAN = re.compile(
    r"[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"
)
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’]+")


def detect_language(text: str) -> Language:
    """The language copy should be written in when the brief does not say: `zh` if Chinese leads.

    One Han character weighs as much as a plain Latin word; a name or unit (`iPhone`, `USB-C`, `mAh`: any word with
    a capital) half as much, since Chinese briefs are full of them. Japanese and Korean are not written: more than a
    stray kana or hangul gives `en`.
    """
    han = len(_HAN.findall(text))
    other = len(_OTHER_EAST_ASIAN.findall(text))
    if other > 1 and other * 5 > han:
        return "en"
    words = _LATIN_WORD.findall(text)
    names = sum(1 for word in words if word != word.lower())
    return "zh" if han > len(words) - names / 2 else "en"


class Brief(BaseModel):
    """One request for copy.

    `attributes` maps a name to a value with its unit (`battery` -> `5000 mAh`). `language` is
    detected from the text when absent. `n` is how many variants to show, 1 to 8. All texts together hold at most
    12,000 characters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    product: Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=MAX_PRODUCT_CHARACTERS)]
    attributes: Mapping[str, Text] = Field(default_factory=dict)
    audience: Text = ""
    goal: Text = ""
    offer: Text = ""
    dates: Text = ""
    channels: Items = ()
    tone: Text = ""
    platform: Annotated[str, BeforeValidator(_clean)] = ""
    language: Annotated[Language | None, BeforeValidator(_language)] = None
    keywords: Items = ()
    must_include: Items = ()
    must_avoid: Items = ()
    n: int = Field(default=3, ge=1, le=MAX_VARIANTS)

    @field_validator("attributes", mode="before")
    @classmethod
    def _check_attributes(cls, value: Any) -> Any:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise ValueError("attributes are names with values, such as battery: 5000 mAh")
        if len(value) > MAX_ITEMS:
            raise ValueError(f"at most {MAX_ITEMS} attributes")
        cleaned: dict[str, str] = {}
        for name, content in value.items():
            label, text = clean_text(str(name)), _as_text(content)
            if not label:
                raise ValueError(f"the value “{text[:40]}” has no name")
            if not text:
                raise ValueError(f"“{label[:40]}” has no value")
            if len(label) > MAX_NAME_CHARACTERS:
                raise ValueError(f"the name “{label[:40]}…” is longer than {MAX_NAME_CHARACTERS} characters")
            if label in cleaned:
                raise ValueError(f"“{label[:40]}” is given twice")
            cleaned[label] = text
        return cleaned

    @model_validator(mode="after")
    def _check_size(self) -> "Brief":
        size = _size(list(self.__dict__.values()))
        if size > MAX_BRIEF_CHARACTERS:
            raise PydanticCustomError("brief_too_long", "too long", {"size": size})
        return self

    @property
    def facts(self) -> str:
        """Everything the brief states, one fact a line: the only claims that copy may make."""
        return "\n".join([*self._stated(), *self.channels, *self.keywords, *self.must_include])

    def _stated(self) -> list[str]:
        lines = [self.product, *(f"{name}: {value}" for name, value in self.attributes.items())]
        return lines + [value for value in (self.audience, self.goal, self.offer, self.dates) if value]

    @property
    def resolved_language(self) -> Language:
        """The language to write in: the one asked for, else the one the brief is written in."""
        if self.language:
            return self.language
        # Channels are often platform ids, which are Latin in any language.
        return detect_language("\n".join([*self._stated(), *self.keywords, *self.must_include]))


_REMEDIES = {
    "product": "Say what the copy is for, e.g. `/copy ad Aurora X phone | battery: 5000 mAh`.",
    "n": f"Ask for 1 to {MAX_VARIANTS} variants, e.g. `n: 3`.",
    "kind": "Use ad, campaign or description.",
    "language": "Use en or zh, or leave it out to have it detected.",
    "attributes": "Write each attribute as name: value, e.g. `battery: 5000 mAh`.",
}
_SHORTEN = "Keep the facts that the copy needs and leave the rest out."


def _size(value: Any) -> int:
    """How many characters of text a value holds, at any depth."""
    size, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            size += len(item)
        elif isinstance(item, Mapping):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple | set | frozenset):
            waiting += item
    return size


def too_long(size: int) -> BriefError:
    """The error for a brief of `size` characters."""
    message = f"The brief is {size:,} characters long; the limit is {MAX_BRIEF_CHARACTERS:,}."
    return BriefError(message, _SHORTEN, "brief")


def _control(value: Any) -> str:
    """The first control character in a value, at any depth; empty if there is none."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            found = _CONTROL.search(item)
            if found:
                return found[0]
        elif isinstance(item, Mapping):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple):
            waiting += item
    return ""


_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def make_brief(values: Mapping[str, Any]) -> Brief:
    """Build a brief from plain values (JSON, form fields, parsed text).

    An `id` is accepted and dropped, since brief files carry one; so is a field that is null.

    Raises:
        BriefError: Naming the field, what is wrong with it and what to write instead.
    """
    given = {str(name): value for name, value in values.items() if name != "id" and value is not None}
    size = _size(list(given.values()))
    if size > MAX_BRIEF_CHARACTERS:
        raise too_long(size)
    for name, value in given.items():
        if character := _control(value):
            raise BriefError(
                f"{name} holds a control character (U+{ord(character):04X}), which copy cannot carry.",
                "Paste it as plain text, or type that part again.",
                name,
            )
    product = given.get("product")
    if product is None or (isinstance(product, str) and not clean_text(product)):
        raise BriefError("The brief names no product.", _REMEDIES["product"], "product")
    from models.platforms import find_platform

    platform = given.get("platform")
    if platform is not None:
        if not isinstance(platform, str):
            raise BriefError("platform must be text.", "Name one, e.g. `google_rsa`.", "platform")
        given["platform"] = find_platform(platform).id if clean_text(platform) else ""
    try:
        return Brief.model_validate(given)
    except ValidationError as error:
        raise _explained(error.errors()[0]) from error


def _explained(error: ErrorDetails) -> BriefError:
    """A validation error in a marketer's words."""
    field = str(error["loc"][0]) if error["loc"] else "brief"
    where = " → ".join(str(part)[:60] for part in error["loc"] if part != "[key]") or "brief"
    limits, given = error.get("ctx", {}), error.get("input")
    remedy = _REMEDIES.get(field, "")
    match error["type"]:
        case "brief_too_long":
            return too_long(limits["size"])
        case "extra_forbidden":
            message = f"“{field[:60]}” is not a field of a brief."
            remedy = "Put product facts under attributes."
        case "missing":
            message = f"The brief has no {field}."
        case "too_long" | "string_too_long" if isinstance(given, str):
            message = f"{where} is {len(given):,} characters long; the limit is {limits['max_length']:,}."
            remedy = _SHORTEN
        case "too_long":
            message = f"{where} has {limits['actual_length']} items; the limit is {limits['max_length']}."
            remedy = "Keep the most important ones."
        case "greater_than_equal" | "less_than_equal":
            message = f"{where} is {given}; it must be 1 to {MAX_VARIANTS}."
        case "string_type":
            message = f"{where} must be text."
        case "value_error":
            message = f"{error['msg'].removeprefix('Value error, ')}."
            message = message if field == "attributes" else f"{where} {message}"
        case _ if field in {"n", "language", "kind"}:
            message = f"“{str(given)[:60]}” is no {'number of variants' if field == 'n' else field} I know."
        case _:
            message = f"{where}: {error['msg'][:1].lower() + error['msg'][1:]}."
    return BriefError(message, remedy, field)
