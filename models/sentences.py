"""Where sentences and clauses begin and end, in English and Chinese."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sentencex import segment

from models.encodable import encodable

# sentencex knows abbreviations, decimals, addresses and quotes. Reviews add what prose does not have: a line break
# ends a sentence without a full stop. Chinese needs no list of abbreviations, only its own marks, where semicolons
# and runs of dots divide whole statements.
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_CHINESE_END = re.compile(
    r"(?:；|…++|\.{3,}+(?=[\u3400-\u9fff])|[。！？!?]++|\.(?=\s+[A-Z]))[”’」』）)！？!?]*+\s*+(?=\S)"
)
_HAS_HAN = re.compile(r"[\u3400-\u9fff]")
# "It costs approx. | 5 dollars": an abbreviation sentencex does not know.
_CUT_SHORT = re.compile(
    r"\b(?:approx|incl|excl|max|min|nr|qty|avg|est|fig|dept|ft|lbs?|oz)\.\s*$", re.IGNORECASE
)
_MAX_LINE = 4_000

_CONTRAST = (
    r"但是|不过|可是|然而|只是|就是(?=[^这那])|但(?!愿|凡)|可惜|却(?!步)"
    r"|(?<![a-z])(?:but|however|although|though|except(?: that)?|yet|whereas)(?![a-z'’-])"
)
# Chinese reviewers often put a space where a comma belongs.
_H = "[\u3400-\u9fff]"
_CLAUSE_END = re.compile(
    rf"[,，、;；：](?=\D)|:(?=\s)|——|\s[-–—](?=\s)|[)）]|(?=[(（]|{_CONTRAST})|(?<={_H})\s+(?={_H})",
    re.IGNORECASE,
)
_AND = re.compile(r"(?<=\s)(?=and\s+(?:the|my|its|it|i|we|they|he|she|this|that|there)\s)", re.IGNORECASE)
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_]+")


class Span(NamedTuple):
    """A piece of a text: `text[start:end]`. A tuple, since a corpus has millions."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The piece itself."""
        return text[self.start : self.end]


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order, without the space around them.

    A line break always ends a sentence; so do 。！？； and a run of dots in Chinese. Abbreviations (Dr., e.g.,
    No. 5), decimals, web addresses and closing quotes are kept together.
    """
    spans = []
    for line in _LINE.finditer(text):
        for start, end in _line(line[0]):
            if span := _trimmed(text, line.start() + start, line.start() + end):
                spans.append(span)
    return spans


def clauses(text: str) -> list[Span]:
    """The clauses of a text: sentences cut at commas, semicolons and words of contrast (but, however, 但是, 不过).

    A word of contrast begins the clause that follows it. Commas within numbers do not divide, and an English
    piece of one word stays with its neighbour.
    """
    spans: list[Span] = []
    for sentence in sentences(text):
        cuts = [match.end() for match in _CLAUSE_END.finditer(text, sentence.start, sentence.end)]
        cuts += [match.end() for match in _AND.finditer(text, sentence.start, sentence.end)]
        start = seen = sentence.start
        words = 0
        for cut in [*sorted(set(cuts)), sentence.end]:
            words += len(_WORDS.findall(text, seen, cut))
            seen = cut
            if cut < sentence.end and words < 2:
                continue
            if span := _trimmed(text, start, cut):
                if not words and start > sentence.start:
                    # The full stop after a bracket belongs to what it ends.
                    spans[-1] = Span(spans[-1].start, span.end)
                else:
                    spans.append(span)
            start, words = cut, 0
    return spans


def _line(line: str) -> Iterator[tuple[int, int]]:
    if _HAS_HAN.search(line):
        start = 0
        for match in _CHINESE_END.finditer(line):
            yield start, match.end()
            start = match.end()
        yield start, len(line)
        return
    for first, part in _parts(line):
        start = position = 0
        for piece in segment("en", encodable(part)):
            position += len(piece)
            if _CUT_SHORT.search(piece[-12:]) and position < len(part):
                continue
            yield first + start, first + position
            start = position
        if start < len(part):
            yield first + start, first + len(part)


def _parts(line: str) -> Iterator[tuple[int, str]]:
    """A line without end (one review of a megabyte) in pieces, cut at spaces: long lines take sentencex long."""
    start = 0
    while len(line) - start > _MAX_LINE:
        space = line.rfind(" ", start, start + _MAX_LINE)
        end = space + 1 if space > start else start + _MAX_LINE
        yield start, line[start:end]
        start = end
    yield start, line[start:]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start=start, end=end) if start < end else None
