"""The offers that a text states, each in one form however it is written: 八折 is 20 % off, BOGO is 买一送一."""

import re
from collections.abc import Callable
from typing import NamedTuple

from models.checks.facts_units import NUMERALS, WORD_NUMBERS
from models.checks.grounding_figures import blank, number

__all__ = ["Offer", "offers_in"]


class Offer(NamedTuple):
    """An offer: its form (`off 20`, `get 1+1`, `second 50`, `over 300-50`, `less 50`) and its place."""

    key: str
    start: int
    end: int
    shown: str


_WORDS = "|".join(sorted([*WORD_NUMBERS, "one"], key=len, reverse=True))
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_N = rf"(?:\d{{1,6}}(?:\.\d{{1,2}})?|(?:{_WORDS})(?:-(?:{_ONES}))?|[{NUMERALS}]{{1,5}})"
_MONEY = rf"(?:[$€£¥]|rmb|usd)?\s?{_N}\s?(?:dollars?|euros?|pounds?|yuan|元|块)?"
_PERCENT = r"\s?(?:%|per\s?cent|pct)"
_OFF = r"(?:off|discount|reduction|cheaper)"
_ITEM = r"(?:\s+(?:one|item|pair|piece|pack|product))?"

# 三折，收进柜子: a fold, no price.
_FOLD = (
    r"[叠角纸痕返到腾磨中合旧算断伞页线好缝]"
    r"|[,，]?(?:就|便|即)?(?:能|可)?以?(?:放(?!心|假|进购物车|入购物车|购物车)|收(?!藏|货|到|益)|塞|挂|夹|竖|立起|装进)"
)

_Reader = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _value(match: re.Match[str], group: str) -> float:
    word = re.sub(r"[^0-9a-z.\-" + NUMERALS + "]", "", match[group].casefold())
    tens, _, ones = word.partition("-")
    return number(tens) + (number(ones) if ones else 0)


def _amount(match: re.Match[str], group: str) -> str:
    found = re.search(_N, match[group], re.IGNORECASE)
    return f"{number(found.group()):g}" if found else ""


def _zhe(match: re.Match[str]) -> str:
    written = match["n"]
    value = _value(match, "n")
    if len(written) > 1 and written.isdigit():
        paid = value
    elif len(written) > 1 and "." not in written and not written.startswith("十"):
        paid = value if value >= 10 else value * 10
    else:
        paid = value * 10
    return f"off {100 - paid:g}"


def _reader(pattern: str, form: Callable[[re.Match[str]], str]) -> _Reader:
    return re.compile(pattern, re.IGNORECASE), form


