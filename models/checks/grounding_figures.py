"""The numbers that a text states, with units, words for numbers, and what bounds them (over, almost, up to)."""

import re
from collections.abc import Iterator

from models.checks.facts import chinese_number, placed_facts
from models.checks.facts_units import NUMERALS, UNITS, WORD_NUMBERS
from models.checks.grounding_names import NOTHING, named_units
from models.checks.grounding_units import LENGTHS, Bound, Figure

__all__ = ["blank", "figures_in", "number"]

_WORDS = "|".join(sorted([*WORD_NUMBERS, "one", "a", "an"], key=len, reverse=True))
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_ENGLISH_UNIT = "|".join(
    re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True) if unit.isascii() and unit.isalpha()
)

# Manners of speech that state no number. 一, 两 and 三 within them count nothing.
_IDIOMS = re.compile(
    r"\b(?:high[\s-]five|cloud\s+nine|on\s+all\s+fours|nine[\s-]to[\s-]five|two\s+cents|the\s+two\s+of\s+(?:you|us|them)"
    r"|four\s+seasons|one[\s-]two|sixth\s+sense|catch[\s-]22|five\s+senses|first\s+things\s+first"
    r"|(?:free|spare|quiet|idle|odd)\s+half[\s-](?:an\s+)?hours?(?!\s+(?:session|lesson|consultation|call|class|massage)))\b"
    r"|\b(?:step|steps|no\.|option|part|chapter)\s?\d{1,2}\b(?![\s-]?(?:%|mah|mp))"
    r"|十分(?![钟之])|万一|千万(?=[别不要记勿注])|四季|三三两两|五[颜光]六色|五湖四海|早[七八九](?!点)人?|朝九晚[五六]|[一二两三四五六]折(?=伞|叠|页|[,，]?(?:就|便|即)?(?:能|可)?以?(?:放(?!心|假|进购物车|入购物车|购物车)|收(?!藏|货|到|益)|塞|挂|夹|竖|立起|装进))|[三四五]口之家|一日?三餐|四面八方|七上八下"
    r"|(?:周|星期|礼拜)[一二三四五六日天]|千家万户|万家灯火|千千万万|三五(?:好友|知己|成群)|三两(?:好友|知己)|三天两头|千山万水|万水千山|千言万语|千里|万里|百搭"
    r"|(?:两|二)个?人(?:世界|的|一起)|五感|五官|四肢|二十四节气|百年好合|两全其美|一举两得|三餐四季|千变万化|百变|万象|万物|百花"
    r"|第[一二三四五六七八九\d](?:步|次|眼|天|时间|口|回|课|站|缕|声|束|杯|个清晨)|四方|八方|双手|双眼|两侧|两旁|两手"
    r"|(?:早|早上|早晨|清晨|晚|晚上|凌晨|下午|中午)[一二三四五六七八九十两]{1,2}点(?!钟?(?:开|抢|截|前|起|整))",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:week|day|phase|stage|email|message|post|story|wave|round)\s#?\d{1,2}\b|第[一二三四五六七八九十\d]{1,2}(?:周|天|阶段|条|轮|期|波|封|篇)",
    re.IGNORECASE,
)

