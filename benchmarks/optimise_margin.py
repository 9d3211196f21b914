"""How far edits that change no meaning move a sentiment score: `python -m benchmarks.optimise_margin`.

The margin of `bot.optimise_aims` must be above that noise: a rewrite counts as warmer only when it moves the score by
more than taking away a full stop would. The copies are those of tests/data/keywords_*.jsonl.
"""

import asyncio
import json
import re
import statistics
from collections.abc import Callable
from pathlib import Path

import click

from bot.optimise_aims import SENTIMENT_MARGIN
from models.sentiment import SentimentEngine

DATA = Path(__file__).resolve().parents[1] / "tests" / "data"

Edit = Callable[[str], str]
EDITS: dict[str, dict[str, Edit]] = {
    "en": {
        "no last full stop": lambda text: re.sub(r"[.!]$", "", text),
        "& for and": lambda text: text.replace(" and ", " & "),
        "it's for it is": lambda text: re.sub(r"\b([Ii])t is\b", r"\1t's", text),
        "'s written out": lambda text: re.sub(r"\b([Ii])t's\b", r"\1t is", text),
        "a line a sentence": lambda text: re.sub(r"(?<=[.!?]) ", "\n", text),
        "a dash for a comma": lambda text: text.replace(", ", " – ", 1),
        "sentences swapped": lambda text: " ".join(reversed(re.split(r"(?<=[.!?]) ", text))),
        "in lower case": str.lower,
    },
    "zh": {
        "no last full stop": lambda text: re.sub(r"[。！]$", "", text),
        "和 and 与 exchanged": lambda text: text.replace("和", "与"),
        "Latin commas": lambda text: text.replace("，", ","),
        "a line a sentence": lambda text: re.sub(r"(?<=[。！？])", "\n", text).strip(),
        "sentences swapped": lambda text: "".join(reversed(re.findall(r"[^。！？]+[。！？]?", text))),
        "您 for 你": lambda text: text.replace("你", "您"),
    },
}


async def measure(language: str) -> list[tuple[str, list[float]]]:
    """Each edit's moves, for the copies that it changes."""
    lines = (DATA / f"keywords_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    engine = SentimentEngine()
    try:
        before = await engine.score(texts)
        found = []
        for name, edit in EDITS[language].items():
            after = await engine.score([edit(text) for text in texts])
            moves = [
                abs(old.score - new.score)
                for text, old, new in zip(texts, before, after, strict=True)
                if old and new and edit(text) != text
            ]
            if moves:
                found.append((name, moves))
        return found
    finally:
        await engine.close()


@click.command(help=__doc__)
@click.option("--language", type=click.Choice(["en", "zh"]), multiple=True, default=("en", "zh"))
def main(language: tuple[str, ...]) -> None:
    """Print the table."""
    for one in language:
        rows = asyncio.run(measure(one))
        if not rows:
            click.echo(f"{one}: no weights, nothing measured")
            continue
        click.echo(
            f"{one}\n\n| edit | copies | median | 90 % below | beyond {SENTIMENT_MARGIN:.2f} |\n| --- "
            + "| ---: " * 4
            + "|"
        )
        every = [move for _, found in rows for move in found]
        for name, moves in [*rows, ("all", every)]:
            ordered = sorted(moves)
            high = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
            beyond = sum(move > SENTIMENT_MARGIN for move in moves) / len(moves)
            click.echo(
                f"| {name} | {len(moves)} | {statistics.median(moves):.3f} | {high:.3f} | {beyond:.1%} |"
            )
        click.echo("")


if __name__ == "__main__":
    main()
