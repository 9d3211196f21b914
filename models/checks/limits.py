"""That each part fits its place and keeps the platform's editorial rules, as `platforms.toml` states them."""

from collections import Counter
from collections.abc import Iterator

import regex

from models.checks.subject import Subject, found
from models.lengths import URL
from models.platforms import PartSpec, describe_length, measure
from models.variant import Check

_EMOJI = regex.compile(
    r"(?V1)[\p{Extended_Pictographic}--[\u00a9\u00ae\u2122]]|\p{Regional_Indicator}|\u20e3"
)
_REPEATED = regex.compile(r"([!?！？,，;；。])\1+|[!?！？]{2,}|(?<!\.)\.\.(?!\.)|\.{4,}")

# Seven digits or more with the usual separators; a price or a model number is shorter.
_PHONE = regex.compile(r"(?<![\d.])\+?\d(?:[\s().\-]?\d){6,14}(?![\d.])")
_SHOUT = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}{4,}(?![\p{L}\p{N}])")
_WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*")


def is_within_limits(subject: Subject) -> Iterator[Check]:
    """No part is longer than its hard limit or shorter than its minimum; a cut that readers see is a warning."""
    clean = True
    for index, spec in _specified(subject):
        text = subject.parts[index].text
        length, place = measure(text, spec.unit), subject.place(index)
        if spec.limit and length > spec.limit:
            clean = False
            shown = describe_length(text, spec, subject.language)
            yield found(
                subject, "limits", f"{place} is too long: {shown}", f"{place}太长：{shown}", index=index
            )
        elif spec.minimum and length < spec.minimum:
            clean = False
            yield found(
                subject,
                "limits",
                f"{place} is too short: {length}, at least {spec.minimum}",
                f"{place}太短：{length}，至少{spec.minimum}",
                index=index,
            )
        elif spec.shown and length > spec.shown:
            clean = False
            yield found(
                subject,
                "limits",
                f"{place} is cut after {spec.shown} of {length} when shown",
                f"{place}展示时只显示前{spec.shown}（共{length}）",
                index=index,
                severity="soft",
            )
    if clean:
        yield Check(name="limits", passed=True)


def keeps_editorial_rules(subject: Subject) -> Iterator[Check]:
    """Each part keeps its platform's editorial rules: characters, punctuation, emoji, links, repeated words."""
    clean = True
    for index, spec in _specified(subject):
        for en, zh in _broken_rules(subject.parts[index].text, spec, subject.facts):
            clean = False
            place = subject.place(index)
            yield found(subject, "editorial", f"{place}: {en}", f"{place}：{zh}", index=index)
        if spec.no_shouting and (shouted := _shouted(subject.parts[index].text, subject.facts)):
            clean = False
            place, words = subject.place(index), ", ".join(shouted)
            yield found(
                subject,
                "editorial",
                f"{place}: {words} in capitals",
                f"{place}：{words}全为大写",
                index=index,
                severity="soft",
            )
    if clean:
        yield Check(name="editorial", passed=True)


def _specified(subject: Subject) -> Iterator[tuple[int, PartSpec]]:
    for index, part in enumerate(subject.parts):
        spec = subject.spec(part.name)
        if spec is not None:
            yield index, spec


def _broken_rules(text: str, spec: PartSpec, facts: str) -> Iterator[tuple[str, str]]:
    if used := [character for character in spec.forbidden if character in text]:
        shown = " ".join(used)
        yield f"{shown} is not allowed", f"不允许使用 {shown}"
    folded = text.casefold()
    for phrase in spec.forbidden_phrases:
        if phrase.casefold() in folded:
            yield f"“{phrase}” is not allowed", f"不允许出现“{phrase}”"
    marks = text.count("!") + text.count("！")
    if spec.max_exclamations is not None and marks > spec.max_exclamations:
        yield (
            f"{marks} exclamation marks, {spec.max_exclamations or 'none'} allowed",
            f"有{marks}个感叹号，允许{spec.max_exclamations}个",
        )
    emoji = len(_EMOJI.findall(text))
    if spec.max_emoji is not None and emoji > spec.max_emoji:
        yield f"{emoji} emoji, {spec.max_emoji or 'none'} allowed", f"有{emoji}个表情，允许{spec.max_emoji}个"
    if spec.no_repeated_punctuation and (found_marks := _REPEATED.search(text)):
        yield f"repeated punctuation “{found_marks.group()}”", f"重复标点“{found_marks.group()}”"
    if spec.no_links and URL.search(text):
        yield "a link is not allowed", "不允许链接"
    # A long figure of the brief (an order number, a part number) is no phone number that the copy brought in.
    if spec.no_phone_numbers and any(number not in facts for number in _PHONE.findall(text)):
        yield "a phone number is not allowed", "不允许电话号码"
    if spec.max_word_repeats:
        exempt = {word.casefold() for word in spec.repeat_exempt}
        counts = Counter(word.casefold() for word in _WORD.findall(text))
        often = [w for w, count in counts.items() if count > spec.max_word_repeats and w not in exempt]
        if often:
            shown = ", ".join(often)
            yield (
                f"“{shown}” more than {spec.max_word_repeats} times",
                f"“{shown}”出现超过{spec.max_word_repeats}次",
            )


def _shouted(text: str, facts: str) -> list[str]:
    """Words in capitals that the brief does not write so."""
    return [word for word in dict.fromkeys(_SHOUT.findall(text)) if word not in facts]
