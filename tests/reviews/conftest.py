"""Files of reviews, and a scorer whose verdicts a reader can foresee."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from models.language import detect
from models.variant import Sentiment, SentimentLabel

GOOD = ("love", "great", "good", "bright", "fast", "喜欢", "好", "亮", "满意")
BAD = ("bad", "broke", "slow", "hate", "loud", "差", "坏", "慢", "吵")


class Killed(BaseException):
    """The process ends here."""


class WordScorer:
    """Counts good and bad words; other languages than English and Chinese are not scored.

    Args:
        fail_after: Calls after which scoring fails, as if the process were killed; None never does.
    """

    name = "words"

    def __init__(self, fail_after: int | None = None) -> None:
        self.fail_after = fail_after
        self.texts: list[str] = []

    async def score(self, texts: Sequence[str]) -> list[Sentiment | None]:
        if self.fail_after is not None:
            self.fail_after -= 1
            if self.fail_after < 0:
                raise Killed
        self.texts += texts
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Sentiment | None:
        language = detect(text).code
        if language not in ("en", "zh", "und"):
            return None
        folded = text.casefold()
        balance = sum(word in folded for word in GOOD) - sum(word in folded for word in BAD)
        label: SentimentLabel = "positive" if balance > 0 else "negative" if balance < 0 else "neutral"
        return Sentiment(
            label=label,
            score=max(-1.0, min(1.0, balance / 2)),
            confidence=0.0 if language == "und" else 0.9,
            language=language,
            scored_by=self.name,
        )

    async def close(self) -> None:
        pass


WriteFile = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    """`write("reviews.csv", content)`: bytes, a text, or rows of cells."""

    def put(name: str, content: bytes | str | list[Sequence[object]], encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            stream = io.StringIO(newline="")
            csv.writer(stream).writerows(content)
            content = stream.getvalue()
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return put
