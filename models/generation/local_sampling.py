"""Sampling with a small model: lines of a given shape, the best of several candidates each, or free text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from models.errors import EngineCannotServe
from models.generation.base import GenerationRequest, Line
from models.generation.local_tree import Tree
from models.generation.local_vocabulary import Vocabulary
from models.generation.shape import CLAIMS, Facts, Numbers, Written, close_line, dangling, rank
from models.platforms import measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Sampler", "Sampling", "budgets_of", "seeded"]

# Chosen by reading samples for the English briefs: fewer candidates leave more cut lines, more
# of them win nothing a reader sees. A long line is seldom cut, so it needs fewer.
CANDIDATES_SHORT = 8
CANDIDATES_LONG = 4
LONG_LINE = 160
MOST_BRANCHES = 32
TOP_K = 50
MIN_P = 0.04
NEVER = -1e9
# Logits taken from a token for each time that the completion already holds it.
REPEAT_COST = 0.6
# Logits given to the end of a line, from PRESSURE_FROM of the limit on, rising to PRESSURE at the limit.
PRESSURE = 4.0
PRESSURE_FROM = 0.5
# Tokens that an unlimited line may have when the request leaves more.
OPEN_LINE_TOKENS = 90


@dataclass
class Sampling:
    """What one request came to."""

    texts: list[str]
    sampled_tokens: int


@dataclass
class _Candidate:
    """One continuation in progress."""

    branch: int
    variant: int
    numbers: Numbers
    barred_first: frozenset[int] = frozenset()
    tokens: list[int] = field(default_factory=list)
    text: str = ""
    logprob: float = 0.0
    due: list[int] = field(default_factory=list)
    over: bool = False
    cut: bool = False

    def written(self, text: str) -> Written:
        return Written(text, self.logprob / max(1, len(self.tokens)), self.cut)


def seeded(request: GenerationRequest) -> Any:
    """The source of chance for a request: the same for the same seed, another each time where it has none."""
    import torch

    chance = torch.Generator()
    if request.seed is not None:
        chance.manual_seed(request.seed)
    else:
        chance.seed()
    return chance


def budgets_of(request: GenerationRequest) -> list[int]:
    """Tokens that each line may take: what its limit can hold, and together no more than was asked for.

    Raises:
        EngineCannotServe: A line cannot hold its own prefix.
    """
    wishes = []
    for line in request.lines:
        prefix = line.prefix.strip()
        if line.limit and measure(prefix, line.unit) > line.limit:
            raise EngineCannotServe(
                f"“{prefix[:60]}” is longer than the {line.limit} that {line.label} may have.",
                "Shorten it, or choose a platform with more room.",
            )
        # English runs at about four characters a token, Chinese at one or less; a line over its limit is cut.
        wishes.append(min(line.limit // 2 + 4, 400) if line.limit else OPEN_LINE_TOKENS)
    share = min(1.0, request.max_tokens / sum(wishes))
    return [max(6, int(wish * share)) for wish in wishes]


class Sampler:
    """Writes one request's completions.

    Args:
        model: A transformers causal language model.
        vocabulary: Its vocabulary's tables.
        request: What is asked for.
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
        self._steps = 0
        self._expected = 1
        self._sampled = 0
        self._random = seeded(request)
        brief = next((m.content for m in reversed(request.messages) if m.role == "user"), "")
        self._numbers = Numbers(request.allowed_numbers, brief)
        examples = [m.content for m in request.messages if m.role == "assistant"]
        self._facts = Facts.read(brief, examples)
        self._claims = self._claim_tokens()
        step(0, self._expected)
        self._tree = Tree(model, prompt)

    def _claim_tokens(self) -> list[int]:
        """Tokens that spell a whole claim (` free`, ` Best`) which the brief does not make."""
        spellings = [f" {form}" for word in CLAIMS - self._facts.words for form in (word, word.capitalize())]
        # "'t" makes a denial of any verb, which an advertisement from bare facts has no use for.
        encoded = (self._words.encode(spelling) for spelling in [*spellings, "'t", "’t"])
        return [tokens[0] for tokens in encoded if len(tokens) == 1]

    def write(self) -> Sampling:
        """Write the completions."""
        texts = self._shaped() if self._request.lines else self._free()
        return Sampling(texts, self._sampled)

    # -- lines --

    def _shaped(self) -> list[str]:
        request = self._request
        n = request.n
        budgets = budgets_of(request)
        self._expected = sum(budgets)
        written: list[list[str]] = [[] for _ in range(n)]
        for variant in range(n):
            self._tree.branch(variant)
        for index, line in enumerate(request.lines):
            opening = f"{line.label}:" + (f" {line.prefix.strip()}" if line.prefix.strip() else "")
            feeds = []
            for variant in range(n):
                before = f" {written[variant][-1]}\n" if index else ""
                if index and request.lines[index - 1].prefix:
                    before = written[variant][-1].removeprefix(request.lines[index - 1].prefix.strip()) + "\n"
                feeds.append((variant, self._words.encode(before + opening)))
            logits = self._tree.feed(feeds)
            chosen = self._line(line, logits, budgets[index], written)
            for variant in range(n):
                written[variant].append(chosen[variant])
            self._steps = sum(budgets[: index + 1])
        return [
            "\n".join(f"{line.label}: {text}" for line, text in zip(request.lines, lines, strict=True))
            for lines in written
        ]

    def _line(self, line: Line, logits: Any, budget: int, written: list[list[str]]) -> list[str]:
        """Write one line of every variant: candidates side by side, the best that repeats nothing is kept."""
        n = self._request.n
        long_line = not line.limit or line.limit > LONG_LINE
        each = max(1, min(CANDIDATES_LONG if long_line else CANDIDATES_SHORT, MOST_BRANCHES // n))
        mark = self._tree.mark()
        candidates = []
        for variant in range(n):
            earlier = self._earlier(line, written[variant])
            numbers = self._numbers.without(earlier)
            # A second headline opens on another word than the first, so that it says something else.
            first = frozenset(
                self._words.encode(f" {text}")[0] for text in earlier if text and not line.prefix
            )
            candidates += [_Candidate(n + variant * each + i, variant, numbers, first) for i in range(each)]
        for candidate in candidates:
            self._tree.branch(candidate.branch, candidate.variant)
        rows = logits.repeat_interleave(each, dim=0)
        self._sample(candidates, rows, budget, line, [" ".join(lines) for lines in written])
        self._tree.rewind(*mark)
        chosen: list[str] = []
        same_name = [text for lines in written for text in self._earlier(line, lines)]
        for variant in range(n):
            finished = [
                c.written(close_line(f"{line.prefix.strip()}{c.text}", line, c.numbers, c.cut))
                for c in candidates
                if c.variant == variant
            ]
            facts = Facts(
                self._facts.words,
                [*self._facts.taken, *written[variant]],
                [*chosen, *same_name],
                self._facts.names,
            )
            chosen.append(rank(finished, line, facts)[0].text)
        return chosen

    def _earlier(self, line: Line, written: list[str]) -> list[str]:
        """A completion's lines so far that bear this line's name."""
        pairs = zip(written, self._request.lines, strict=False)
        return [text for text, earlier in pairs if earlier.name == line.name]

    # -- free text --

    def _free(self) -> list[str]:
        n, budget = self._request.n, self._request.max_tokens
        self._expected = budget
        candidates = [_Candidate(i, i, self._numbers) for i in range(n)]
        for candidate in candidates:
            self._tree.branch(candidate.branch)
        rows = self._tree.prompt_logits.repeat_interleave(n, dim=0)
        self._sample(candidates, rows, budget, None, [""] * n)
        return [candidate.text.strip() for candidate in candidates]

    # -- tokens --

    def _sample(
        self, candidates: list[_Candidate], logits: Any, budget: int, line: Line | None, before: list[str]
    ) -> None:
        """Continue the candidates, a token each a step, until each has ended or has `budget` tokens."""
        begun = self._steps
        open_ones = candidates
        held = [self._words.encode(text) for text in before]
        for step in range(budget):
            self._step(begun + step, self._expected)
            self._steps = begun + step
            self._choose(open_ones, logits, line, held, step == budget - 1)
            open_ones = [candidate for candidate in open_ones if not candidate.over]
            if not open_ones or step == budget - 1:
                break
            logits = self._tree.feed([(c.branch, c.tokens[-1:]) for c in open_ones])
        for candidate in open_ones:
            candidate.cut = True

    def _choose(
        self, candidates: list[_Candidate], logits: Any, line: Line | None, held: list[list[int]], last: bool
    ) -> None:
        """Draw the next token of each candidate from its row of logits."""
        torch = self._torch
        raw = logits.log_softmax(dim=-1)
        masked = logits.clone()
        for row, candidate in enumerate(candidates):
            self._mask(masked[row], candidate, line, held[candidate.variant])
        if self._request.temperature <= 0:
            drawn = masked.argmax(dim=-1)
        else:
            top = masked.topk(min(TOP_K, masked.shape[-1]), dim=-1)
            chances = (top.values / self._request.temperature).softmax(dim=-1)
            kept = chances.cumsum(dim=-1) - chances < self._request.top_p
            kept &= chances >= MIN_P * chances[:, :1]
            picks = torch.multinomial(chances * kept, 1, generator=self._random)
            drawn = top.indices.gather(1, picks).squeeze(1)
        scores = raw.gather(1, drawn[:, None]).squeeze(1).tolist()
        for candidate, token, score in zip(candidates, drawn.tolist(), scores, strict=True):
            self._append(candidate, int(token), float(score), line)
            self._sampled += 1

    def _mask(self, row: Any, candidate: _Candidate, line: Line | None, held: list[int]) -> None:
        """Take from a row of logits, in place, what this candidate may not or should not write next."""
        torch, words, numbers = self._torch, self._words, candidate.numbers
        if candidate.due:
            only = candidate.due[0]
            kept = row[only].clone()
            row.fill_(NEVER)
            row[only] = kept.clamp(min=0.0)
            return
        text = candidate.text
        prefix = line.prefix.strip() if line else ""
        counted: dict[int, int] = {}
        for token in [*held, *candidate.tokens]:
            counted[token] = counted.get(token, 0) + 1
        if counted:
            ids = torch.tensor(list(counted))
            times = torch.tensor([min(count, 4) for count in counted.values()])
            row[ids] -= (REPEAT_COST if line else REPEAT_COST / 2) * times
        barred: NDArray[np.bool_] = words.special.copy()
        if line:
            barred |= words.banned
            barred[self._claims] = True
            if not candidate.tokens:
                barred |= ~words.starts
                barred[list(candidate.barred_first)] = True
            may_end = bool(candidate.tokens or prefix) and not dangling(f"{prefix}{text}")
            may_end = may_end and not numbers.unfinished(text)
            if not may_end:
                barred |= words.ends
        for token in self._repeats(candidate.tokens):
            barred[token] = True
        if not numbers.any:
            self._bar_numbers(barred, f"{prefix}{text}", numbers)
        if barred.all():
            barred = ~words.ends  # a dead end, such as a number whose rest no token spells: the line closes
        row[torch.from_numpy(barred)] = NEVER
        if line and line.limit and not barred[next(iter(words.eos), 0)]:
            used = measure(f"{prefix}{text}".strip(), line.unit) / line.limit
            pressure = PRESSURE * max(0.0, used - PRESSURE_FROM) / (1 - PRESSURE_FROM)
            row[torch.from_numpy(words.ends)] += pressure

    def _bar_numbers(self, barred: "NDArray[np.bool_]", text: str, numbers: Numbers) -> None:
        """Bar digits that begin no allowed number; all but the rest of a number begun, or its unit."""
        words = self._words
        fitting = [t for t in [*words.numeric, *words.marks] if numbers.may_follow(text, words.text[t] or "")]
        if numbers.unfinished(text):
            barred[:] = True
            barred[[t for t in fitting if re.match(r"[0-9.,]", words.text[t] or "")]] = False
            return
        due = numbers.due(text)
        if due:
            going_on = [t for t in fitting if re.match(r"[0-9]", words.text[t] or "")]
            barred[:] = True
            barred[going_on] = False
            barred[[words.encode(unit)[0] for unit in due]] = False
            return
        barred[list({*words.numeric, *words.marks} - set(fitting))] = True
        barred[[t for t in words.signs if not (set((words.text[t] or "").strip()) & numbers.signs)]] = True

    @staticmethod
    def _repeats(tokens: list[int]) -> list[int]:
        """Tokens that would repeat three tokens in a row of the same text."""
        if len(tokens) < 3:
            return []
        end = tuple(tokens[-2:])
        return [tokens[i + 2] for i in range(len(tokens) - 2) if tuple(tokens[i : i + 2]) == end]

    def _append(self, candidate: _Candidate, token: int, score: float, line: Line | None) -> None:
        """Add a drawn token to a candidate, or end it."""
        words = self._words
        if (line and words.ends[token]) or token in words.eos:
            candidate.over = True
            candidate.logprob += score
            return
        if candidate.due:
            candidate.due.pop(0)
        elif candidate.numbers.due(candidate.text):
            unit = next(
                (u for u in candidate.numbers.due(candidate.text) if words.encode(u)[0] == token), None
            )
            candidate.due = words.encode(unit)[1:] if unit else []
        candidate.tokens.append(token)
        candidate.logprob += score
        candidate.text = words.decode(candidate.tokens)
        for stop in self._request.stop:
            if stop and stop in candidate.text:
                candidate.text = candidate.text[: candidate.text.index(stop)]
                candidate.over = True
        if line and line.limit:
            prefix = line.prefix.strip()
            if measure(f"{prefix}{candidate.text}".strip(), line.unit) > line.limit:
                candidate.over = candidate.cut = True
