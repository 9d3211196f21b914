"""What was typed after `/copy` or a mention: the word that says what to do, and the brief as far as it goes."""

import re
import unicodedata
from typing import Literal

from models.brief import Brief, Kind
from models.errors import BriefError
from models.grammar import KIND_NAMES, parse_brief

Word = Kind | Literal["help", "history", "reviews", "optimize", "approvers", "templates", "brand", ""]

_OTHER_WORDS: dict[str, Word] = {
    **dict.fromkeys(["help", "帮助"], "help"),
    **dict.fromkeys(["history", "历史"], "history"),
    **dict.fromkeys(["reviews", "评价", "评论"], "reviews"),
    **dict.fromkeys(["approvers", "approver", "审核人", "审批人"], "approvers"),
    **dict.fromkeys(["templates", "template", "模板"], "templates"),
    **dict.fromkeys(["brand", "品牌"], "brand"),
    **dict.fromkeys(["optimize", "optimise", "优化", "润色"], "optimize"),
}
_FIRST = re.compile(r"\s*([^\s:：|｜]+)(?:\s*[:：|｜])?\s*(.*)", re.S)
# A divider that no backslash escapes.
_DIVIDER = re.compile(r"(?<!\\)[|｜]")


def read_command(typed: str) -> tuple[Word, str]:
    """The subcommand and what follows it; ("", everything) when it begins with none."""
    found = _FIRST.fullmatch(typed)
    name = unicodedata.normalize("NFKC", found.group(1)).casefold() if found else ""
    word = KIND_NAMES.get(name) or _OTHER_WORDS.get(name)
    return (word, found.group(2).strip()) if found and word else ("", typed.strip())


def read_leniently(text: str, kind: Kind) -> tuple[Brief | None, str]:
    """What can be understood of a brief, for a form.

    Returns:
        The brief that its sound parts make (None when not even the product is understood), and what is wrong
        with the rest, with those parts as they were typed; "" when all is well.
    """
    try:
        return parse_brief(text, kind), ""
    except BriefError as error:
        problem = str(error)
    sound: list[str] = []
    left: list[str] = []
    for part in _DIVIDER.split(text):
        try:
            parse_brief("|".join([*sound, part]), kind)
        except BriefError:
            left.append(part.strip())
        else:
            sound.append(part)
    if not sound:
        return None, problem
    return parse_brief("|".join(sound), kind), f"{problem}\nNot taken over: {' | '.join(left)}"