_WRITTEN_BEFORE: tuple[tuple[Bound, str], ...] = (
    (
        "up_to",
        r"\bup\s+to(?:\s+a)?|\bno(?:t)?\s+more\s+than|\bat\s+most|\bmax(?:imum)?\.?(?:\s+of)?"
        r"|最[高长多大远快](?:可?达|支持|能)?|可达|高达|长达|多达|不超过|至多",
    ),
    ("at_least", r"\bat\s+least|\bno\s+less\s+than|\bmin(?:imum)?\.?(?:\s+of)?|\bfrom|至少|不少于|不低于"),
    ("more", r"\b(?:over|more\s+than|above|beyond|exceed(?:s|ing)?|upwards\s+of)|超过|超|逾|大于|高于|突破"),
    ("less", r"\b(?:under|less\s+than|below|fewer\s+than)|不到|不足|低于|小于|少于|不满"),
    ("almost", r"\b(?:almost|nearly|close\s+to|just\s+(?:under|below))|将近|接近|(?<![最附远])近"),
    ("about", r"\b(?:about|around|approximately|approx\.?|roughly|some|circa)|~|≈|约|大约|大概|差不多"),
)
_BEFORE = {
    bound: re.compile(rf"(?:{pattern})[\s$€£¥]*$", re.IGNORECASE) for bound, pattern in _WRITTEN_BEFORE
}
# The longer word is looked for first: just under 200 is almost 200.
_ORDER: tuple[Bound, ...] = ("up_to", "at_least", "almost", "more", "less", "about")
_AFTER: dict[Bound, re.Pattern[str]] = {
    "at_least": re.compile(
        r"\+|\s?(?:or\s+more|and\s+more|and\s+up|plus)\b|以上|[多余](?=[^\w]|[元个种款名家位件]|$)|\s?起|元起",
        re.IGNORECASE,
    ),
    "about": re.compile(r"左右|上下|\s?or\s+so\b", re.IGNORECASE),
    "up_to": re.compile(r"以内|以下|\s?or\s+(?:less|fewer)\b", re.IGNORECASE),
}
_LOOK_BACK = 24
# Six trays over which something is spread are not more than six.
_SPREAD = re.compile(
    r"\b(?:spread|laid|split|shared|set|divided|arranged|stacked|planned|paid|stretche[sd]|running|runs)\s+(?:out\s+)?over\s+$",
    re.IGNORECASE,
)
# A month of use is a figure, a month away is none.
_HOLDS = re.compile(
    r"\b(?:last\w*|runs?|running|works?|plays?|stays?|charged?|batter\w+|power\w*|cover\w*|warrant\w+|guarant\w+|free|suppl\w+|enough"
    r"|fresh|results?|visib\w+|difference|dr(?:y|ies)|done|ready|deliver\w*|arriv\w*|ships?|learn|fluent|lose|save|trial|try|subscri\w+|pay|costs?|price\w*|offer|valid|sale)\b"
    r"[^.!?\n]{0,24}$",
    re.IGNORECASE,
)
_HOLDS_AFTER = re.compile(
    r"\s+(?:on|from|per|with)\s+(?:one|a|each|every|a\s+single)\s+(?:full\s+)?(?:charge|tank|fill|batter)",
    re.IGNORECASE,
)
# Things in plain numbers, which are no grams and no hours: 300 recipes, 300个配方.
_THINGS = re.compile(
    r"[ -]?(?!(?:is|was|has|its|this|plus|less|minus|across|always|does|makes|us|as|yes|lets|gives|keeps|times)\b)"
    r"[a-z]{2,}s\b"
    r"|[ ]?(?:[款种件套只条次张台份杯本步项页招袋瓶盒罐板组课节名]"
    r"|个(?!半?(?:小时|钟头|星期|礼拜|工作日|月|百分点|[多整来])))",
)
_EACH = {
    word: unit
    for unit, words in {
        "hour": "小时",
        "day": "天 日",
        "night": "晚",
        "week": "周 星期",
        "month": "月 个月",
        "year": "年",
        "person": "head 人 位",
    }.items()
    for word in (unit, *words.split())
}
_EACH_WORD = "|".join(sorted(_EACH, key=len, reverse=True))
_EACH_AFTER = re.compile(
    rf"(?:[ ][a-z]+)?(?:[ ]?/[ ]?|[ ](?:per|an?|each|every)[ ]|每|一(?=个))(?P<each>{_EACH_WORD})(?![a-z])",
    re.IGNORECASE,
)
_EACH_BEFORE = re.compile(rf"每个?(?P<each>{_EACH_WORD})[^\d,，。;；\n]{{0,4}}$")
_BELOW_ZERO = re.compile(r"(?:(?<![\dA-Za-z°])[-−]|零下[ ]?|\bminus[ ])$", re.IGNORECASE)
_LIST_SIGN = re.compile(
    r"\s?(?:,|、|/|×|\+|&|-|–|~|或|和|与|及|至|到|,?\s?(?:and|or|to)\b)\s?", re.IGNORECASE
)
_PARTS = re.compile(r" ?(?:,|×)")
_N = rf"(?P<n>(?<!\d)\d{{1,12}}(?:\.\d{{1,6}})?|{_WORDS}|[{NUMERALS}]{{1,6}})"
_Special = tuple[re.Pattern[str], float, float, str]
# Pattern, factor, addend, unit ("" = the group `unit`): value = n × factor + addend.
_SPECIAL: tuple[_Special, ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), factor, addend, unit)
    for pattern, factor, addend, unit in (
        (rf"\b(?:{_N})\s+(?P<unit>{_ENGLISH_UNIT})\s+and\s+a\s+half\b", 1, 0.5, ""),
        (rf"\b(?:{_N})\s+and\s+a\s+half\s+(?P<unit>{_ENGLISH_UNIT})\b", 1, 0.5, ""),
        (rf"(?:{_N})个半(?P<unit>小时|钟头|月|星期)", 1, 0.5, ""),
        (rf"(?:{_N})(?P<unit>年|斤|米|小时|天)半", 1, 0.5, ""),
        (r"(?P<n>)\bhalf(?:\s+an?|-an?)?[\s-](?P<unit>hour|litre|liter|pint|mile|pound|kilo|year|day)\b", 0, 0.5, ""),
        (r"(?P<n>)半个?(?P<unit>小时|钟头|年|月|斤|公斤|升|米)", 0, 0.5, ""),
        (r"(?P<n>)\bhalf\s+a\s+dozen\b", 0, 6, "-"),
        (r"(?P<n>)\bhalf\s+a\s+million\b", 0, 500_000, "-"),
        (rf"\b(?:{_N})\s+dozen\b", 12, 0, "-"),
        (rf"(?:{_N})打(?![开造包车卡扰折破动磨理])", 12, 0, "-"),
        (rf"\b(?:(?:{_N})\s+)fortnights?\b", 14, 0, "day"),
        (rf"\b(?:{_N})[\s-]hundred\b(?:[\s-](?P<unit>{_ENGLISH_UNIT})\b)?", 100, 0, "?"),
        (rf"\b(?:{_N})[\s-](?:thousand|grand)\b(?:[\s-](?P<unit>{_ENGLISH_UNIT})\b)?", 1_000, 0, "?"),
        (rf"\b(?:{_N})[\s-]million\b(?:[\s-](?P<unit>{_ENGLISH_UNIT})\b)?", 1_000_000, 0, "?"),
        (rf"\b(?:{_N})[\s-]billion\b(?:[\s-](?P<unit>{_ENGLISH_UNIT})\b)?", 1e9, 0, "?"),
        (r"(?P<n>)(?:\btwice(?=\s+(?:the|as)\b)|\bdouble(?=\s+(?:the|your)\b)|\bdoubles(?=\s+(?:the|your)\b)"
         r"|(?:快|多|高|提升|增加|增长|大|强|轻|亮)了?一倍|翻倍|翻番(?!茄)|加倍|双倍)", 0, 2, "x"),
        (r"(?P<n>)\b(?:triple|thrice|three\s+times)(?=\s+(?:the|as)\b)", 0, 3, "x"),
        (r"(?P<n>)\bhalf(?=\s+(?:the|as)\b(?!\s+(?:fun|battle|night|way|story|world|day)\b))"
         r"|(?P<m>)(?:(?:只有|仅|不到)[^，。！？\n]{0,8}?一半|一半的?(?:重量|体积|价格|时间|厚度)|减半)", 0, 0.5, "x"),
        (r"(?P<n>)\b(?:for|lasts?|within|in|full|whole|entire|up\s+to|over)\s+an?\s+(?:full\s+|whole\s+|entire\s+)?"
         r"(?P<unit>week|month|year)\b", 0, 1, ""),
    )
)  # fmt: skip


