"""The local engine beside plain `generate`: tokens a second, loading, memory, and how many headlines can be used.

    python -m benchmarks.local_engine [--threads 1] [--briefs FILE] [--cold]

Prints markdown. Both sides run in this process, in turns, with the same weights, prompt and threads. `--cold` also
times fetching and converting the weights into an empty folder (network).
"""

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import platformdirs

from models.generation.base import GenerationRequest, Line
from models.generation.local import LocalEngine
from models.generation.shape import dangling
from models.generation.weights import ensure_weights
from models.variant import Message

TOKENS = 48
SIZES = (1, 3, 8)
EXAMPLE = (
    "Product: Orbit 2 smartwatch\nbattery: 10 days\ndisplay: 1.4 inch\nprice: $129\nFor: runners",
    "Headline: 10 Days on One Charge\nHeadline: A Clear 1.4 inch Display\nHeadline: Runners Go Further",
)
HEADLINE = Line(name="headline", label="Headline", limit=30)


def prompt(facts: str) -> tuple[Message, ...]:
    """A short few-shot prompt for headlines."""
    return (
        Message(role="system", content="You write short ads from product facts. Use only the facts given."),
        Message(role="user", content=EXAMPLE[0]),
        Message(role="assistant", content=EXAMPLE[1]),
        Message(role="user", content=facts),
    )


FACTS = "Product: Aurora X smartphone\nbattery: 5000 mAh\ncamera: 108 MP\nprice: $399\nFor: young travellers"


def peak_megabytes() -> int:
    """The largest memory that this process held so far."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size // (1024 * 1024 if sys.platform == "darwin" else 1024)


def timed_load(cache: Path) -> tuple[float, int]:
    """Seconds from a new process to the first token, and that process's peak memory in MB."""
    script = (
        "import asyncio, pathlib, resource, sys\n"
        "from models.generation.local import LocalEngine\n"
        "asyncio.run(LocalEngine(cache_dir=pathlib.Path(sys.argv[1]), threads=1).check())\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    started = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-c", script, str(cache)], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - started, int(run.stdout.split()[-1])


def plain(model: Any, tokenizer: Any, n: int) -> float:
    """Tokens a second of `n` sequences, one `generate` after another."""
    import torch

    text = tokenizer.apply_chat_template(
        [m.model_dump() for m in prompt(FACTS)],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    started = time.perf_counter()
    with torch.inference_mode():
        for _ in range(n):
            model.generate(
                **text, do_sample=True, max_new_tokens=TOKENS, min_new_tokens=TOKENS, pad_token_id=2
            )
    return n * TOKENS / (time.perf_counter() - started)


async def ours(engine: LocalEngine, n: int) -> tuple[float, float, float]:
    """Tokens a second of free text, of shaped lines with their candidates, and seconds for the shaped request."""
    # Free text may end before its last token, so what was sampled is counted.
    free = await engine.generate(GenerationRequest(messages=prompt(FACTS), n=n, max_tokens=TOKENS, seed=n))
    request = GenerationRequest(
        messages=prompt(FACTS),
        n=n,
        lines=(HEADLINE,) * 3,
        seed=n,
        temperature=0.5,
        allowed_numbers=frozenset({"5000", "108", "399"}),
    )
    shaped = await engine.generate(request)
    rates = [each.usage.completion_tokens / each.usage.seconds for each in (free, shaped)]
    return rates[0], rates[1], shaped.usage.seconds


def facts_of(brief: dict[str, Any]) -> str:
    """A brief as a list of facts."""
    rows = [f"Product: {brief['product']}"]
    rows += [f"{name}: {value}" for name, value in brief.get("attributes", {}).items()]
    rows += [
        f"{label}: {brief[key]}" for key, label in (("offer", "Offer"), ("audience", "For")) if brief.get(key)
    ]
    return "\n".join(rows)


async def headlines(
    engine: LocalEngine, briefs: list[dict[str, Any]], shaped: bool
) -> tuple[list[str], list[bool]]:
    """Headlines for each brief, and whether each is within 30, with true numbers and a clean end."""
    found: list[str] = []
    good: list[bool] = []
    for brief in briefs:
        facts = facts_of(brief)
        numbers = frozenset(re.findall(r"\d+(?:[.,]\d+)*", facts))
        request = GenerationRequest(
            messages=prompt(facts),
            n=4,
            max_tokens=60,
            seed=11,
            temperature=0.5,
            lines=(HEADLINE,) * 3 if shaped else (),
            allowed_numbers=numbers if shaped else None,
        )
        for text in (await engine.generate(request)).texts:
            rows = (text.split("\n") + [""] * 3)[:3]
            for row in rows:
                label, _, headline = row.partition(": ")
                usable = label == "Headline" and 0 < len(headline) <= 30 and not dangling(headline)
                usable = usable and set(re.findall(r"\d+(?:[.,]\d+)*", headline)) <= numbers
                found.append(headline or row)
                good.append(usable)
    return found, good


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument(
        "--briefs", type=Path, default=None, help="briefs as JSON lines; English ads are used"
    )
    parser.add_argument(
        "--cold", action="store_true", help="fetch and convert the weights into an empty folder too"
    )
    options = parser.parse_args()
    cache = Path(os.environ.get("COPYDESK_CACHE") or platformdirs.user_cache_dir("copydesk"))
    folder = ensure_weights(cache)

    print("| loading | seconds | peak memory, MB |\n| --- | --- | --- |")
    if options.cold:
        with tempfile.TemporaryDirectory() as empty:
            started = time.perf_counter()
            ensure_weights(Path(empty))
            print(f"| fetch, check and convert the weights, once | {time.perf_counter() - started:.1f} | |")
    seconds, megabytes = timed_load(cache)
    print(f"| new process to the first token, from the cache | {seconds:.1f} | {megabytes} |\n")

    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    engine = LocalEngine(cache_dir=cache, threads=options.threads)
    await engine.check()
    threads = options.threads or max(1, (os.cpu_count() or 1) - 1)
    torch.set_num_threads(threads)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    plain(model, tokenizer, 1)
    print(f"Threads: {threads}. Tokens a second:\n")
    print(
        "| n | plain `generate`, one by one | engine, free text | engine, 3 headlines | seconds for those |"
    )
    print("| --- | --- | --- | --- | --- |")
    for n in SIZES:
        one = plain(model, tokenizer, n)
        free, shaped, took = await ours(engine, n)
        print(f"| {n} | {one:.0f} | {free:.0f} | {shaped:.0f} | {took:.1f} |", flush=True)
    print(f"\nPeak memory of this process with both models: {peak_megabytes()} MB.")
    if options.briefs:
        rows = [
            json.loads(row) for row in options.briefs.read_text(encoding="utf-8").splitlines() if row.strip()
        ]
        briefs = [row for row in rows if row["kind"] == "ad" and row["language"] == "en"]
        print("\n| headlines | within 30, true numbers, clean end |\n| --- | --- |")
        samples = {}
        for name, shape in (("free text", False), ("held to the shape", True)):
            samples[name], good = await headlines(engine, briefs, shape)
            print(f"| {name} | {sum(good)} of {len(good)} |", flush=True)
        for name, texts in samples.items():
            print(f"\n{name}:\n" + "\n".join(f"- {text}" for text in texts))
    await engine.close()


if __name__ == "__main__":
    asyncio.run(main())
