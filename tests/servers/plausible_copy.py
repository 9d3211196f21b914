"""Writes copy that reads like copy from a prompt's own facts, in the shape that a JSON schema asks for."""

import json
import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_BLOCK = re.compile(r"<(brief|facts|product)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_FACT = re.compile(r"^\s*(?:[-*•·]\s*)?([^:：{}\"]{1,60})[:：]\s*(\S.{0,200}?)\s*$")
_PRODUCT = re.compile(r"^(product|产品|商品|品名)$", re.IGNORECASE)
# Labels whose value is about the copy, not about the product.
_NOT_A_FACT = re.compile(
    r"^(tone|language|platform|kind|n|avoid|must.?avoid|never|do not.*|audience|goal|channels?|dates?|keywords?"
    r"|语气|语言|平台|禁用.*|不要.*|避免.*|人群|受众|目标.*|渠道|日期|关键词)$",
    re.IGNORECASE,
)
_ENGLISH = (
    "Meet {product}: {fact}",
    "{product} with {fact}",
    "{fact}, every day",
    "Choose {product} for {fact}",
    "Made for you: {fact}",
    "{product}, ready when you are",
    "Love {product} from the first day",
    "See what {fact} can do",
)
_CHINESE = (
    "{product}，{fact}",
    "选{product}，享{fact}",
    "{fact}，每天都安心",
    "{product}懂你所需",
    "为你而来的{fact}",
    "{product}，让生活更轻松",
    "爱上{product}，从今天开始",
    "看得见的{fact}",
)
_ENGLISH_FILL = (
    "Order yours today",
    "Simple to use",
    "Made with care",
    "A gift to yourself",
    "Feel the difference",
)
_CHINESE_FILL = ("现在就来看看", "简单好用", "用心制作", "送给自己的礼物", "一试便知")
_SHORT = re.compile(r"head|title|slogan|name|subject|call|cta|keyword|标题", re.IGNORECASE)
_LONG = re.compile(r"body|plan|idea|phase|message|post|text|detail|正文", re.IGNORECASE)


def user_text(messages: list[Json]) -> str:
    """The text of the last message of the user; content parts are joined."""
    for message in reversed(messages):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, list):
                return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
            return str(content or "")
    return ""


def is_chinese(text: str) -> bool:
    """Whether a text is mostly Chinese: more Han characters than Latin words."""
    return len(_HAN.findall(text)) > len(re.findall(r"[A-Za-z]{2,}", text))


def schema_in_prompt(messages: list[Json]) -> Json | None:
    """The shape that a prompt states in its text, as a model without schema support would read it.

    Either a JSON schema, or a skeleton such as `{"headline": ["…", "…"], "body": "…"}`.
    """
    decoder = json.JSONDecoder()
    for message in messages:
        text = message.get("content")
        for start in re.finditer(r"\{\s*\"", text) if isinstance(text, str) else ():
            try:
                found, _ = decoder.raw_decode(text, start.start())
            except ValueError:
                continue
            if "properties" in found or found.get("type") == "object":
                return found
            return {"type": "object", "properties": {name: _shape_of(value) for name, value in found.items()}}
    return None


def _shape_of(example: Any) -> Json:
    if isinstance(example, list):
        item = _shape_of(example[0]) if example else {"type": "string"}
        return {"type": "array", "items": item, "minItems": len(example), "maxItems": len(example)}
    if isinstance(example, dict):
        return {"type": "object", "properties": {name: _shape_of(value) for name, value in example.items()}}
    return {"type": "string"}


class CopyWriter:
    """Writes for one request; `number` makes its words differ from those of other completions."""

    def __init__(self, messages: list[Json], number: int) -> None:
        text = user_text(messages)
        self.chinese = is_chinese(text)
        self.product, self.facts = _read_facts(text, self.chinese)
        self._number = number
        self._phrases = self._endless()
        self._used: set[str] = set()

    def plain(self) -> str:
        """Three lines of copy."""
        return "\n".join(next(self._phrases) for _ in range(3))

    def conforming(self, schema: Json) -> str:
        """A JSON text that conforms to a schema."""
        return json.dumps(self._value(schema, schema, ""), ensure_ascii=False)

    def _endless(self) -> Iterator[str]:
        patterns = _CHINESE if self.chinese else _ENGLISH
        step = self._number
        while True:
            fact = self.facts[step % len(self.facts)]
            round_ = step // len(patterns)
            phrase = patterns[step % len(patterns)].format(product=self.product, fact=fact)
            if round_ % 4:
                fill = (_CHINESE_FILL if self.chinese else _ENGLISH_FILL)[round_ % 5]
                phrase = f"{fill}{'，' if self.chinese else ': '}{phrase}"
            yield phrase
            step += 1

    def _text(self, name: str, schema: Json) -> str:
        most = int(schema.get("maxLength") or self._usual_length(name))
        fewest = int(schema.get("minLength") or 0)
        candidates = [next(self._phrases) for _ in range(4 * len(_ENGLISH))]
        fresh = [phrase for phrase in candidates if phrase not in self._used] or candidates
        text = next((phrase for phrase in fresh if len(phrase) <= most), fresh[0])
        self._used.add(text)
        fills = _CHINESE_FILL if self.chinese else _ENGLISH_FILL
        if not _SHORT.search(name):
            fill = fills[self._number % len(fills)]
            longer = f"{text}。{fill}。" if self.chinese else f"{text}. {fill}."
            text = longer if len(longer) <= most else text
        text = _fit(text, most, self.chinese)
        while len(text) < fewest:
            text = (
                f"{text} {fills[len(text) % len(fills)]}"[:most]
                if len(text) + 1 < most
                else text.ljust(fewest, "!")
            )
        return text

    def _usual_length(self, name: str) -> int:
        english = 30 if _SHORT.search(name) else 200 if _LONG.search(name) else 90
        return english // 2 if self.chinese else english

    def _value(self, schema: Json, root: Json, name: str) -> Any:
        if "$ref" in schema:
            target: Any = root
            for step in str(schema["$ref"]).removeprefix("#/").split("/"):
                target = target[step]
            return self._value(target, root, name)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][self._number % len(schema["enum"])]
        for choice in ("anyOf", "oneOf", "allOf"):
            if schema.get(choice):
                return self._value(schema[choice][0], root, name)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((item for item in kind if item != "null"), "null")
        if kind == "object" or "properties" in schema:
            return {key: self._value(value, root, key) for key, value in schema.get("properties", {}).items()}
        if kind == "array":
            fewest = int(schema.get("minItems", min(3, schema.get("maxItems", 3))))
            return [self._value(schema.get("items", {"type": "string"}), root, name) for _ in range(fewest)]
        if kind in {"integer", "number"}:
            low = schema.get("minimum", 1)
            return min(low + self._number % 3, schema.get("maximum", low + 3))
        if kind == "boolean":
            return self._number % 2 == 0
        if kind == "null":
            return None
        return self._text(name, schema)


def _read_facts(text: str, chinese: bool) -> tuple[str, list[str]]:
    block = _BLOCK.search(text)
    lines = [line for line in (block[2] if block else text).splitlines() if line.strip()]
    product, facts = "", []
    for line in lines:
        match = _FACT.match(line)
        if not match:
            continue
        name, value = match[1].strip(), match[2].strip()
        if _PRODUCT.match(name):
            product = value
        elif not _NOT_A_FACT.match(name) and len(value) <= 60:
            facts.append(value)
    if not product:
        plain = next((line.strip() for line in lines if not _FACT.match(line)), "")
        product = plain if 0 < len(plain) <= 40 else ("新品" if chinese else "our product")
    return product, facts or (["好品质"] if chinese else ["good quality"])


def _fit(text: str, most: int, chinese: bool) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    if not chinese and " " in cut and text[most] != " ":
        cut = cut[: cut.rindex(" ")]
    return re.sub(r"[ ,.:;，。]+$", "", cut)
