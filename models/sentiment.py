"""Scores how texts feel, offline, for many callers at once."""

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING

from models.errors import SentimentUnavailable
from models.language import UNDETERMINED, detect
from models.variant import Sentiment, SentimentLabel

if TYPE_CHECKING:
    from models.sentiment_classifier import Classifier, Verdict

WEIGHTS = Path(__file__).resolve().parent / "weights"
GATHER_SECONDS = 0.004
"""How long the worker waits for other callers' texts after the first."""

CHUNK_TEXTS = 512
"""A long list goes to the worker in chunks of this many, so that a short one in between waits for one chunk only."""

_Scores = list[Sentiment | None]


class SentimentEngine:
    """Scores texts in English and Chinese, as far as weights for them are there.

    Nothing is loaded before the first text. All torch work happens in one worker thread, which gathers
    the texts of concurrent callers for a few milliseconds, sorts them by length and scores them in batches.

    A score is the probability of positive less that of negative, after temperature scaling (for stars: their
    expected value on -1..1). A text whose score is within the neutral band is called neutral. `confidence` is
    the probability of the label that is told. Longer texts are read in windows of 128 tokens, at most 64 of
    them, averaged by length. A text without letters (emoji only, figures, nothing) is neutral with confidence 0
    and language `und`; a text in a language without weights gets None.

    Args:
        checkpoint: None for the weights that ship with Copydesk; else a folder or a Hugging Face id, which
            replaces all of them. It reads the languages that its vocabulary can spell.
        threads: How many threads torch uses; None leaves torch's own choice.
    """

    def __init__(self, checkpoint: str | Path | None = None, *, threads: int | None = None) -> None:
        self._checkpoint = None if checkpoint is None else str(checkpoint)
        self._threads = threads
        self._folders = _shipped() if self._checkpoint is None else {}
        self._loaded: dict[str, Classifier] = {}
        self._work: SimpleQueue[_Request | None] = SimpleQueue()
        self._worker: threading.Thread | None = None
        self._lock = threading.Lock()
        self.name = "copydesk-sentiment" if self._checkpoint is None else Path(self._checkpoint).name
        self.languages = frozenset(self._folders) if self._checkpoint is None else frozenset({"en", "zh"})
        """The languages that are scored; a checkpoint that is not ours is asked when it is loaded."""

    async def score(self, texts: Sequence[str]) -> list[Sentiment | None]:
        """A sentiment for each text, in order; None where the text's language is not scored.

        Raises:
            SentimentUnavailable: The weights are missing, damaged or of another kind; the message says which.
        """
        scores: _Scores = []
        for start in range(0, len(texts), CHUNK_TEXTS):
            request = _Request(list(texts[start : start + CHUNK_TEXTS]))
            with self._lock:
                if self._worker is None:
                    self._worker = threading.Thread(target=self._run, name="sentiment", daemon=True)
                    self._worker.start()
                self._work.put(request)
            found: _Scores = await asyncio.wrap_future(request.answer)
            scores += found
        return scores

    async def close(self) -> None:
        """Stops the worker after the texts it was already given, and releases the weights."""
        with self._lock:
            worker, self._worker = self._worker, None
            if worker is not None:
                self._work.put(None)
        if worker is not None:
            await asyncio.to_thread(worker.join)
        self._loaded = {}

    def _run(self) -> None:
        stopping = False
        while not stopping:
            first = self._work.get()
            if first is None:
                return
            gathered = [first]
            texts, until = len(first.texts), monotonic() + GATHER_SECONDS
            while texts < CHUNK_TEXTS:
                try:
                    more = self._work.get(timeout=max(0.0, until - monotonic()))
                except Empty:
                    break
                if more is None:
                    stopping = True
                    break
                gathered.append(more)
                texts += len(more.texts)
            self._answer([request for request in gathered if request.answer.set_running_or_notify_cancel()])

    def _answer(self, requests: "Sequence[_Request]") -> None:
        try:
            scores = iter(self._score([text for request in requests for text in request.texts]))
            for request in requests:
                request.answer.set_result([next(scores) for _ in request.texts])
        except Exception as error:
            # Whatever went wrong belongs to those who asked; the thread lives on for the next ones.
            for request in requests:
                if not request.answer.done():
                    request.answer.set_exception(error)

    def _score(self, texts: Sequence[str]) -> _Scores:
        distinct = list(dict.fromkeys(texts))
        by_language: dict[str, list[str]] = {}
        for text in distinct:
            by_language.setdefault(detect(text).code, []).append(text)
        found: dict[str, Sentiment | None] = {}
        for language, same in by_language.items():
            if language == UNDETERMINED:
                unscored = Sentiment(
                    label="neutral", score=0.0, confidence=0.0, language=language, scored_by=self.name
                )
                found.update(dict.fromkeys(same, unscored))
                continue
            classifier = self._classifier(language)
            if classifier is not None:
                for text, verdict in zip(same, classifier.judge(same), strict=True):
                    found[text] = _sentiment(verdict, classifier, language)
        return [found.get(text) for text in texts]

    def _classifier(self, language: str) -> "Classifier | None":
        """The classifier for a language, loaded when it is first needed; None where there is none."""
        if self._checkpoint is None and not self._folders:
            raise SentimentUnavailable(
                f"The sentiment weights are missing in {WEIGHTS}.",
                "Install Copydesk again, or set COPYDESK_SENTIMENT_MODEL to another checkpoint.",
            )
        if language not in self.languages:
            return None
        if language not in self._loaded:
            from models.sentiment_classifier import load_checkpoint, load_shipped, prepare_torch

            prepare_torch(self._threads)
            if self._checkpoint is None:
                self._loaded[language] = load_shipped(self._folders[language])
            else:
                classifier = load_checkpoint(self._checkpoint)
                self.languages = classifier.calibration.languages
                self._loaded = dict.fromkeys(self.languages, classifier)
        return self._loaded.get(language)


class _Request:
    """The texts of one call, and where its scores go."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.answer: Future[_Scores] = Future()


def _sentiment(verdict: "Verdict", classifier: "Classifier", language: str) -> Sentiment:
    label: SentimentLabel
    if abs(verdict.value) < classifier.calibration.neutral_band:
        label = "neutral"
        confidence = 1 - abs(verdict.value) if verdict.neutral is None else verdict.neutral
    elif verdict.value > 0:
        label, confidence = "positive", verdict.positive
    else:
        label, confidence = "negative", verdict.negative
    return Sentiment(
        label=label,
        score=round(verdict.value, 4),
        confidence=round(max(0.0, min(1.0, confidence)), 4),
        language=language,
        scored_by=classifier.scored_by,
    )


def _shipped() -> dict[str, Path]:
    """The folder of shipped weights for each language that has one."""
    return {folder.name.removeprefix("sentiment-"): folder for folder in sorted(WEIGHTS.glob("sentiment-*/"))}
