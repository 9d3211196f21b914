"""Length as the platforms count it: measuring a text and trimming it to a limit."""

import unicodedata
from collections.abc import Callable, Iterator

import regex

__all__ = ["UNITS", "fit", "measure"]


def measure(text: str, unit: str) -> int:
    """How long a text is as a platform counts it.

    Args:
        text: The part's text.
        unit: `characters` (code points), `double_width` (East Asian wide and full-width count 2),
            `double_width_ambiguous` (ambiguous width, such as curly quotes, counts 2 too), `gbk_bytes` (a character
            outside GBK counts 4, its length in GB 18030), `utf16`, `graphemes`, `x_weighted` (X: 2 for all but
            Latin and general punctuation, an emoji 2, a URL 23) or `sms` (one message holds 160: GSM-7 septets, or
            70 UTF-16 units as soon as one character is outside GSM-7).

    Raises:
        ValueError: No such unit.
    """
    if unit not in _MEASURES:
        raise ValueError(f"unknown unit {unit!r}; known: {', '.join(UNITS)}")
    return _MEASURES[unit](text)


def _width(text: str, wide: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in wide else 1 for character in text)


def _gbk_bytes(text: str) -> int:
    # GBK cannot hold the rest of Unicode; GB 18030, its superset, takes four bytes for each such character.
    return sum(4 if "\ud800" <= c <= "\udfff" else len(c.encode("gb18030")) for c in text)


def _utf16(text: str) -> int:
    return sum(2 if character > "\uffff" else 1 for character in text)


# https://docs.x.com/fundamentals/counting-characters: these ranges weigh 1, all else 2; an emoji weighs 2 however
# many code points it has, a URL 23, also one without scheme. © and ® are text unless U+FE0F follows.
_X_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_TAIL = r"[!-~]*[a-zA-Z0-9/_=&#%+~-]"
_DOMAIN = (
    r"(?<![\p{L}\p{N}@._/-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}"
    r"(?:com|org|net|io|co|cn|uk|de|fr|jp|kr|eu|us|ca|au|app|dev|shop|store|ai|me|info|biz|tv|ly)"
    r"(?![a-z0-9-]|\.[a-z0-9])"
)
URL = regex.compile(rf"(?i:https?://{_TAIL}|{_DOMAIN}(?:/(?:{_TAIL})?)?)")
_EMOJI = regex.compile(
    r"(?V1)[\p{Extended_Pictographic}--[\u00a9\u00ae]]|\p{Regional_Indicator}|\ufe0f|\u20e3"
)


def _x_weighted(text: str) -> int:
    text = unicodedata.normalize("NFC", text)
    total = 23 * len(URL.findall(text))
    for cluster in regex.findall(r"\X", URL.sub("", text)):
        if _EMOJI.search(cluster):
            total += 2
        else:
            total += sum(1 if any(low <= ord(c) <= high for low, high in _X_LIGHT) else 2 for c in cluster)
    return total


# 3GPP TS 23.038: the basic alphabet takes one septet a character, the extension table two. A message carries 140
# octets, which are 160 septets or 70 UTF-16 units.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")


def is_gsm(text: str) -> bool:
    """Whether a text message with this text goes out in GSM-7, 160 to a message, and not in UTF-16, 70."""
    return all(character in _GSM or character in _GSM_EXTENDED for character in text)


