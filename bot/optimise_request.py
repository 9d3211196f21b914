"""From what a person gives to a request: the copy in a shape, what is aimed at, and the brief that goes with it."""

import re
from collections.abc import Mapping
from typing import Any

from models.brief import Brief, Kind, Language, clean_text, detect_language, make_brief
from models.errors import BriefError, EngineCannotServe
from models.field_names import FIELD_NAMES, fold_name
from models.grammar import parse_brief
from models.language import LANGUAGES, UNDETERMINED, detect
from models.lengths import measure
from models.parts import parse_parts
from models.platforms import find_platform
from models.variant import Part, Value

__all__ = [
    "FORM_FIELDS",
    "MAX_AIM",
    "MAX_TEXT",
    "PLAIN",
    "Request",
    "fields_of",
    "make_request",
    "original_of",
    "print_request",
    "read_fields",
    "read_request",
    "request_of",
]

MAX_TEXT = 6_000
"""The most characters that are optimised at once."""

MAX_AIM = 500

FORM_FIELDS = ("aim", "platform", "must_include", "must_avoid", "language")
"""What a form asks for besides the text."""

PLAIN = "plain_text"
"""The platform of copy that names none."""

_AIM_NAMES = {
    fold_name(name) for name in ("aim", "aims", "target", "direction", "目标", "方向", "改进方向", "优化方向")
}
_TEXT_NAMES = {"en": "original", "zh": "原文"}
_FIELD = 2_000
_MOST_PRODUCT = 60
_DIVIDER = re.compile(r"(?<!\\)[|｜]\s*([^|｜:：\n]{1,40}?)\s*[:：]")
_FIRST_SENTENCE = re.compile(r"[.!?。！？；;\n]")
_NAMED = {
    "ar": "Arabic", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip


class Request(Value):
    """A copy to be optimised: its parts, the wish ("" = what is weak), and a brief that holds the original."""

    brief: Brief
    parts: tuple[Part, ...]
    aim: str = ""


def read_request(typed: str) -> Request:
    """Read `TEXT | aim: warmer | platform: meta_feed | must avoid: …`.

    The text may hold dividers and colons: the fields begin at the first divider that a field's name follows.

    Raises:
        BriefError: There is no text, it is too long, or a field is wrong.
        EngineCannotServe: The text is neither English nor Chinese.
    """
    text, fields = _split(typed)
    _check_text(text)
    aim = ""
    values: dict[str, Any] = {}
    if fields:
        brief = parse_brief(f"text | {fields}", Kind.AD)
        values = brief.model_dump(mode="json", exclude_defaults=True, exclude={"kind", "product"})
        attributes = values.get("attributes", {})
        for name in [name for name in attributes if fold_name(name) in _AIM_NAMES]:
            aim = attributes.pop(name)
        # In a brief “目标” is the goal of the copy; here it is where the copy should go.
        aim = aim or values.pop("goal", "")
    return make_request(text, aim=aim, **values)


def read_fields(typed: str) -> dict[str, str]:
    """What was typed as it stands, for a form: `text`, `aim` and the fields that a form has, nothing checked."""
    text, fields = _split(typed)
    found = {"text": text}
    for part in re.split(r"(?<!\\)[|｜\n]", fields):
        name, colon, value = part.replace("：", ":", 1).partition(":")
        folded = fold_name(name)
        key = "aim" if folded in _AIM_NAMES else FIELD_NAMES.get(folded, "")
        if colon and key in FORM_FIELDS:
            found[key] = value.strip()
    return found


def _split(typed: str) -> tuple[str, str]:
    """The text, and the fields that stand behind it."""
    text, fields = typed, ""
    for match in _DIVIDER.finditer(typed):
        name = fold_name(match[1])
        if name in FIELD_NAMES or name in _AIM_NAMES:
            text, fields = typed[: match.start()], typed[match.start() + 1 :]
            break
    return re.sub(r"\\([|｜])", r"\1", text).strip(), fields


def make_request(text: str, *, aim: str = "", **fields: Any) -> Request:
    """Check a text and what goes with it.

    Args:
        text: The copy; lines such as `Headline: …` are a platform's parts where it has several.
        aim: Where it should go, in the person's words; empty = what is weak.
        fields: A brief's fields; None and "" are not given.

    Raises:
        BriefError: There is no text, it is too long, or a field is wrong.
        EngineCannotServe: The text is neither English nor Chinese.
    """
    _check_text(text)
    text, aim = clean_text(text), clean_text(aim)
    given = {name: value for name, value in fields.items() if value not in (None, "", ())}
    if len(aim) > MAX_AIM:
        raise BriefError(
            f"The aim is {len(aim):,} characters long; the limit is {MAX_AIM}.",
            "Say it in a few words.",
            "aim",
        )
    named = given.pop("language", None)
    language = _asked_language(named) if named else _language(text)
    platform, parts = _shape(text, given.pop("platform", ""), language)
    attributes = dict(given.pop("attributes", {}) or {})
    name = _TEXT_NAMES[language]
    for number, piece in enumerate(_pieces(text), 1):
        attributes[name if number == 1 else f"{name} {number}"] = piece
    values = {"kind": Kind.AD, "product": _title(text), "language": language, "platform": platform}
    brief = make_brief({**given, **values, "attributes": attributes})
    return Request(brief=brief, parts=parts, aim=aim or brief.tone)


def request_of(brief: Brief, aim: str) -> Request:
    """The request that a brief of `make_request` came from.

    Raises:
        BriefError: The brief holds no copy, or its platform is not known any more.
    """
    text = original_of(brief)
    _check_text(text)
    _, parts = _shape(text, brief.platform, brief.resolved_language)
    return Request(brief=brief, parts=parts, aim=aim)


def original_of(brief: Brief) -> str:
    """The copy that a request's brief holds; empty when it is another kind of brief."""
    name = _TEXT_NAMES[brief.resolved_language]
    return "".join(
        value for key, value in brief.attributes.items() if re.fullmatch(rf"{re.escape(name)}(?: \d+)?", key)
    )


def print_request(request: Request) -> str:
    """A request as `read_request` takes it."""
    brief, chinese = request.brief, request.brief.resolved_language == "zh"
    said: dict[str, str] = {"方向" if chinese else "aim": request.aim}
    platform = "" if brief.platform.startswith(PLAIN) else brief.platform
    said["平台" if chinese else "platform"] = platform
    said["必须包含" if chinese else "must include"] = ", ".join(brief.must_include)
    said["禁用词" if chinese else "must avoid"] = ", ".join(brief.must_avoid)
    text = re.sub(r"([|｜])", r"\\\1", original_of(brief))
    return " | ".join([text, *(f"{name}: {value}" for name, value in said.items() if value)])


def _pieces(text: str) -> list[str]:
    """A text in pieces that fit a brief's fields, none of them cut at a space: fields are trimmed."""
    pieces = []
    while len(text) > _FIELD:
        cut = _FIELD
        while cut > 1 and (text[cut].isspace() or text[cut - 1].isspace()):
            cut -= 1
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _check_text(text: str) -> None:
    text = clean_text(text)
    if not text:
        raise BriefError(
            "There is no copy to optimise.",
            "Put it behind the command, e.g. `/copy optimize Our lamp is nice | aim: warmer`.",
            "text",
        )
    if len(text) > MAX_TEXT:
        raise BriefError(
            f"The copy is {len(text):,} characters long; the limit is {MAX_TEXT:,}.",
            "Optimise it piece by piece.",
            "text",
        )
    if detect(text).code == UNDETERMINED:
        raise BriefError(
            "That copy has no words, only signs, emoji, figures or links.",
            "Give a sentence at least.",
            "text",
        )


def _language(text: str) -> Language:
    code = detect(text).code
    if code in ("en", "zh"):
        return detect_language(text) if code == "en" else "zh"
    known = _NAMED.get(code, f"another language ({code})" if code in LANGUAGES else "another language")
    raise EngineCannotServe(
        f"That copy seems to be in {known}; I optimise English and Chinese.",
        "If it is English or Chinese, say so with `language: en` or `language: zh`.",
    )


def _asked_language(named: object) -> Language:
    return make_brief({"kind": Kind.AD, "product": "text", "language": named}).resolved_language


def _title(text: str) -> str:
    """What the copy is called in messages and in the history: its first words."""
    first = _FIRST_SENTENCE.split(text, maxsplit=1)[0].strip() or text
    first = re.sub(r"\s+", " ", first)
    if len(first) <= _MOST_PRODUCT:
        return first
    cut = first[:_MOST_PRODUCT]
    return (cut.rsplit(" ", 1)[0] if " " in cut[20:] else cut).rstrip(",，、;:：") + "…"


def _shape(text: str, named: str, language: Language) -> tuple[str, tuple[Part, ...]]:
    """The platform, or one part of it, that a text is in the shape of, and the text's parts.

    A text with a platform's labels has those parts; else it is the one part that it suits by its length.
    """
    platform = find_platform(named) if clean_text(named) else find_platform(PLAIN)
    if platform.id == "general":
        platform = find_platform(PLAIN)
    specs = tuple(spec for spec in platform.parts_for(Kind.AD) if spec.ask)
    if len(specs) == 1 and specs[0].count[1] == 1:
        return platform.id, parse_parts(text, specs, language) or (Part(name=specs[0].name, text=text),)
    labelled = parse_parts(text, specs, language)
    if len({part.name for part in labelled}) > 1:
        return platform.id, labelled
    if labelled:
        return f"{platform.id}/{labelled[0].name}", labelled[:1]
    holding = [spec for spec in specs if not spec.target or measure(text, spec.unit) <= spec.target]
    by_room = sorted(specs, key=lambda spec: spec.limit or MAX_TEXT)
    best = min(holding, key=lambda spec: spec.target or MAX_TEXT) if holding else by_room[-1]
    return f"{platform.id}/{best.name}", (Part(name=best.name, text=text),)


def fields_of(brief: Brief) -> Mapping[str, str]:
    """A request's facts besides the original."""
    name = _TEXT_NAMES[brief.resolved_language]
    return {
        key: value
        for key, value in brief.attributes.items()
        if not re.fullmatch(rf"{re.escape(name)}(?: \d+)?", key)
    }
