"""What a brand changes in a text: each rule finds what is against the profile, with the exact correction where one is.

The check tells the findings and the repair makes the corrections, so that both see the same.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import regex

from models.brand import FEW_EMOJI, Brand, Script
from models.brand_emoji import EMOJI, same_emoji
from models.brief import Brief
from models.matching import finder, has_term
from models.scripts import converted
from models.spelling import respellings

__all__ = [
    "Edit",
    "corrected",
    "fewer_emoji",
    "fewer_exclamations",
    "findings",
    "is_of_script",
    "kept_words",
    "masked",
    "spacing_of",
]


class Edit(NamedTuple):
    """What stands at `start:end` of a text is against a rule; `instead` corrects it, None needs a writer."""

    start: int
    end: int
    instead: str | None
    rule: str
    about: str = ""


_HIDDEN = "\x00"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
_LATIN = r"[A-Za-z0-9\u00c0-\u024f$€£¥%]"
_NO_SPACE = regex.compile(rf"(?<={_HAN})(?={_LATIN})|(?<={_LATIN})(?={_HAN})")
_SPACE = regex.compile(rf"(?<={_HAN})[ \u00a0]+(?={_LATIN})|(?<={_LATIN})[ \u00a0]+(?={_HAN})")
# 迷你 is mini, and these are sayings, not the reader.
_YOU = regex.compile(r"(?<!迷)你(?!追我赶|来我往|情我愿|争我夺|我他|一言)们?")
_FORMAL_YOU = regex.compile(r"您")
_ARTICLE = regex.compile(r"(?i)(?<![\w\x00])(an?)(\s+)$")
_VOWEL_SOUND = regex.compile(r"(?i)(?!uni|use|usu|eu|one\b|once\b)[aeiou]|hour|honest|heir|honou?r")
_MARK = regex.compile(r"[!！]")
_RUN = regex.compile(r"([!！])[!！]+")


def kept_words(brief: Brief, brand: Brand) -> tuple[str, ...]:
    """What no rule changes: names, and text that must be there word for word."""
    return tuple(filter(None, (brief.product, brand.name, *brief.must_include, *brand.due(brief))))


def masked(text: str, kept: Sequence[str]) -> str:
    """A text of the same length with the kept words hidden from the rules."""
    literal = "|".join(regex.escape(word) for word in sorted(filter(None, kept), key=len, reverse=True))
    if not literal:
        return text
    return regex.sub(literal, lambda match: _HIDDEN * len(match[0]), text, flags=regex.IGNORECASE)


def findings(text: str, brand: Brand, brief: Brief) -> Iterator[Edit]:
    """All that is against the profile in one text, rule by rule."""
    kept = kept_words(brief, brand)
    for rule in _RULES:
        yield from rule(text, _masked_for(rule, text, kept, brief, brand), brand)


def corrected(text: str, brand: Brand, brief: Brief) -> str:
    """A text with every exact correction made."""
    kept = kept_words(brief, brand)
    for rule in _RULES:
        for edit in reversed(list(rule(text, _masked_for(rule, text, kept, brief, brand), brand))):
            if edit.instead is not None:
                text = text[: edit.start] + edit.instead + text[edit.end :]
    return regex.sub(r"[ \t]{2,}", " ", text).strip()


Rule = Callable[[str, str, Brand], Iterator[Edit]]


def _masked_for(rule: Rule, text: str, kept: Sequence[str], brief: Brief, brand: Brand) -> str:
    # People search by a spelling, and a brand may prefer a name with one.
    more = (*brief.keywords, *brand.preferred) if rule is _spelling else ()
    return masked(text, (*kept, *more))


def _banned(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    taken: list[tuple[int, int]] = []
    edits: list[Edit] = []
    # The longest first: of “buy now” and “buy” the first is meant.
    for word, instead in sorted(brand.banned.items(), key=lambda item: -len(item[0])):
        found = list(finder(word).finditer(bare))
        if not found and has_term(bare, word, inflected=True):
            edits.append(Edit(0, len(text), None, "banned", word))
        for match in found:
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            taken.append((start, end))
            edits.append(_replaced(text, start, end, match["ending"], instead, word))
    yield from sorted(edits)


def _replaced(text: str, start: int, end: int, ending: str, instead: str, word: str) -> Edit:
    """A banned word replaced, its capitals and plural kept and the article before it made to fit."""
    stem = text[start : end - len(ending)]
    if not instead or (ending and not _takes(instead, ending)):
        return Edit(start, end, None, "banned", word)
    new = instead + ending
    if stem.isupper() and len(stem) > 1:
        new = new.upper()
    elif stem[:1].isupper():
        # In a Title Every Word Has Its Capital.
        words = new.split(" ")
        title = " " in stem and all(part[:1].isupper() for part in stem.split(" "))
        new = " ".join(
            part[:1].upper() + part[1:] if title or not i else part for i, part in enumerate(words)
        )
    if article := _ARTICLE.search(text, 0, start):
        wanted = "an" if _VOWEL_SOUND.match(new) else "a"
        if article[1].lower() != wanted:
            wanted = wanted.capitalize() if article[1][:1].isupper() else wanted
            return Edit(article.start(), end, wanted + article[2] + new, "banned", word)
    return Edit(start, end, new, "banned", word)


def _takes(word: str, ending: str) -> bool:
    """Whether a word takes an ending as it is: only the plain s is sure."""
    return ending.lower() in ("s", "'s") and word[-1:].isalpha() and not word.lower().endswith(
        ("s", "x", "z", "ch", "sh", "y")
    )  # fmt: skip


def _competitors(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    if not brand.competitors:
        return
    from models.terms import rarity  # the dictionaries behind it are read at import

    for name in brand.competitors:
        # A name that is a common word (Apple, Next) is one only with its capital.
        cased = " " not in name and name.isascii() and rarity(name.lower(), "en") < 1
        for pattern in dict.fromkeys((finder(name, cased=cased), finder(name.upper(), cased=cased))):
            for match in pattern.finditer(bare):
                yield Edit(*match.span(), None, "competitor", name)
        if not cased and not finder(name).search(bare) and has_term(bare, name):
            yield Edit(0, len(text), None, "competitor", name)


def _spelling(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    if brand.spelling:
        for one in respellings(bare, brand.spelling):
            yield Edit(one.start, one.end, one.instead, "spelling", text[one.start : one.end])


def _foreign(character: str, script: Script) -> bool:
    """Whether a character belongs to the other script alone: the old standards know only their own."""
    if character < "\u3400":
        return False
    try:
        character.encode("gb2312" if script == "simplified" else "big5")
    except UnicodeEncodeError:
        return converted(character, script) != character
    return False


def is_of_script(text: str, script: Script) -> bool:
    """Whether no character of a text belongs to the other script alone."""
    return not any(_foreign(character, script) for character in set(text))


def spacing_of(text: str) -> tuple[int, int]:
    """How often Chinese and Latin stand apart and together in a text."""
    return len(_SPACE.findall(text)), len(_NO_SPACE.findall(text))


def _script(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    script = brand.script
    if script:
        for run in regex.finditer(r"[^\x00]+", bare):
            if strange := [c for c in dict.fromkeys(run[0]) if _foreign(c, script)]:
                yield Edit(*run.span(), converted(run[0], script), "script", "".join(strange[:8]))


def _address(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    if brand.address:
        wrong = _YOU if brand.address == "您" else _FORMAL_YOU
        for match in wrong.finditer(bare):
            yield Edit(*match.span(), brand.address, "address", match[0])


def _spacing(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    if brand.spacing:
        pattern, instead = (_NO_SPACE, " ") if brand.spacing == "spaced" else (_SPACE, "")
        for match in pattern.finditer(bare):
            yield Edit(*match.span(), instead, "spacing", text[max(0, match.start() - 4) : match.end() + 4])


def _emoji(text: str, bare: str, brand: Brand) -> Iterator[Edit]:
    if brand.emoji == "none" or brand.allowed_emoji:
        for match in EMOJI.finditer(bare):
            if brand.emoji == "none" or not same_emoji(match[0], brand.allowed_emoji):
                yield _without(text, *match.span())


def _without(text: str, start: int, end: int) -> Edit:
    """An emoji taken out, with the space before it."""
    first = start - 1 if start and text[start - 1] == " " else start
    return Edit(first, end, "", "emoji", text[start:end])


_RULES: tuple[Rule, ...] = (
    _banned,
    _competitors,
    _spelling,
    _script,
    _address,
    _emoji,
    _spacing,
)


def fewer_emoji(texts: Sequence[str], brand: Brand, brief: Brief) -> list[str]:
    """A copy's texts with no more emoji than the brand wants: the first ones stay."""
    if brand.emoji != "few":
        return list(texts)
    left, result = FEW_EMOJI, []
    for text in texts:
        spans = [match.span() for match in EMOJI.finditer(masked(text, kept_words(brief, brand)))]
        for start, end in reversed(spans[max(0, left) :]):
            edit = _without(text, start, end)
            text = text[: edit.start] + text[edit.end :]
        left -= len(spans)
        result.append(text.strip())
    return result


def fewer_exclamations(texts: Sequence[str], brand: Brand, brief: Brief) -> list[str]:
    """A copy's texts with no more exclamation marks than the brand wants: the first ones stay."""
    if brand.max_exclamations is None:
        return list(texts)
    kept = kept_words(brief, brand)
    if sum(len(_MARK.findall(masked(text, kept))) for text in texts) <= brand.max_exclamations:
        return list(texts)
    left, result = brand.max_exclamations, []
    for text in texts:
        for run in reversed(list(_RUN.finditer(masked(text, kept)))):
            text = text[: run.start()] + run[1] + text[run.end() :]
        marks = [match.start() for match in _MARK.finditer(masked(text, kept))]
        for place in reversed(marks[max(0, left) :]):
            end = place == len(text) - 1
            # A headline that ends in a mark it may not have needs none; within a text it becomes a full stop.
            instead = "" if end and len(text) < 40 else "。" if text[place] == "！" else "."
            text = text[:place] + instead + text[place + 1 :]
        left -= len(marks)
        result.append(text)
    return result
