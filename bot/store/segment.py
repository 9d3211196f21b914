"""Cuts text into words that SQLite's full-text index can match, in English and Chinese.

FTS5's own tokenizer takes a run of Chinese characters for one word. So Chinese is indexed twice: as
the words that rjieba finds (they match wherever they stand) and as overlapping pairs of characters
(so that any piece of the text is found, also names that no dictionary holds).
"""

import re
import unicodedata
from dataclasses import dataclass

import rjieba

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# Digits apart from letters, so that “5000mAh” and “5000 mAh” are the same words.
_PIECE = re.compile(rf"[{_HAN}]+|\d+|[^\W\d_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")

# A pasted essay is no query: FTS5 bounds the depth of an expression at 256.
MAX_QUERY_PIECES = 32
MAX_PIECE_CHARACTERS = 64


@dataclass(frozen=True)
class Segments:
    """A text as it is indexed: `words` divided by spaces, `pairs` of Chinese characters in order."""

    words: str
    pairs: str


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(unicodedata.normalize("NFKC", text))


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(max(len(run) - 1, 1))]


def segment(text: str) -> Segments:
    """Cut a text for the index."""
    words: list[str] = []
    pairs: list[str] = []
    for piece in _pieces(text):
        if _IS_HAN.match(piece):
            words += rjieba.cut_for_search(piece)
            # The last character alone too, so that a query of one character finds it by prefix.
            pairs += [*_pairs(piece), piece[-1]]
        else:
            words.append(piece)
    return Segments(" ".join(words), " ".join(pairs))


def match_expression(query: str) -> str | None:
    """A person's words as an FTS5 expression that needs all of them; None when there is no word in it.

    Only letters, digits and Chinese characters reach the expression, each piece quoted, so no text is a
    syntax error (https://www.sqlite.org/fts5.html#full_text_query_syntax).
    """
    terms: list[str] = []
    for piece in _pieces(query)[:MAX_QUERY_PIECES]:
        piece = piece[:MAX_PIECE_CHARACTERS]
        if not _IS_HAN.match(piece):
            terms.append(f'{{copy_words brief_words}} : "{piece}"')
            continue
        words = " AND ".join(f'"{word}"' for word in rjieba.cut(piece))
        phrase = " ".join(_pairs(piece))
        prefix = " *" if len(piece) == 1 else ""
        terms.append(
            f'({{copy_words brief_words}} : ({words}) OR {{copy_pairs brief_pairs}} : "{phrase}"{prefix})'
        )
    return " AND ".join(terms) or None
