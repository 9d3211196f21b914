"""The brief's grammar: `product | name: value | …` in English or Chinese, read and written."""

import re
import unicodedata
from typing import Any

from models.brief import (
    MAX_BRIEF_CHARACTERS,
    MAX_ITEMS,
    MAX_VARIANTS,
    Brief,
    Kind,
    Language,
    clean_text,
    detect_language,
    make_brief,
    too_long,
)
from models.errors import BriefError
from models.field_names import FIELD_NAMES, KIND_NAMES, LIST_FIELDS, fold_name, shown_name
from models.grammar_parts import MAX_NAME, SEPARATORS, TextPart, quoted, read_parts

__all__ = ["FIELD_NAMES", "KIND_NAMES", "fold_name", "parse_brief", "print_brief"]

_MAX_TEXT = 4 * MAX_BRIEF_CHARACTERS  # escapes double a text at most; names and quotes are the rest
_FEATURE: dict[Language, str] = {"en": "feature", "zh": "特点"}
_KIND_FIELDS = {"kind", "类型", "文案类型"}
# A field's name with its colon forgotten. Only those that begin no ordinary phrase: "voice control" is a feature.
_NO_COLON = re.compile(
    r"(audience|keywords?|channels?|must[ _-](?:include|avoid)|受众|关键词|必须包含|禁用词)\s+\S",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"([+-]?\d{1,6}|[一二两三四五六七八])\s*(?:个|条|份|版|款|variants?|versions?)?", re.IGNORECASE
)
_NUMBER_WORDS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}


def parse_brief(text: str, kind: Kind) -> Brief:
    """Read a brief from text, e.g. `Aurora X | battery: 5000 mAh | audience: young travellers`.

    Parts are divided by `|`, `｜` or a line break. A part is `name: value`; a name that is no field's is an
    attribute's. The first part without a name is the product, further ones are features. Quoted names are always
    attributes, quoted values keep dividers, and a backslash keeps the next divider, quote or colon.

    Args:
        text: What was typed, Slack's markup undone.
        kind: What kind of copy it asks for.

    Raises:
        BriefError: Naming the part that is wrong and what to write instead.
    """
    if len(text) > _MAX_TEXT:
        raise too_long(len(text))
    parts = read_parts(text)
    values: dict[str, Any] = {"kind": kind, "attributes": {}}
    for part in parts:
        if part.field:
            _set_field(values, part)
        elif part.name is not None and not _repeats_kind(part, kind):
            _set_attribute(values["attributes"], part.name, part.value)
    unnamed = [part.value for part in parts if part.name is None]
    if parts and parts[0].name is None and "product" in values:
        raise _twice("The product", unnamed[0], values["product"], "product")
    if len(unnamed) > 1 and KIND_NAMES.get(fold_name(unnamed[0])) is kind:
        del unnamed[0]  # the kind said again: "/copy ad ad | Aurora X"
    if unnamed and "product" not in values:
        values["product"] = unnamed.pop(0)
    for value in unnamed:
        _set_feature(values["attributes"], value)
    if "product" not in values and parts:
        _find_product(values, parts[0])
    try:
        return make_brief(values)
    except BriefError as error:
        raise _with_escape(error, parts) from error


def _set_field(values: dict[str, Any], part: TextPart) -> None:
    if part.field in LIST_FIELDS:
        values[part.field] = [*values.get(part.field, ()), *part.items]
    elif not part.empty:
        value = _number(part) if part.field == "n" else part.value
        if values.get(part.field, value) != value:
            raise _twice(f"“{_cut(part.name)}”", values[part.field], value, part.field)
        values[part.field] = value


def _number(part: TextPart) -> int:
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", clean_text(part.value)))
    if not match:
        raise BriefError(
            f"“{_cut(part.value)}” is not a number of variants.",
            f"Ask for 1 to {MAX_VARIANTS}, e.g. `n: 3`. {_escape_hint(part)}",
            "n",
        )
    return _NUMBER_WORDS.get(match[1]) or int(match[1])


def _set_attribute(attributes: dict[str, str], name: str, value: str) -> None:
    name = name.strip()
    if not clean_text(value):
        raise BriefError(
            f"“{_cut(name)}” has no value.", f"Write `{_cut(name)}: value`, or leave it out.", "attributes"
        )
    if attributes.get(name, value) != value:
        raise _twice(f"“{_cut(name)}”", attributes[name], value, "attributes")
    if len(attributes) >= MAX_ITEMS and name not in attributes:
        raise BriefError(
            f"The brief has more than {MAX_ITEMS} attributes.", "Keep the most important ones.", "attributes"
        )
    attributes[name] = value


