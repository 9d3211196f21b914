"""Speed of sentiment, side by side with the plain way: `python -m benchmarks.sentiment_speed`.

The plain way is `transformers.pipeline("sentiment-analysis")` called text by text with the same weights in
float32. Each row adds one step to the row above it. Texts are made here, as long as reviews and copy are; with
--data the texts are the test split's, and the accuracy of each number type is told.
"""

import asyncio
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import click

from models import sentiment_classifier
from models.sentiment import WEIGHTS, SentimentEngine
from models.sentiment_classifier import BATCH_TOKENS, Classifier, load_shipped, prepare_torch
from models.training.calibration import ordinary
from models.training.sentiment_data import read_rated

SIZES = (1, 32, 1_000)
now: Callable[[], float] = perf_counter
PARTS = {
    "en": [
        "The {a} arrived two days early and was packed with care.",
        "I like the colour.",
        "After a week of use the {a} started to make a strange noise, which the shop could not explain.",
        "Great value, and my mother loves hers as well.",
        "The manual is only in German, but setting up the {a} is easy enough once you have found the right button.",
        "Would not buy again!",
    ],
    "zh": [
        "{a}很快就到了，包装也很用心。",
        "颜色我很喜欢。",
        "用了一个星期以后{a}开始有奇怪的响声，店家也说不清楚是什么原因，只好退货了。",
        "性价比很高，推荐给大家。",
        "说明书只有英文的，不过{a}的设置很简单，照着图片做就可以了。",
        "不会再买了！",
    ],
}
THINGS = {
    "en": ["lamp", "kettle", "phone case", "rucksack", "jacket"],
    "zh": ["台灯", "水壶", "手机壳", "背包", "外套"],
}
COLD = """
import os, sys, time
def peak():
    return int(next(x for x in open("/proc/self/status") if x.startswith("VmHWM")).split()[1]) / 1024
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
began = time.perf_counter()
import torch
torch.set_num_threads({threads})
torched = time.perf_counter()
plain = peak()
import asyncio
from models.sentiment import SentimentEngine
asyncio.run(SentimentEngine().score([{text!r}]))
done = time.perf_counter()
print(torched - began, done - torched, plain, peak())
"""


@click.command(help=__doc__)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="Each figure is the best of so many runs.")
@click.option(
    "--clock",
    type=click.Choice(["wall", "cpu"]),
    default="wall",
    show_default=True,
    help="cpu: count the processor's seconds, for a machine that others use too; with --threads 1.",
)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(language: str, threads: int, rounds: int, clock: str, data: Path | None) -> None:
    global now
    now = process_time if clock == "cpu" else perf_counter
    prepare_torch(threads)
    import torch

    folder = WEIGHTS / f"sentiment-{language}"
    rated = [row for row in read_rated(data / f"{language}.tsv.gz") if row.split == "test"] if data else []
    texts = [row.text for row in rated][:1_000] if rated else made_texts(language, max(SIZES))
    random.Random(1).shuffle(texts)
    plain = load_shipped(folder, torch.float32)
    click.echo(
        f"`python -m benchmarks.sentiment_speed {' '.join(sys.argv[1:])}`, {date.today()}, {machine()}\n"
    )
    click.echo(
        f"| texts a second ({clock}) | " + " | ".join(f"{size:,}" for size in SIZES) + " | gain at 1,000 |"
    )
    click.echo("| --- |" + " ---: |" * (len(SIZES) + 1))
    first: float | None = None
    half, whole = load_shipped(folder, torch.bfloat16), load_shipped(folder, torch.int8)
    steps: list[tuple[str, Callable[[Sequence[str]], Any]]] = [
        ("plain: pipeline, text by text, float32", pipeline_of(folder)),
        ("our tokens and inference mode, text by text", lambda some: [plain.judge([text]) for text in some]),
        ("+ batches of 32 as they come, padded to their longest", lambda some: in_batches(plain, some)),
        ("+ sorted by length, 4,096 tokens a batch", lambda some: of_tokens(plain, 4_096, some)),
        (f"+ {BATCH_TOKENS:,} tokens a batch", plain.judge),
        ("+ bfloat16", half.judge),
        ("+ int8 products, bfloat16 where gelu goes in", whole.judge),
    ]
    for name, step in steps:
        first = report(name, step, texts, rounds, first)
    engine = SentimentEngine()
    with asyncio.Runner() as runner:

        async def callers(some: Sequence[str]) -> None:
            await asyncio.gather(*(engine.score([text]) for text in some))

        report(
            "the engine, one call", lambda some: runner.run(engine.score(list(some))), texts, rounds, first
        )
        report(
            "the engine, a call a text, all at once",
            lambda some: runner.run(callers(some)),
            texts,
            rounds,
            first,
        )
        runner.run(engine.close())
    told_kind = str(load_shipped(folder).kind).removeprefix("torch.")
    click.echo(f"\nThe engine computes in {told_kind} here.")
    click.echo(f"Memory of this process at its peak, several copies of the weights: {peak():.0f} MB.\n")
    cold(texts[0], threads)
    if rated:
        accuracy(folder, [row.text for row in rated], [row.valence for row in rated])


