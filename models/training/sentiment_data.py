"""The rated English sentences that train the sentiment model: reading, slicing and turning ratings into targets."""

import csv
import gzip
import hashlib
import html
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

LABELS = ("negative", "neutral", "positive")
NEUTRAL_VALENCE = 0.5
"""Ratings nearer to 0 than this (on -4..4) count as neutral; the data's own README uses the same bound."""

_RATER_SPREAD = 0.35
"""Standard error of a mean of 20 ratings whose spread is about 1.5: how sure a rating is of its side of a bound."""

_COLUMNS = {"source", "split", "id", "valence", "text"}


@dataclass(frozen=True)
class Rated:
    """A sentence with its rating: `valence` is -4..4 (mean of raters), or -1 / 1 where `source` is sst2."""

    source: str
    split: str
    id: str
    valence: float
    text: str

    @property
    def label(self) -> int:
        """The index into `LABELS` that the rating stands for."""
        return 1 if abs(self.valence) < NEUTRAL_VALENCE else 2 if self.valence > 0 else 0

    @property
    def target(self) -> tuple[float, float, float]:
        """The probability of each of `LABELS`."""
        return soft_target(self)

    @property
    def group(self) -> str:
        """What must stay on one side of a slice: a product's reviews, or one sentence in all its spellings."""
        if self.source == "amazon":
            return "amazon " + self.id.split("_")[0]
        return re.sub(r"[^a-z0-9]", "", self.text.lower())


def read_rated(path: Path) -> list[Rated]:
    """Reads a gzipped TSV with the columns source, split, id, valence, text.

    Raises:
        ValueError: A column is missing; the message names it.
    """
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t")
        missing = _COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"{path} has no column {', '.join(sorted(missing))}.")
        return [
            Rated(row["source"], row["split"], row["id"], float(row["valence"]), html.unescape(row["text"]))
            for row in reader
        ]


def slice_train(rows: Iterable[Rated], share: float, seed: int) -> tuple[list[Rated], list[Rated]]:
    """Splits the train rows into those to learn from and those to choose and calibrate on.

    Rows of the test split are in neither. A group is never on both sides: movie and sst2 hold the same sentences.
    """
    learn: list[Rated] = []
    choose: list[Rated] = []
    for row in rows:
        if row.split == "train":
            digest = hashlib.sha256(f"{seed} {row.group}".encode()).digest()
            (choose if int.from_bytes(digest[:4]) / 2**32 < share else learn).append(row)
    return learn, choose


def soft_target(row: Rated) -> tuple[float, float, float]:
    """The probabilities of negative, neutral and positive that a rating stands for.

    A mean of 20 raters is uncertain, so a rating near a bound is shared between its two sides. sst2 has
    no degrees: its two labels stay as they are.
    """
    if row.source == "sst2":
        return (0.0, 0.0, 1.0) if row.valence > 0 else (1.0, 0.0, 0.0)
    positive = _normal_cdf((row.valence - NEUTRAL_VALENCE) / _RATER_SPREAD)
    negative = _normal_cdf((-row.valence - NEUTRAL_VALENCE) / _RATER_SPREAD)
    return negative, max(0.0, 1.0 - positive - negative), positive


@dataclass(frozen=True)
class Learned:
    """A text to learn, with the mean of what its ratings stand for."""

    source: str
    text: str
    target: tuple[float, float, float]


def merge_spellings(rows: Sequence[Rated], seed: int, *, keep_each: bool = False) -> list[Learned]:
    """One entry for each sentence that the movie and sst2 rows hold twice, its two ratings averaged.

    Args:
        rows: Rows to learn from.
        seed: Chooses which of the spellings stands for a sentence.
        keep_each: Keep an entry for every spelling, each with the averaged target.
    """
    import random

    groups: dict[str, list[Rated]] = {}
    for row in rows:
        groups.setdefault(
            row.group if row.source in ("movie", "sst2") else f"{row.source} {row.id}", []
        ).append(row)
    chosen = random.Random(seed)  # noqa: S311
    merged: list[Learned] = []
    for same in groups.values():
        targets = [row.target for row in same]
        negative, neutral, positive = (sum(values) / len(same) for values in zip(*targets, strict=True))
        for row in same if keep_each else [chosen.choice(same)]:
            merged.append(Learned(row.source, row.text, (negative, neutral, positive)))
    return merged


def pieces(rows: Sequence[Learned], each: int, seed: int) -> list[str]:
    """Distinct pieces of the rows' texts, three words or longer: clauses where there are any, else runs of words."""
    import random

    chosen = random.Random(seed)  # noqa: S311
    found: dict[str, None] = {}
    whole = {row.text for row in rows}
    for row in rows:
        words = row.text.split()
        if len(words) < 6:
            continue
        clauses = [part.strip() for part in re.split(r"(?:[,;:.!?]|--|\bbut\b|\band\b)(?=\s|$)", row.text)]
        options = [part for part in clauses if len(part.split()) >= 3]
        for _ in range(each):
            if options and chosen.random() < 0.5:
                piece = chosen.choice(options)
            else:
                length = chosen.randint(3, max(3, len(words) * 2 // 3))
                start = chosen.randint(0, len(words) - length)
                piece = " ".join(words[start : start + length])
            if piece not in whole:
                found[piece] = None
    return list(found)


def joined(parts: Sequence[str], count: int, seed: int) -> list[str]:
    """Distinct pairs of pieces in one sentence, as reviews praise one thing and blame another."""
    import random

    chosen = random.Random(seed)  # noqa: S311
    found: dict[str, None] = {}
    for _ in range(count if len(parts) > 1 else 0):
        first, second = chosen.sample(parts, 2)
        found[f"{first}{chosen.choice((' , but ', ' , and ', '. ', ' , though ', ' . '))}{second}"] = None
    return list(found)


def batches(lengths: Sequence[int], size: int, seed: int, pool: int = 40) -> list[list[int]]:
    """Shuffled batches of row numbers whose texts are of similar length, so that little is padding."""
    import numpy as np

    random = np.random.default_rng(seed)
    order = random.permutation(len(lengths)).tolist()
    made: list[list[int]] = []
    for start in range(0, len(order), size * pool):
        near = sorted(order[start : start + size * pool], key=lambda row: lengths[row])
        made.extend(near[i : i + size] for i in range(0, len(near), size))
    return [made[i] for i in random.permutation(len(made))]


def _normal_cdf(x: float) -> float:
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))
