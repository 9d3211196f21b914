"""Terms that a line may not say: which token would complete one, as it is written."""

from collections.abc import Iterator, Sequence

from models.matching import finder

__all__ = ["Barred"]


class Barred:
    """The terms barred from a request's lines, in any case and with the usual English endings.

    A term is refused with the token that completes it. What it begins with may stand: “text” where “text message”
    is barred.

    Args:
        terms: The terms; hyphens and spaces in them are alike.
        names: Terms that are such only as they are written (on X).
    """

    def __init__(self, terms: Sequence[str], names: Sequence[str] = ()) -> None:
        self._patterns = tuple(
            finder(term, cased=cased)
            for several, cased in ((terms, False), (names, True))
            for term in several
            if term.strip()
        )
        terms = (*terms, *names)
        self._bare = tuple({bare for term in terms if (bare := _bare(term))})
        self._longest = max(map(len, terms), default=0)
        self._needs: dict[str, tuple[str, ...]] = {}
        self._last = ("", "")

    def completes(self, text: str, piece: str) -> bool:
        """Whether a piece written behind a text would complete a barred term."""
        return self._reach(text, piece) is not None

    def halves(self, text: str, piece: str) -> bool:
        """Whether a piece would complete a term that begins in the text: refused, it leaves half a name there."""
        reach = self._reach(text, piece)
        return reach is not None and reach > 0

    def _reach(self, text: str, piece: str) -> int | None:
        """How far into the text the terms reach that a piece would complete; None where it completes none."""
        if piece not in self._needs:
            self._needs[piece] = tuple(self._needed(_bare(piece)))
        if not self._before(text).endswith(self._needs[piece]):
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

    def _needed(self, piece: str) -> Iterator[str]:
        """What must stand before a piece for it to complete a term; most pieces need what hardly ever stands."""
        for term in self._bare:
            if term in piece:
                yield ""
            for length in range(1, min(len(term), len(piece) + 1)):
                if piece.startswith(term[-length:]):
                    yield term[:-length]

    def _before(self, text: str) -> str:
        """The letters and digits at a text's end; each text is asked about with many pieces."""
        if self._last[0] != text:
            self._last = (text, _bare(text[-(2 * self._longest + 2) :]))
        return self._last[1]


def _bare(text: str) -> str:
    """A text's letters and digits."""
    return "".join(character for character in text.casefold() if character.isalnum())
