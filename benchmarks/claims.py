"""Quality and speed of the claim rules on the labelled corpus: `python -m benchmarks.claims`.

Precision and recall count copies: an unfair one is found when any rule of its market and sector finds something, a
fair one is spared when none does. Prints Markdown.
"""

import csv
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from models.checks.claims_files import load_rules
from models.checks.claims_search import Rules

CORPUS = Path(__file__).parent.parent / "tests" / "data" / "claims.tsv"
ROUND = 200
"""Rows after the first 600 of a language were written later, a round at a time, each after the rules had been
changed for the rounds before it."""


class Copy(NamedTuple):
    id: str
    language: str
    market: str
    sector: str
    label: str
    family: str
    severity: str
    text: str
    note: str

    @property
    def part(self) -> str:
        """`dev`, `held` (a third of the first round, by a hash of the id) or the later round it belongs to."""
        number = int(self.id.partition("-")[2])
        if number > 600:
            return f"round {(number - 1) // ROUND - 1}"
        digest = hashlib.sha256(f"claims:{self.id}".encode()).hexdigest()
        return "held" if int(digest, 16) % 3 == 0 else "dev"


class Tally(NamedTuple):
    found: int
    missed: int
    spared: int
    wronged: int
    severity: int

    @property
    def precision(self) -> float:
        return self.found / max(1, self.found + self.wronged)

    @property
    def recall(self) -> float:
        return self.found / max(1, self.found + self.missed)


def read_corpus(path: Path = CORPUS) -> list[Copy]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        return [Copy(*row) for row in rows]


def verdict(copy: Copy, rules: Rules) -> str:
    """`block`, `evidence` or nothing: the strictest finding."""
    sectors = frozenset() if copy.sector == "general" else frozenset({copy.sector})
    tiers = {
        f.rule.severity for f in rules.find(copy.text, markets=frozenset({copy.market}), sectors=sectors)
    }
    return "block" if "block" in tiers else "evidence" if tiers else ""


def tally(copies: Iterable[Copy], rules: Rules) -> Tally:
    counts: Counter[str] = Counter()
    for copy in copies:
        told = verdict(copy, rules)
        if copy.label == "unfair":
            counts["found" if told else "missed"] += 1
            counts["severity"] += told == copy.severity
        else:
            counts["wronged" if told else "spared"] += 1
    return Tally(*(counts[name] for name in Tally._fields))


def line(name: str, copies: list[Copy], rules: Rules) -> str:
    t = tally(copies, rules)
    same = f"{t.severity / t.found:.3f}" if t.found else "–"
    return (
        f"| {name} | {len(copies)} | {t.precision:.3f} | {t.recall:.3f} | {same} | {t.missed} | {t.wronged} |"
    )


def milliseconds(text: str, market: str, rules: Rules, repeats: int = 20) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        rules.find(text, markets=frozenset({market}))
        best = min(best, time.perf_counter() - start)
    return best * 1000


@click.command(help=__doc__)
@click.option("--errors", is_flag=True, help="Also print the copies judged wrongly.")
def main(errors: bool) -> None:
    start = time.perf_counter()
    rules = load_rules()
    loaded = time.perf_counter() - start
    copies = read_corpus()
    click.echo(
        f"`python -m benchmarks.claims {' '.join(sys.argv[1:])}`, {date.today()}, {len(rules)} rules\n"
    )
    click.echo("| copies | n | precision | recall | tier right | missed | wronged |")
    click.echo("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    click.echo(line("all", copies, rules))
    for field in ("part", "language", "market", "sector", "family"):
        for value in dict.fromkeys(getattr(copy, field) for copy in copies):
            click.echo(line(f"{field}: {value}", [c for c in copies if getattr(c, field) == value], rules))
    click.echo(f"\nReading and compiling the rules: {loaded * 1000:.0f} ms, once.")
    for language, market in (("en", "us"), ("zh", "cn")):
        text = " ".join(c.text for c in copies if c.language == language and c.label == "fair")
        for size in (100, 2000):
            took = milliseconds(text[:size], market, rules)
            click.echo(f"{language}, {size:,} characters: {took:.1f} ms (best of 20)")
    if errors:
        for copy in copies:
            told = verdict(copy, rules)
            if (copy.label == "unfair") != bool(told):
                click.echo(f"{copy.part}\t{copy.id}\t{copy.label}\t{copy.text}")


if __name__ == "__main__":
    main()