def _sms(text: str) -> int:
    if is_gsm(text):
        return sum(2 if character in _GSM_EXTENDED else 1 for character in text)
    return -(-_utf16(text) * 16 // 7)  # 70 units fill what 160 septets fill


_MEASURES: dict[str, Callable[[str], int]] = {
    "characters": len,
    "double_width": lambda text: _width(text, "FW"),
    "double_width_ambiguous": lambda text: _width(text, "FWA"),
    "gbk_bytes": _gbk_bytes,
    "utf16": _utf16,
    "graphemes": lambda text: len(regex.findall(r"\X", text)),
    "x_weighted": _x_weighted,
    "sms": _sms,
}
UNITS = tuple(_MEASURES)

# What a number counts when it stands before Chinese: rjieba splits these, the rest are its first word.
_HAN_UNITS = (
    "毫安时|千瓦时|平方米|立方米|摄氏度|人民币|像素|分贝|毫升|毫米|厘米|分米|千米|公里|英寸|千克|公斤|毫克|小时|分钟|"
    "个月|周年|星期|美元|欧元|块钱"
)
_DIGITS = r"\p{Nd}[\p{Nd}\p{M}]*"
_TOKEN = regex.compile(
    rf"(?V1)(?P<url>{URL.pattern})"
    rf"|(?P<number>(?:(?:\p{{Sc}}|US\$|RMB)[^\S\n]?)?{_DIGITS}(?:[.,:/×xX*~–—'’-]{_DIGITS}|[^\S\n]\p{{Nd}}{{3}}(?!\p{{Nd}}))*"
    rf"(?:[^\S\n]?[%％‰°℃\p{{Sc}}](?:[CFcf](?!\p{{Latin}}))?|[^\S\n]?\p{{Latin}}[\p{{Latin}}\p{{M}}]*(?:/\p{{Latin}}+)?"
    rf"|[多余]?[万亿千百]*(?:{_HAN_UNITS})|[多余]?[万亿千百]+)?)"
    r"|(?P<word>[\p{L}--\p{Han}--\p{Hiragana}--\p{Katakana}](?:[\p{L}\p{M}\p{N}'’.&_--\p{Han}]|-(?=[\p{L}\p{N}])"
    r"|(?<=\p{Nd})[,:/×~–—](?=\p{Nd}))*)"
    r"|(?P<han>\p{Han}+)|\s+|\X"
)
_MULTIPLIERS = "多余万亿千百"
_HAN_RUN = regex.compile(r"\p{Han}{1,12}")
_IN_WORD = regex.compile(r"(?<=\p{Latin}\p{M}*)\p{Latin}")
_LOOSE_END = regex.compile(r"[\s,;:，；：、&+/–—#@(（\[【{「『《«“‘\p{Sc}-]+")


def _ends(text: str) -> Iterator[int]:
    """Where a text may be cut: after a URL, a number with what it counts, a word, or any other grapheme."""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:  # \X takes any character, so only an empty rest does not match.
            return
        end = match.end()
        if match["han"]:
            for segment in _segments(match["han"]):
                position += len(segment)
                yield position
            continue
        bare = match["number"] and (text[end - 1].isdigit() or text[end - 1] in _MULTIPLIERS)
        if bare and (run := _HAN_RUN.match(text, end)):
            end += len(_segments(run[0])[0])
        yield end
        position = end


def _segments(chinese: str) -> list[str]:
    import rjieba  # its dictionary takes a tenth of a second to load

    return list(rjieba.cut(chinese))


def fit(text: str, limit: int, unit: str) -> str:
    """Trim a text to a limit.

    Cuts after a whole word (Chinese by its words, too), never within a grapheme, a URL, a number, a price or a
    number and its unit, and drops what then dangles at the end: spaces, commas, dashes, opening brackets. Empty if
    not even the first word fits.

    Args:
        text: The part's text.
        limit: The most it may measure in `unit`; 0 or less = no limit.
        unit: As in `measure`.
    """
    if limit <= 0 or measure(text, unit) <= limit:
        return text
    graphemes = {match.end() for match in regex.finditer(r"\X", text)}
    ends = [end for end in _ends(text) if end in graphemes and not _IN_WORD.match(text, end)]
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[: ends[middle - 1]], unit) <= limit:
            low = middle
        else:
            high = middle - 1
    cut = ends[low - 1] if low else 0
    kept = regex.findall(r"\X", text[:cut])
    while kept and _LOOSE_END.fullmatch(kept[-1]):
        kept.pop()
    return "".join(kept)
