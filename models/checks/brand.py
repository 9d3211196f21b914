"""That copy keeps to the brand's profile, and carries what the profile requires."""

from collections.abc import Iterator
from typing import Literal

from models.brand import FEW_EMOJI, Brand
from models.brand_emoji import emoji_in
from models.brand_rules import Edit, findings, kept_words, masked
from models.checks.subject import Subject, found
from models.matching import has_term
from models.variant import Check

__all__ = ["has_disclaimer", "keeps_to_brand"]

_SEVERITY: dict[str, Literal["hard", "soft"]] = {
    "banned": "hard",
    "competitor": "hard",
    "script": "hard",
    "address": "hard",
    "emoji": "hard",
    "spelling": "soft",
    "spacing": "soft",
}


def keeps_to_brand(subject: Subject) -> Iterator[Check]:
    """The copy has nothing that the brand rules out and all that it requires; without a brand there is no finding."""
    brand = subject.brand
    if brand is None:
        return
    clean = True
    for index, part in enumerate(subject.parts):
        told: set[tuple[str, str]] = set()
        for edit in findings(part.text, brand, subject.brief):
            if (edit.rule, edit.about) in told:
                continue
            told.add((edit.rule, edit.about))
            clean = False
            yield _reported(subject, index, edit, brand)
    for check in _whole(subject, brand):
        clean = False
        yield check
    if clean:
        yield Check(name="brand", passed=True)


def has_disclaimer(text: str, disclaimer: str) -> bool:
    """Whether a text carries a disclaimer, whatever mark stands at its end."""
    return has_term(text, disclaimer.rstrip(" .。!！"))


def _whole(subject: Subject, brand: Brand) -> Iterator[Check]:
    """What is wrong with the copy as a whole."""
    texts = [part.text for part in subject.parts]
    for text in brand.due(subject.brief):
        if not any(has_disclaimer(one, text) for one in texts):
            yield found(subject, "brand", f"“{text}” is required and missing", f"缺少必须写明的“{text}”")
    bare = masked("\n".join(texts), kept_words(subject.brief, brand))
    emoji = len(emoji_in(bare))
    if brand.emoji == "few" and emoji > FEW_EMOJI:
        yield found(
            subject,
            "brand",
            f"{emoji} emoji, the brand wants at most {FEW_EMOJI}",
            f"有{emoji}个表情，品牌最多用{FEW_EMOJI}个",
        )
    marks = bare.count("!") + bare.count("！")
    if brand.max_exclamations is not None and marks > brand.max_exclamations:
        most = brand.max_exclamations
        yield found(
            subject,
            "brand",
            f"{marks} exclamation marks, the brand wants {f'at most {most}' if most else 'none'}",
            f"有{marks}个感叹号，品牌{f'最多用{most}个' if most else '不用感叹号'}",
        )
    if brand.address is None and "您" in bare and "你" in bare.replace("迷你", ""):
        yield found(subject, "brand", "both 你 and 您 are used", "“你”与“您”混用", severity="soft")


def _reported(subject: Subject, index: int, edit: Edit, brand: Brand) -> Check:
    place, about = subject.place(index), edit.about
    match edit.rule:
        case "banned":
            instead = brand.banned.get(about, "")
            en = f"{place} says “{about}”, which the brand does not say"
            zh = f"{place}含有品牌不用的词“{about}”"
            if instead:
                en, zh = f"{en}: say “{instead}”", f"{zh}，请用“{instead}”"
        case "competitor":
            en, zh = f"{place} names {about}, which the brand does not name", f"{place}提到了竞品“{about}”"
        case "spelling":
            kind = {"us": ("American", "美式"), "uk": ("British", "英式")}[brand.spelling or "us"]
            en = f"{place}: “{about}” is not {kind[0]} spelling (“{edit.instead}” is)"
            zh = f"{place}：“{about}”不是{kind[1]}拼写（应为“{edit.instead}”）"
        case "script":
            kind = {"simplified": ("simplified", "简体"), "traditional": ("traditional", "繁体")}[
                brand.script or "simplified"
            ]
            en, zh = (
                f"{place}: “{about}” is not in {kind[0]} characters",
                f"{place}：“{about}”不是{kind[1]}字",
            )
        case "address":
            en, zh = (
                f"{place} says {about}; the brand says {edit.instead}",
                f"{place}用了“{about}”，应为“{edit.instead}”",
            )
        case "emoji":
            en, zh = f"{place}: the brand does not use {about}", f"{place}：品牌不用表情{about}"
        case _:
            spaced = brand.spacing == "spaced"
            en = f"{place}: “{about}” {'has no' if spaced else 'has a'} space between Chinese and Latin"
            zh = f"{place}：“{about}”中英文之间{'缺少' if spaced else '多了'}空格"
    return found(subject, "brand", en, zh, index=index, severity=_SEVERITY[edit.rule])
