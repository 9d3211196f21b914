"""Whether a text has a term: words as people vary them in case, width, spaces and endings."""

import re
import unicodedata
from functools import lru_cache

__all__ = ["finder", "fold", "has_term"]

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_ENDINGS = r"(?:'?s|es|d|ed|ing|ly)?"
# A Latin word ends where Chinese begins: 700W功率 has the term 700W.
_LETTER = r"[^\W_\u3400-\u9fff\uf900-\ufaff]"


def fold(text: str) -> str:
    """Text as terms are compared: NFKC (full-width letters become plain), case folded, one space between words."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).casefold().strip()


@lru_cache(maxsize=512)
def _pattern(term: str, inflected: bool) -> re.Pattern[str]:
    folded = fold(term)
    if _HAN.search(folded):
        # Chinese has no word boundaries, and people put spaces between Chinese and Latin or leave them out.
        return re.compile(r"\s*".join(re.escape(character) for character in folded.replace(" ", "")))
    words = r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", folded) if word)
    start = rf"(?<!{_LETTER})" if folded[:1].isalnum() else ""
    end = rf"(?!{_LETTER})" if folded[-1:].isalnum() else ""
    return re.compile(start + words + (_ENDINGS if inflected else "") + end)


@lru_cache(maxsize=1_024)
def finder(term: str, *, cased: bool = False) -> re.Pattern[str]:
    """A pattern that finds a term in text as it stands, with the usual English endings in the group `ending`.

    Args:
        term: What to look for.
        cased: Whether capitals count.
    """
    written = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", term)).strip()
    if _HAN.search(written):
        words = r"\s*".join(re.escape(character) for character in written.replace(" ", ""))
        return re.compile(f"{words}(?P<ending>)", 0 if cased else re.IGNORECASE)
    words = r"[\s\-]+".join(re.escape(word) for word in re.split(r"[\s\-]+", written) if word)
    start = rf"(?<!{_LETTER})" if written[:1].isalnum() else ""
    end = rf"(?!{_LETTER})" if written[-1:].isalnum() else ""
    return re.compile(rf"{start}{words}(?P<ending>{_ENDINGS}){end}", 0 if cased else re.IGNORECASE)


def has_term(text: str, term: str, *, inflected: bool = False) -> bool:
    """Whether a text has a term as a whole word (Latin) or as it stands (Chinese).

    Args:
        text: Where to look.
        term: What to look for.
        inflected: Whether the usual English endings count too (`cure` finds `cures`).
    """
    return bool(fold(term)) and bool(_pattern(term, inflected).search(fold(text)))
