"""Terms that a line may not say: which token would complete one, as it is written."""

from collections.abc import Sequence

from models.matching import finder

__all__ = ["Barred"]


class Barred:
    """The terms barred from a request's lines, in any case and with the usual English endings.

    A term is refused with the token that completes it. What it begins with may stand: “text” where “text message”
    is barred.

    Args:
        terms: The terms; names should be in one spelling only, hyphens and spaces are alike.
    """

    def __init__(self, terms: Sequence[str]) -> None:
        self._patterns = tuple(finder(term) for term in terms if term.strip())
        self._ends = frozenset(
            bare[at:] for term in terms if (bare := _bare(term)) for at in range(len(bare))
        )
        self._whole = frozenset(filter(None, map(_bare, terms)))
        self._longest = max(map(len, terms), default=0)
        self._known: dict[str, bool] = {}

    def completes(self, text: str, piece: str) -> bool:
        """Whether a piece written behind a text would complete a barred term."""
        return self._reach(text, piece) is not None

    def halves(self, text: str, piece: str) -> bool:
        """Whether a piece would complete a term that begins in the text: refused, it leaves half a name there."""
        reach = self._reach(text, piece)
        return reach is not None and reach > 0

    def _reach(self, text: str, piece: str) -> int | None:
        """How far into the text the terms reach that a piece would complete; None where it completes none."""
        if piece not in self._known:
            self._known[piece] = self._may_complete(piece)
        if not self._known[piece]:
            return None
        # A little more than the longest term, so that the place where the text is cut begins no word of it.
        tail = text[-(2 * self._longest + 2) :]
        return max(
            (
                len(tail) - match.start()
                for pattern in self._patterns
                for match in pattern.finditer(tail + piece)
                if match.end() > len(tail)
            ),
            default=None,
        )

    def _may_complete(self, piece: str) -> bool:
        """Whether a piece can be the end of a term at all, whatever stands before it: very few can."""
        bare = _bare(piece)
        if any(bare[:length] in self._ends for length in range(1, len(bare) + 1)):
            return True
        return any(term in bare for term in self._whole)


def _bare(text: str) -> str:
    """A text's letters and digits."""
    return "".join(character for character in text.casefold() if character.isalnum())