def _set_feature(attributes: dict[str, str], value: str) -> None:
    """Keep a part without a name as a feature of the product."""
    value = value.strip()
    if forgotten := _NO_COLON.match(value):
        name, rest = forgotten[1], value[len(forgotten[1]) :].strip()
        raise BriefError(
            f"“{_cut(value)}” has no colon.", f"Write `{name}: {_cut(rest)}`.", FIELD_NAMES[fold_name(name)]
        )
    label = name = _FEATURE[detect_language(value)]
    number = 1
    while name in attributes:
        number += 1
        name = f"{label} {number}"
    _set_attribute(attributes, name, value)


def _repeats_kind(part: TextPart, kind: Kind) -> bool:
    """Whether a part only repeats the kind (`kind: ad`).

    Raises:
        BriefError: It names another kind.
    """
    if part.quoted_name or fold_name(part.name or "") not in _KIND_FIELDS:
        return False
    said = KIND_NAMES.get(fold_name(part.value))
    if said is not None and said is not kind:
        raise BriefError(
            f"The brief asks for “{said.value}”, the command for “{kind.value}”.",
            f"Use `/copy {said.value} …`, or leave “{_cut(part.name)}” out.",
            "kind",
        )
    return said is kind


def _find_product(values: dict[str, Any], first: TextPart) -> None:
    """Take `ad: Aurora X` as the product of an ad.

    Raises:
        BriefError: The text begins with another name: how to write a product that holds a colon.
    """
    if first.name is None or first.field or first.quoted_name:
        return
    if KIND_NAMES.get(fold_name(first.name)) is values["kind"]:
        values["product"] = values["attributes"].pop(first.name.strip())
        return
    whole = _cut(f"{first.name}: {first.value}")
    raise BriefError(
        "The brief names no product.",
        f"Begin with it, e.g. `Aurora X phone | {whole}`. If “{whole}” is the product, put it in quotes.",
        "product",
    )


def _with_escape(error: BriefError, parts: list[TextPart]) -> BriefError:
    """The error, with how to write the part if a fact about the product was meant."""
    meant = [part for part in parts if part.field == error.field]
    if error.field not in {"platform", "language"} or not meant:
        return error
    return BriefError(error.message, f"{error.remedy} {_escape_hint(meant[0])}".strip(), error.field)


def _escape_hint(part: TextPart) -> str:
    return f'For a fact about the product put its name in quotes: `"{_cut(part.name)}": {_cut(part.value)}`.'


def _twice(what: str, first: Any, second: Any, key: str) -> BriefError:
    message = f"{what} is given twice: “{_cut(first)}” and “{_cut(second)}”."
    return BriefError(message, "Keep one of them, or give the other another name.", key)


def _cut(value: Any) -> str:
    text = clean_text(str(value))
    return text if len(text) <= 60 else f"{text[:59]}…"


def print_brief(brief: Brief) -> str:
    """Write a brief as text that `parse_brief` reads back to an equal brief.

    Args:
        brief: Any valid brief; a Chinese one gets Chinese field names.
    """
    language = brief.resolved_language
    product = quoted(brief.product, always=bool(re.search(r"[:：]", brief.product)))
    parts = [product, *(f"{_attribute(name)}: {quoted(value)}" for name, value in brief.attributes.items())]
    shown = {
        name: getattr(brief, name)
        for name in Brief.model_fields
        if name not in {"kind", "product", "attributes"}
    }
    shown["n"] = "" if brief.n == Brief.model_fields["n"].default else str(brief.n)
    for name, value in shown.items():
        if isinstance(value, tuple):
            value = ", ".join(quoted(item, always=bool(re.search(f"[{SEPARATORS}]", item))) for item in value)
        elif value:
            value = quoted(value)
        if value:
            parts.append(f"{shown_name(name, language)}: {value}")
    return " | ".join(parts)


def _attribute(name: str) -> str:
    """An attribute's name: quoted where it would read as a field's, or not as a name at all."""
    folded = fold_name(name)
    taken = folded in FIELD_NAMES or folded in _KIND_FIELDS
    return quoted(name, always=taken or not folded or len(name) > MAX_NAME or bool(re.search(r"[:：]", name)))
