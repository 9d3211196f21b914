"""What is asked for: the brief, as a validated value."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from models.errors import BriefError

Language = Literal["en", "zh"]

MAX_FIELD_CHARACTERS = 2_000
MAX_PRODUCT_CHARACTERS = 300
MAX_BRIEF_CHARACTERS = 12_000
MAX_ITEMS = 40
MAX_VARIANTS = 8


class Kind(StrEnum):
    """The three kinds of copy."""

    CAMPAIGN = "campaign"
    AD = "ad"
    DESCRIPTION = "description"


_KEPT_CONTROLS = {"\n", "\t"}


def clean_text(value: str) -> str:
    """Normalise what people paste: NFC, no control or zero-width characters, plain spaces, trimmed."""
    value = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")
    kept = (
        character
        for character in value
        if character in _KEPT_CONTROLS or unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
    )
    text = "".join(kept)
    text = re.sub(r"[\u200b\u2060\ufeff\u00ad]", "", text)
    text = re.sub(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]", " ", text)
    return re.sub(r"[ \t]*\n[ \t]*", "\n", re.sub(r"[ \t]+", " ", text)).strip()


def _clean(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _clean_list(value: Any) -> Any:
    if value is None:
        return ()
    if isinstance(value, str):
        value = re.split(r"[,，、;；\n]", value)
    if isinstance(value, list | tuple):
        cleaned = [clean_text(item) if isinstance(item, str) else item for item in value]
        return tuple(dict.fromkeys(item for item in cleaned if item != ""))
    return value


Text = Annotated[str, BeforeValidator(_clean), Field(max_length=MAX_FIELD_CHARACTERS)]
Item = Annotated[str, Field(max_length=MAX_FIELD_CHARACTERS)]
Items = Annotated[tuple[Item, ...], BeforeValidator(_clean_list), Field(max_length=MAX_ITEMS)]


def detect_language(text: str) -> Language:
    """The language copy should be written in when the brief does not say: `zh` if Han characters lead.

    A Chinese brief often carries Latin names and units, so one Han character weighs as much as a
    whole Latin word.
    """
    han = len(re.findall(r"[\u3400-\u9fff\uf900-\ufaff]", text))
    latin_words = len(re.findall(r"[A-Za-z\u00c0-\u024f]{2,}", text))
    return "zh" if han > latin_words else "en"


class Brief(BaseModel):
    """One request for copy.

    `attributes` maps a name to a value with its unit (`battery` -> `5000 mAh`). `language` is
    detected from the text when absent. `n` is how many variants to show, 1 to 8.
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
    language: Language | None = None
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
            label, text = clean_text(str(name)), clean_text(str(content))
            if not label:
                raise ValueError(f"the value “{text[:40]}” has no name")
            if not text:
                raise ValueError(f"“{label[:40]}” has no value")
            cleaned[label] = text
        return cleaned

    @property
    def facts(self) -> str:
        """Everything the brief states, one fact a line: the only claims that copy may make."""
        lines = [self.product, *(f"{name}: {value}" for name, value in self.attributes.items())]
        lines += [value for value in (self.audience, self.goal, self.offer, self.dates) if value]
        lines += [*self.channels, *self.keywords, *self.must_include]
        return "\n".join(lines)

    @property
    def resolved_language(self) -> Language:
        """The language to write in: the one asked for, else the one the brief is written in."""
        return self.language or detect_language(self.facts)


_REMEDIES = {
    "product": "Say what the copy is for, e.g. `/copy ad Aurora X phone | battery: 5000 mAh`.",
    "n": f"Ask for 1 to {MAX_VARIANTS} variants, e.g. `n: 3`.",
    "kind": "Use ad, campaign or description.",
    "language": "Use en or zh, or leave it out to have it detected.",
    "attributes": "Write each attribute as name: value, e.g. `battery: 5000 mAh`.",
}


def make_brief(values: Mapping[str, Any]) -> Brief:
    """Build a brief from plain values (JSON, form fields, parsed text).

    An `id` is accepted and dropped, since brief files carry one.

    Raises:
        BriefError: Naming the field, what is wrong with it and what to write instead.
    """
    size = len(str(dict(values)))
    if size > MAX_BRIEF_CHARACTERS:
        raise BriefError(
            f"The brief is {size:,} characters long; the limit is {MAX_BRIEF_CHARACTERS:,}.",
            "Keep the facts that the copy needs and leave the rest out.",
            "brief",
        )
    given = {name: value for name, value in values.items() if name != "id"}
    if not clean_text(str(given.get("product") or "")):
        raise BriefError("The brief names no product.", _REMEDIES["product"], "product")
    from models.platforms import find_platform

    if given.get("platform"):
        given["platform"] = find_platform(str(given["platform"])).id
    try:
        return Brief.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "brief"
        problem = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            message, remedy = f"“{field}” is not a field of a brief.", "Put product facts under attributes."
        else:
            where = " → ".join(str(part) for part in first["loc"]) or "brief"
            message = f"{where}: {problem[:1].lower() + problem[1:]}."
            remedy = _REMEDIES.get(field, "")
        raise BriefError(message, remedy, field) from error
