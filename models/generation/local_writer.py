"""Sampling with our own writer: variants side by side, all parts of each in one go, held to limits and figures."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from models.brief import Language
from models.generation.barred import Barred
from models.generation.base import GenerationRequest, Line
from models.generation.known_words import invented_words
from models.generation.local_sampling import Sampling, budgets_of, seeded
from models.generation.local_tree import Tree
from models.generation.local_vocabulary import Vocabulary
from models.generation.shape import Facts, Numbers, close_line, dangling, meaning
from models.parts import line_opening
from models.platforms import measure
from models.ranking import says

__all__ = ["WriterSampler"]

TOP_K: Final = 40
MIN_P: Final = 0.02
_SIGNS: Final = frozenset("$€£¥￥%％‰°")
_TYPOGRAPHIC: Final = frozenset("–—‘’“”…·•×éèêàâçñöüäáíóú")
_HAN_MARKS: Final = frozenset("，。、；：？！“”‘’（）《》【】「」…—～·× ")
# So many completions more for each asked for: those are kept that `_demerit` says least against.
_MORE: Final = 1.6
# What saying all that is wanted is worth, and what words cost that the brief does not have, both in nats a token of
# the completion's likelihood: a small model that leaves the brief's words says little that is true.
_SAID: Final = 0.5
_NEW: Final = 1.0
# From this share of a line's limit on, every candidate token is measured.
_NEAR: Final = 0.6


@dataclass
class _Variant:
    """One variant in progress: the lines it has, and the line it is at."""

    branch: int
    done: list[str] = field(default_factory=list)
    text: str = ""
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    cuts: int = 0
    halves: int = 0

    @property
    def likelihood(self) -> float:
        """The mean log-probability of its tokens, as the model sees them before anything is barred."""
        return sum(self.logprobs) / max(1, len(self.logprobs))

    def repeats(self, token: int) -> bool:
        """Whether the token would end four tokens that this line holds already."""
        tail = (*self.tokens[-3:], token)
        return len(tail) == 4 and any(
            tuple(self.tokens[at : at + 4]) == tail for at in range(len(self.tokens) - 3)
        )


class WriterSampler:
    """Writes one request's completions with a model that was trained on the lines asked for.

    A token is drawn among the likeliest; of these the ones go that would pass the line's limit, make a number that
    the brief lacks, complete a barred term, or end a line where no line can end.

    Args:
        model: The writer.
        vocabulary: Its vocabulary's tables.
        request: What is asked for, with `lines`.
        prompt: The prompt's token ids.
        step: Called with (tokens so far, tokens expected at most) at each step; may raise, which ends the work.
    """

    def __init__(
        self,
        model: Any,
        vocabulary: Vocabulary,
        request: GenerationRequest,
        prompt: Sequence[int],
        step: Callable[[int, int], None],
    ) -> None:
        import torch

        self._torch = torch
        self._words = vocabulary
        self._request = request
        self._step = step
        self._budgets = budgets_of(request)
        self._random = seeded(request)
        self._source = "\n".join(message.content for message in request.messages)
        self._facts = Facts.read(self._source)
        self._numbers = Numbers(request.allowed_numbers, self._source, units=False)
        self._barred = Barred(request.barred, request.barred_names)
        self._newline = vocabulary.encode("\n")[-1]
        self._end = next(iter(vocabulary.eos))
        # Chinese labels tell which way to write an opening.
        self._chinese = any("\u4e00" <= character <= "\u9fff" for character in request.lines[0].label)
        language: Language = "zh" if self._chinese else "en"
        self._folded = self._source.casefold()
        self._known = frozenset(meaning(self._source))
        self._letters = frozenset(re.findall(r"[a-z]+", self._folded))
        self._openings = [vocabulary.encode(line_opening(line, language)) for line in request.lines]
        step(0, sum(self._budgets))
        self._tree = Tree(model, prompt)

    def write(self) -> Sampling:
        """Write the completions."""
        request, sampled, steps = self._request, 0, 0
        variants = [_Variant(branch) for branch in range(request.n + math.ceil(_MORE * request.n))]
        for variant in variants:
            self._tree.branch(variant.branch)
        logits = self._tree.feed([(variant.branch, self._openings[0]) for variant in variants])
        writing = variants
        while writing:
            self._step(steps, sum(self._budgets))
            steps += 1
            sampled += len(writing)
            drawn = self._draw(writing, logits)
            feeds = []
            for variant, token in zip(writing, drawn, strict=True):
                fed = self._append(variant, token)
                if fed:
                    feeds.append((variant.branch, fed))
            writing = [variant for variant in writing if len(variant.done) < len(request.lines)]
            if writing:
                logits = self._tree.feed(feeds)
        texts = [
            "\n".join(f"{line.label}: {text}" for line, text in zip(request.lines, variant.done, strict=True))
            for variant in sorted(variants, key=self._demerit)
        ]
        # The same copy twice is one choice less.
        return Sampling([*dict.fromkeys(texts)][: request.n], sampled)

    def _demerit(self, variant: _Variant) -> tuple[int, float]:
        """What speaks against a completion, least first.

        Lines cut at their limit, halves of barred names, words that are none and figures beside another fact's
        name; then surprise, what it leaves unsaid and what the brief does not say.
        """
        text = "\n".join(variant.done)
        wrong = variant.cuts + variant.halves + sum(self._facts.misplaced(line) for line in variant.done)
        if not self._chinese:
            wrong += len(invented_words(text, self._letters))
        words = meaning(text)
        new = sum(word not in self._known for word in words) / max(1, len(words))
        wanted = self._request.wanted
        said = sum(says(text, value) for value in wanted) / max(1, len(wanted))
        return wrong, _NEW * new - _SAID * said - variant.likelihood

    def _append(self, variant: _Variant, token: int | None) -> list[int]:
        """Add a token, or end the line (None = it must end here); returns what the model reads next."""
        place = len(variant.done)
        line = self._request.lines[place]
        ended = token is None or token in (self._newline, self._end)
        if not ended and token is not None:
            variant.tokens.append(token)
            variant.text = self._words.decode(variant.tokens)
            if len(variant.tokens) < self._budgets[place]:
                return [token]
        prefix = line.prefix.strip()
        joint = " " if prefix and not self._chinese else ""
        whole = f"{prefix}{joint}{variant.text.strip()}"
        cut = token is None or not ended
        variant.cuts += cut
        variant.done.append(close_line(whole, line, self._numbers, cut))
        variant.text, variant.tokens = "", []
        if len(variant.done) == len(self._request.lines):
            return []
        return [self._newline, *self._openings[len(variant.done)]]

    def _draw(self, variants: Sequence[_Variant], logits: Any) -> list[int | None]:
        """The next token of each variant; None where none is left."""
        torch = self._torch
        top = logits.topk(min(TOP_K, logits.shape[-1]), dim=-1)
        values = top.values / max(self._request.temperature, 1e-3)
        allowed = torch.zeros_like(values, dtype=torch.bool)
        for row, (variant, tokens) in enumerate(zip(variants, top.indices.tolist(), strict=True)):
            fits = self._fitting(variant)
            allowed[row] = torch.tensor([fits(token) for token in tokens])
            # Where the rest of a name is refused, what stands there is half of one.
            variant.halves += self._barred.halves(variant.text, self._words.text[tokens[0]] or "")
        none_left = ~allowed.any(dim=-1)
        chances = (
            values.masked_fill(~allowed, -torch.inf).masked_fill(none_left[:, None], 0.0).softmax(dim=-1)
        )
        kept = chances.cumsum(dim=-1) - chances < self._request.top_p
        kept &= chances >= MIN_P * chances.amax(dim=-1, keepdim=True)
        picks = torch.multinomial(chances * kept, 1, generator=self._random)
        drawn = top.indices.gather(1, picks).squeeze(1).tolist()
        told = logits.log_softmax(dim=-1).gather(1, top.indices.gather(1, picks)).squeeze(1).tolist()
        for variant, logprob in zip(variants, told, strict=True):
            variant.logprobs.append(float(logprob))
        return [
            None if nothing else int(token) for token, nothing in zip(drawn, none_left.tolist(), strict=True)
        ]

    def _fitting(self, variant: _Variant) -> Callable[[int], bool]:
        """Which tokens may follow what a variant's line holds."""
        place = len(variant.done)
        line = self._request.lines[place]
        end = self._end if place == len(self._request.lines) - 1 else self._newline
        prefix, text = line.prefix.strip(), variant.text
        numbers, barred = self._numbers, self._barred
        may_end = bool(text.strip()) and not dangling(text.strip()) and not numbers.unfinished(text)
        near = bool(line.limit) and self._size(prefix, text, line) > _NEAR * line.limit
        pieces = self._words.text

        def fits(token: int) -> bool:
            if token == end:
                return may_end
            piece = pieces[token]
            if not piece or "\n" in piece or variant.repeats(token):
                return False
            if near and self._size(prefix, text + piece, line) > line.limit:
                return False
            if any(sign in _SIGNS and sign not in self._source for sign in piece) or self._strange(piece):
                return False
            return numbers.may_follow(text, piece) and not barred.completes(text, piece)

        return fits

    def _strange(self, piece: str) -> bool:
        """Whether a piece is of another script than the copy's: what the prompt itself says is never strange."""
        if self._chinese:
            latin = "".join(c for c in piece if c.isascii() and c.isalpha())
            if latin and piece.strip().casefold() not in self._folded:
                return True
            rest = (c for c in piece if not c.isascii() and c not in _HAN_MARKS)
            return any(not "\u4e00" <= c <= "\u9fff" and c not in self._source for c in rest)
        return any(not c.isascii() and c not in _TYPOGRAPHIC and c not in self._source for c in piece)

    @staticmethod
    def _size(prefix: str, text: str, line: Line) -> float:
        return measure(f"{prefix}{text}".strip(), line.unit)