def report(
    name: str, step: Callable[[Sequence[str]], Any], texts: list[str], rounds: int, first: float | None
) -> float:
    step(texts[:4])
    rates = []
    for size in SIZES:
        best = min(timed(step, texts[:size]) for _ in range(rounds if size >= 1_000 else 4 * rounds))
        rates.append(size / best)
    gain = f"{rates[-1] / first:.1f} ×" if first else "1"
    click.echo(f"| {name} | " + " | ".join(f"{rate:,.0f}" for rate in rates) + f" | {gain} |")
    return first or rates[-1]


def timed(step: Callable[[Sequence[str]], Any], texts: list[str]) -> float:
    began = now()
    step(texts)
    return now() - began


def pipeline_of(folder: Path) -> Callable[[Sequence[str]], Any]:
    """The plain way, with the same weights as an ordinary float32 model."""
    from transformers import pipeline

    model, tokenizer = ordinary(folder)
    asked = pipeline("sentiment-analysis", model=model, tokenizer=tokenizer, device="cpu")
    return lambda some: [asked(text, truncation=True, max_length=128) for text in some]


def in_batches(classifier: Classifier, texts: Sequence[str]) -> None:
    windows, _ = classifier.windows(texts)
    for start in range(0, len(windows), 32):
        classifier.probabilities(windows[start : start + 32])


def of_tokens(classifier: Classifier, most: int, texts: Sequence[str]) -> None:
    before, sentiment_classifier.BATCH_TOKENS = sentiment_classifier.BATCH_TOKENS, most
    try:
        classifier.judge(texts)
    finally:
        sentiment_classifier.BATCH_TOKENS = before


def made_texts(language: str, count: int) -> list[str]:
    chosen = random.Random(3)
    return [
        " ".join(
            chosen.choice(PARTS[language]).format(a=chosen.choice(THINGS[language]))
            for _ in range(chosen.choice([1, 1, 1, 2, 2, 3, 5]))
        )
        for _ in range(count)
    ]


def cold(text: str, threads: int) -> None:
    code = COLD.format(text=text, threads=threads)
    runs = [
        [
            float(x)
            for x in subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout.split()
        ]
        for _ in range(3)
    ]
    torch_seconds, seconds, plain, most = min(runs, key=lambda run: run[1])
    click.echo(
        f"Cold process, best of 3: first answer after {seconds:.2f} s, import of torch ({torch_seconds:.2f} s) "
        f"apart; memory {most:.0f} MB at its peak, {plain:.0f} MB of it torch."
    )


def accuracy(folder: Path, texts: list[str], valences: list[float]) -> None:
    import torch

    click.echo("\n| computed in | accuracy, test split, polar rows |")
    click.echo("| --- | ---: |")
    for kind in (torch.float32, torch.bfloat16, torch.int8):
        told = load_shipped(folder, kind).judge(texts)
        right = [(v.value > 0) == (x > 0) for v, x in zip(told, valences, strict=True) if abs(x) >= 0.5]
        click.echo(f"| {str(kind).removeprefix('torch.')} | {sum(right) / len(right):.4f} |")


def peak() -> float:
    """The most memory this process held, in MB (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def machine() -> str:
    info = Path("/proc/cpuinfo")
    model = platform.machine()
    if info.exists():
        model = next(
            (x.split(": ")[1] for x in info.read_text().splitlines() if x.startswith("model name")), model
        )
    return (
        f"{os.cpu_count()} cores, {model}, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
