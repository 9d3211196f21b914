"""Text as claim rules see it: one spelling for the many that look alike, with the way back to the original."""

import unicodedata
from functools import cache
from typing import NamedTuple

import regex

from models.scripts import simplified

__all__ = ["Folded", "fold", "squeeze"]

# Letters of other scripts that look like Latin ones, after case folding (Unicode TR 39 lists far more; these are the
# ones that people type). Quotes and dashes get one form each.
_LOOKALIKES = str.maketrans(
    "авсԁеѕіјһкӏмнорԛгтухԝѡ" + "αβεηικνορτυχωϲ" + "ɑɡı" + "’‘′`ʼ" + "–—‒―−‐‑" + "“”„«»「」『』〝〞",
    "abcdesijhklmhopqrtyxww" + "abenikvoptuxwc" + "agi" + "'" * 5 + "-" * 7 + '"' * 11,
)
# Han characters used in place of those they resemble, and radicals that NFKC leaves alone.
_HAN_LOOKALIKES = str.maketrans("苐朂冣朙囯囻尛伱絶", "第最最明国国小你绝")
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
_PINYIN = {"zui": "最", "diyi": "第一", "guojiaji": "国家级", "dingji": "顶级"}

_HAN = r"[\u3400-\u9fff\uf900-\ufaff〇]"
# What people put between Chinese characters to slip past a filter; more than two dots are an ellipsis.
_BETWEEN_HAN = regex.compile(
    rf"(?<={_HAN})(?:[.\-_*~·•・|+'^]{{1,2}}|\p{{Extended_Pictographic}}| ?[.\-_*~·•・|+'^] ?)(?={_HAN})"
)
_SPACE_BY_HAN = regex.compile(rf"(?<={_HAN}) +|(?<!\n) +(?={_HAN})")
_SPACED_OUT = regex.compile(r"(?<![a-z0-9])[a-z](?:[ .\-_*][a-z]){3,}(?![a-z0-9])")
_LEET_LETTER = regex.compile(r"(?<=[a-z])[013457@$](?=[a-z])")
_PINYIN_WORD = regex.compile(
    rf"(?<![a-z])(?:{'|'.join(_PINYIN)})(?={_HAN})|(?<={_HAN})(?:{'|'.join(_PINYIN)})(?![a-z])"
)


class Folded(NamedTuple):
    """Folded text; its character `i` stands for `original[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a non-empty stretch of the folded text stands in the original."""
        return self.starts[start], self.ends[end - 1]


@cache
def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cf", "Mn", "Me", "Cs"}:
        return ""
    if character == "\n":
        return character
    if category in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    text = unicodedata.normalize("NFKC", character).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    # Marks are dropped from letters that keep their base (é); scripts that compose otherwise stay whole.
    text = bare if len(bare) == len(text) else text
    text = text.translate(_LOOKALIKES).translate(_HAN_LOOKALIKES)
    return simplified(text)


class _Cells:
    """Folded characters with their places, while passes drop and replace some."""

    def __init__(self, text: str) -> None:
        self.cells: list[tuple[str, int, int]] = []
        for place, character in enumerate(text):
            for piece in _fold_character(character):
                self.cells.append((piece, place, place + 1))

    @property
    def text(self) -> str:
        return "".join(cell[0] for cell in self.cells)

    def drop(self, places: set[int]) -> None:
        if places:
            self.cells = [cell for place, cell in enumerate(self.cells) if place not in places]

    def replace(self, start: int, end: int, text: str) -> None:
        first, last = self.cells[start][1], self.cells[end - 1][2]
        self.cells[start:end] = [(character, first, last) for character in text]


def fold(text: str) -> Folded:
    """Fold a text for matching.

    NFKC and case folding; traditional to simplified; letters that look Latin to Latin; accents, joiners and other
    invisible characters dropped; spaces, dots, dashes and pictures between Chinese characters dropped, spaced-out
    Latin words joined; a digit for a letter within a word (`cur3s`) and pinyin for a character (`zui佳`) undone.
    """
    cells = _Cells(text)
    if any(character >= "\u2e80" for character in cells.text):
        for pinyin in reversed(list(_PINYIN_WORD.finditer(cells.text))):
            cells.replace(pinyin.start(), pinyin.end(), _PINYIN[pinyin.group()])
        cells.drop(_covered(_SPACE_BY_HAN, cells.text))
        cells.drop(_covered(_BETWEEN_HAN, cells.text))
    joined: set[int] = set()
    for match in _SPACED_OUT.finditer(cells.text):
        joined.update(range(match.start() + 1, match.end(), 2))
    cells.drop(joined)
    for match in _LEET_LETTER.finditer(cells.text):
        cells.replace(match.start(), match.end(), _LEET[match.group()])
    return Folded(cells.text, tuple(cell[1] for cell in cells.cells), tuple(cell[2] for cell in cells.cells))


def _covered(pattern: regex.Pattern[str], text: str) -> set[int]:
    return {place for match in pattern.finditer(text) for place in range(*match.span())}


def squeeze(folded: str) -> str:
    """Folded text without spaces: what two spellings of one fact (`100 % cotton`, `100% cotton`) share."""
    return "".join(folded.split())