_SPANS = _SPECIAL[-1][0]


def _is_measured(text: str, match: re.Match[str]) -> bool:
    """Whether “for a month” is how long goods last, or an offer; it may be a month's holiday."""
    return (
        not match.group().casefold().startswith(("for", "in", "over", "full", "whole", "entire"))
        or bool(_HOLDS.search(text[max(0, match.start() - 48) : match.start()]))
        or bool(_HOLDS_AFTER.match(text[match.end() : match.end() + 40]))
    )


def number(text: str) -> float:
    """The value of a number in digits, in an English word or in Chinese numerals."""
    folded = text.casefold()
    if folded in {"one", "a", "an"}:
        return 1.0
    if folded in WORD_NUMBERS:
        return float(WORD_NUMBERS[folded])
    if folded and folded[0] in NUMERALS:
        return float(chinese_number(folded))
    return float(folded.replace(",", "")[:15] or 0)


def figures_in(text: str, *, plan: bool = False, facts: bool = False) -> tuple[list[Figure], str]:
    """The numbers of a text and the text with them blanked.

    Args:
        text: Normalised (NFKC); what is read elsewhere (dates, offers) already blanked.
        plan: Whether it is a plan, whose weeks and messages are numbered.
        facts: Whether it is the brief, where a unit may stand once for a list (10 and 12 cm) or as an attribute's
            name (weeks: 54).
    """
    text = blank(text, [match.span() for match in _IDIOMS.finditer(text)])
    if plan:
        text = blank(text, [match.span() for match in _PLAN.finditer(text)])
    figures: list[Figure] = []
    for special in _SPECIAL:
        found = list(_special(text, *special))
        figures += found
        text = blank(text, [(figure.start, figure.end) for figure in found])
    placed, rest = placed_facts(text)
    for one in placed:
        if one.fact.kind == "figure":
            figures.append(_figure(text, one.fact.value, one.fact.unit, one.start, one.end))
    figures = [_bounded(text, figure)._replace(per=_per(text, figure)) for figure in figures]
    if facts:
        listed = list(_of_lists(text, figures))
        # A bare comma may part two facts (2, 30 min), and 2 × 20 m are two; elsewhere the unit is the list's.
        taken = {one.start for one in listed if not _PARTS.match(text, one.end)}
        figures = [one for one in figures if one.unit or one.start not in taken]
        figures = _with_names_units(text, [*figures, *listed])
    return [_signed(text, figure) for figure in figures], rest