_READERS: tuple[_Reader, ...] = (
    _reader(
        rf"\bbuy\s+(?P<n>{_N}){_ITEM}s?\s*,?\s*(?:and\s+)?(?:get|receive)\s+(?P<m>{_N}|another|a\s+second)\s+(?:\w+\s+)?"
        r"(?:half[\s-]price|half\s+off|(?:at\s+)?50\s?%\s+off)",
        lambda _: "second 50",
    ),
    _reader(
        rf"(?:第[二2][件份双个杯盒瓶支]|\b(?:the\s+)?(?:second|2nd){_ITEM}(?:\s+is|\s+at)?)\s*(?:半价|[五5]折|half[\s-]price|half\s+off"
        r"|(?:at\s+)?50\s?%\s+off)|50\s?%\s+off\s+(?:the|your)\s+(?:second|2nd)|half\s+price\s+on\s+(?:the|your)\s+second",
        lambda _: "second 50",
    ),
    _reader(
        rf"\bbuy\s+(?P<n>{_N}){_ITEM}s?\s*,?\s*(?:and\s+)?(?:get|receive)\s+(?P<m>{_N}|another)(?:\s+\w+)?\s+free",
        lambda m: f"get {_value(m, 'n'):g}+{1 if m['m'].casefold() == 'another' else _value(m, 'm'):g}",
    ),
    _reader(
        rf"买(?P<n>{_N})[件份盒瓶个包双支]?[送赠](?P<m>{_N})[件份盒瓶个包双支]?",
        lambda m: f"get {_value(m, 'n'):g}+{_value(m, 'm'):g}",
    ),
    _reader(r"第[二2][件份双个杯盒瓶支](?:0元|零元|免费)|\bbogo\b|买就送同款", lambda _: "get 1+1"),
    _reader(
        rf"\b(?P<n>two|three|four|five|[2-9])\s+for\s+(?:the\s+price\s+of\s+)?(?P<m>one|two|three|four|[1-8])\b(?!\s*(?:{_PERCENT}|dollars|[$€£]))",
        lambda m: f"get {_value(m, 'm'):g}+{_value(m, 'n') - _value(m, 'm'):g}",
    ),
    _reader(
        rf"每?满(?P<n>{_N})元?[，,]?(?:立|再|即|可)?(?:减|省|返|便宜|优惠)(?P<m>{_N})元?",
        lambda m: f"over {_value(m, 'n'):g}-{_value(m, 'm'):g}",
    ),
    _reader(
        rf"(?:save\s+)?(?P<m>{_MONEY})\s+off\s+(?:\w+\s+){{0,3}}?(?:over|above|of|from)\s+(?P<n>{_MONEY})"
        rf"|(?:save\s+)?(?P<m2>{_MONEY})(?:\s+off)?\s+(?:when|if)\s+you\s+spend\s+(?:over\s+)?(?P<n2>{_MONEY})"
        rf"|\bspend\s+(?:over\s+)?(?P<n3>{_MONEY})\s*,?\s*(?:and\s+)?(?:save|get)\s+(?P<m3>{_MONEY})",
        lambda m: next(
            f"over {_amount(m, 'n' + i)}-{_amount(m, 'm' + i)}" for i in ("", "2", "3") if m["n" + i]
        ),
    ),
    _reader(
        rf"(?P<n>{_N}){_PERCENT}\s+(?:\w+\s+)?{_OFF}\b|\b(?:save|saves|saving|take|discount\s+of|reduced\s+by|get|enjoy)\s+(?:up\s+to\s+|an?\s+(?:extra\s+)?)?"
        rf"(?P<n2>{_N}){_PERCENT}(?!\s+(?:more|extra|of\s+your|longer|faster|less|lighter))|\b{_OFF}\s+of\s+(?P<n3>{_N}){_PERCENT}"
        rf"|(?:立?省|立减|直降|优惠|便宜|降价)了?(?P<n4>{_N}){_PERCENT}|(?P<n5>{_N}){_PERCENT}的?(?:折扣|优惠)",
        lambda m: "off " + next(f"{_value(m, g):g}" for g in ("n", "n2", "n3", "n4", "n5") if m[g]),
    ),
    _reader(rf"\bhalf[\s-]price\b|\bhalf\s+(?:off|the\s+price)\b|半价|对折(?!{_FOLD})", lambda _: "off 50"),
    _reader(r"\ba\s+quarter\s+off\b", lambda _: "off 25"),
    _reader(r"\b(?:a|one)\s+third\s+off\b", lambda _: "off 33"),
    _reader(
        rf"(?P<n>\d\.\d|\d{{1,2}}|(?<!\d)[一二三四五六七八九][一二三四五六七八九]?)\s?折(?!{_FOLD})",
        _zhe,
    ),
    _reader(
        rf"\bsave\s+(?P<n>(?:[$€£¥])\s?{_N}|{_N}\s?(?:dollars|euros|pounds|yuan))|(?P<n2>[$€£¥]\s?{_N}|{_N}\s?(?:dollars|euros|pounds|yuan))"
        r"(?:\s+(?:comes?|came|will\s+come|goes|is|are|taken|knocked|straight)){0,3}\s+off\b"
        rf"|(?:立减|直降|立省|减免|便宜|再减|直减|立降|可减|抵扣|自动减)(?P<n3>{_N})[元块]",
        lambda m: "less " + next(_amount(m, g) for g in ("n", "n2", "n3") if m[g]),
    ),
)


def offers_in(text: str) -> tuple[list[Offer], str]:
    """The offers with a figure that a text states, and the text with them blanked.

    Args:
        text: Normalised (NFKC).
    """
    found: list[Offer] = []
    for pattern, form in _READERS:
        spans = []
        for match in pattern.finditer(text):
            if match.group().startswith(("一折", "1折")) and not text[: match.start()].endswith(
                ("打", "低至")
            ):
                continue
            key = form(match)
            found.append(Offer(key, *match.span(), match.group().strip()))
            spans.append(match.span())
        text = blank(text, spans)
    return found, text