def _per(text: str, figure: Figure) -> str:
    """What a figure is said for each of: 9 a month, 3 times a day, 每天3次, 9元/月; "" = nothing."""
    each = _EACH_AFTER.match(text, figure.end) or _EACH_BEFORE.search(
        text[max(0, figure.start - 10) : figure.start]
    )
    return _EACH[each["each"].casefold()] if each else ""


def _signed(text: str, figure: Figure) -> Figure:
    """A temperature below zero as such: -18 °C is not 18 °C."""
    below = figure.unit in {"°c", "°f"} and _BELOW_ZERO.search(text[max(0, figure.start - 8) : figure.start])
    return figure._replace(value=-figure.value) if below else figure


def _of_lists(text: str, figures: list[Figure]) -> Iterator[Figure]:
    """The figures of lists whose unit stands behind the last one, each with that unit."""
    ordered = sorted((one for one in figures if not one.text), key=lambda one: one.start)
    unit = ""
    for figure, following in zip(reversed(ordered[:-1]), reversed(ordered[1:]), strict=True):
        if not _LIST_SIGN.fullmatch(text[figure.end : following.start]):
            unit = ""
            continue
        unit = following.unit or unit
        if unit and not figure.unit and not (text[figure.end] == "×" and unit not in LENGTHS):
            yield figure._replace(unit=unit, counted=False)


def _with_names_units(text: str, figures: list[Figure]) -> list[Figure]:
    """The figures of a brief; a bare one under an attribute's name that is a unit has that unit and no other."""
    read: list[Figure] = []
    for figure in figures:
        named = NOTHING if figure.unit or figure.text else named_units(text, figure.start, figure.end)
        if not named.settled:
            read.append(figure)
        read += [figure._replace(unit=unit, counted=False) for unit in named.units]
    return read


def _special(
    text: str, pattern: re.Pattern[str], factor: float, addend: float, unit: str
) -> Iterator[Figure]:
    for match in pattern.finditer(text):
        if pattern is _SPANS and not _is_measured(text, match):
            continue
        value = (number(match["n"]) * factor if match["n"] else 0) + addend
        named = unit if unit not in {"", "?", "-"} else ""
        if unit in {"", "?"} and match.groupdict().get("unit"):
            named = "month" if match["unit"] == "月" else UNITS[match["unit"].casefold()]
        yield Figure(value, named, *match.span(), match.group(), worded=unit == "-" and value <= 10)


def _figure(text: str, value: str, unit: str, start: int, end: int) -> Figure:
    shown = text[start:end].strip()
    if ":" in value:
        return Figure(0.0, "", start, end, shown, text=value)
    follows = text[end : end + 2]
    # What ends its line counts what the line is about, whether or not another line follows.
    counted = not unit and bool(re.match(r"\s?[^\W\d_]|\s*$|\n|×", follows))
    worded = not unit and not any(character.isdigit() for character in shown)
    things = not unit and bool(_THINGS.match(text, end))
    amount = float(value) if len(value) < 300 else 0.0
    return Figure(amount, unit, start, end, shown, counted=counted, worded=worded, things=things)


def _bounded(text: str, figure: Figure) -> Figure:
    before, after = text[max(0, figure.start - _LOOK_BACK) : figure.start], text[figure.end : figure.end + 10]
    for bound, pattern in _AFTER.items():
        if pattern.match(after):
            return figure._replace(bound=bound)
    if _SPREAD.search(before):
        return figure
    for bound in _ORDER:
        if _BEFORE[bound].search(before):
            return figure._replace(bound=bound)
    return figure


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with what was read replaced, every other character where it was."""
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = "\x00" * (end - start)
    return "".join(characters)
