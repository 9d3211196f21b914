"""The writer's speed beside plain `generate`: an ad's variants, tokens a second, what each step gains, loading, memory.

    python -m benchmarks.writer_speed [--model copydesk-writer-gemma] [--threads N] [--rounds 5] [--cold] [--compile]

Prints markdown. All sides run in this process, in turns, with the same weights, prompt and threads; the median of the
rounds counts. `--cold` also times fetching and making the weights in an empty folder (network).
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs

from bot.context import prompt_context
from bot.desk import Desk
from bot.work import SPARE, Work
from models.brief import Brief, make_brief
from models.generation.base import Generation, GenerationRequest
from models.generation.local import LocalEngine
from models.generation.sources import DEFAULT_MODEL
from models.generation.weights import ensure_weights

SIZES = (1, 3, 8)
TOKENS = 64
BRIEF = {
    "kind": "ad",
    "language": "en",
    "product": "Aurora X smartphone",
    "attributes": {"battery": "5000 mAh", "camera": "108 MP", "weight": "189 g", "price": "$399"},
    "audience": "young travellers",
    "tone": "upbeat",
    "platform": "google_rsa",
}


class Recorder:
    """An engine that passes requests on and keeps the last one."""

    def __init__(self, engine: LocalEngine) -> None:
        self._engine = engine
        self.info = engine.info
        self.last: GenerationRequest | None = None

    async def generate(self, request: GenerationRequest, progress: Any = None) -> Generation:
        """Pass the request on."""
        self.last = request
        return await self._engine.generate(request, progress)

    async def check(self) -> str:
        """Not asked here."""
        return await self._engine.check()

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()


def megabytes() -> int:
    """The largest memory that this process held so far."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size // (1024 * 1024 if sys.platform == "darwin" else 1024)


def timed_load(cache: Path, folder: Path, model: str) -> tuple[float, float, float, int]:
    """In a new process: seconds to import the libraries, to import the model's code, to load it and write one token.

    Returns:
        Those three, and the peak memory in MB.
    """
    script = (
        "import asyncio, pathlib, resource, sys, time\n"
        "began = time.perf_counter()\n"
        "import torch, transformers\n"
        "from models.generation.local import LocalEngine\n"
        "from models.generation.local_sampling import Sampler\n"
        "libraries = time.perf_counter()\n"
        "from transformers import MODEL_FOR_CAUSAL_LM_MAPPING, AutoConfig\n"
        "MODEL_FOR_CAUSAL_LM_MAPPING[type(AutoConfig.from_pretrained(sys.argv[2]))]\n"
        "code = time.perf_counter()\n"
        "asyncio.run(LocalEngine(sys.argv[3], cache_dir=pathlib.Path(sys.argv[1]), threads=2).check())\n"
        "done = time.perf_counter()\n"
        "peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "print(libraries - began, code - libraries, done - code, peak)\n"
    )
    command = [sys.executable, "-c", script, str(cache), str(folder), model]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    libraries, code, loading, peak = run.stdout.split()[-4:]
    return float(libraries), float(code), float(loading), int(peak)


def request_for(desk: Desk, brief: Brief, recorder: Recorder) -> GenerationRequest:
    """What the desk asks the engine for a brief."""
    prompt = desk.prompt(brief.kind.value, brief, prompt_context(brief, small=True))
    asyncio.run(Work(desk, brief, prompt, facts=brief.facts, progress=None).fresh(1, 1))
    assert recorder.last is not None
    return recorder.last


def median_of(rounds: int, work: Callable[[int], float]) -> float:
    """The median of several rounds' results."""
    return statistics.median(work(number) for number in range(rounds))


def plain(
    model: Any, tokenizer: Any, request: GenerationRequest, n: int, *, batched: bool, static: bool = False
) -> float:
    """Tokens a second of transformers' own `generate`: one sequence after another, or as one batch.

    `static` keeps keys and values in a cache of a fixed size, which a compiled model needs.
    """
    import torch

    text = tokenizer.apply_chat_template(
        [message.model_dump() for message in request.messages],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    settings = {
        "do_sample": True,
        "max_new_tokens": TOKENS,
        "min_new_tokens": TOKENS,
        "pad_token_id": tokenizer.eos_token_id,
        "cache_implementation": "static" if static else None,
        # `generate` compiles of itself where the cache is static and the machine has a GPU; here the caller decides.
        "disable_compile": True,
    }
    started = time.perf_counter()
    with torch.inference_mode():
        if batched:
            model.generate(**text, **settings, num_return_sequences=n)
        else:
            for _ in range(n):
                model.generate(**text, **settings)
    return n * TOKENS / (time.perf_counter() - started)


def ours(engine: LocalEngine, request: GenerationRequest, n: int, seed: int) -> Generation:
    """One request's generation."""
    return asyncio.run(engine.generate(request.model_copy(update={"n": n, "seed": seed})))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument(
        "--compile", action="store_true", help="also torch.compile, which needs a C++ compiler"
    )
    options = parser.parse_args()
    cache = Path(os.environ.get("COPYDESK_CACHE_DIR") or platformdirs.user_cache_dir("copydesk"))
    folder = ensure_weights(cache, None, options.model)

    print("| loading | seconds |\n| --- | --- |")
    if options.cold:
        with tempfile.TemporaryDirectory() as empty:
            started = time.perf_counter()
            ensure_weights(Path(empty), None, options.model)
            print(f"| fetch, check and make the weights, once | {time.perf_counter() - started:.1f} |")
    loads = [timed_load(cache, folder, options.model) for _ in range(options.rounds)]
    libraries, code, loading, peak = (statistics.median(values) for values in zip(*loads, strict=True))
    print(f"| importing torch and transformers | {libraries:.1f} |")
    print(f"| importing transformers' code for this model | {code:.1f} |")
    print(f"| from the cache to the first token | {loading:.1f} |")
    print(f"\nPeak memory of that process: {peak:.0f} MB.\n")

    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    engine = LocalEngine(options.model, cache_dir=cache, threads=options.threads)
    recorder = Recorder(engine)
    desk, brief = Desk(recorder), make_brief(BRIEF)
    request = request_for(desk, brief, recorder)
    torch.set_num_threads(options.threads)
    ours(engine, request, 1, 0)

    print(f"Threads: {options.threads}; median of {options.rounds} rounds.\n")
    print("| Google Ads variants of 3 headlines and 2 descriptions | seconds | tokens |\n| --- | --- | --- |")
    for n, label in ((3, "3"), (3 + SPARE, f"3 and {SPARE} spare ones, as the desk asks for")):
        made = [ours(engine, request, n, seed) for seed in range(options.rounds)]
        seconds = statistics.median(one.usage.seconds for one in made)
        tokens = statistics.median(one.usage.completion_tokens for one in made)
        print(f"| {label} | {seconds:.1f} | {tokens:.0f} |", flush=True)
    print(f"\nPeak memory so far: {megabytes()} MB.\n")

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
    single = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    packed = torch.ao.quantization.quantize_dynamic(
        AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval(),
        {torch.nn.Linear},
        torch.qint8,
    )
    sides: list[tuple[str, Callable[[int, int], float]]] = [
        ("`generate`, float32, one by one", lambda n, _: plain(single, tokenizer, request, n, batched=False)),
        ("`generate`, bf16, one by one", lambda n, _: plain(model, tokenizer, request, n, batched=False)),
        ("`generate`, bf16, one batch", lambda n, _: plain(model, tokenizer, request, n, batched=True)),
        (
            "`generate`, bf16, one batch, static cache",
            lambda n, _: plain(model, tokenizer, request, n, batched=True, static=True),
        ),
        (
            "`generate`, int8 (dynamic), one batch",
            lambda n, _: plain(packed, tokenizer, request, n, batched=True),
        ),
        (
            "the engine: bf16, one copy of the prompt, held to limits and figures",
            lambda n, seed: _rate(ours(engine, request, n, seed)),
        ),
    ]
    if options.compile:
        compiled = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
        compiled.forward = torch.compile(compiled.forward, dynamic=True)
        sides.insert(
            4,
            (
                "`generate`, bf16, one batch, static cache, `torch.compile`",
                lambda n, _: plain(compiled, tokenizer, request, n, batched=True, static=True),
            ),
        )
    print(
        "| tokens a second | "
        + " | ".join(f"n = {n}" for n in SIZES)
        + " |\n| --- " * 1
        + "| --- " * len(SIZES)
        + "|"
    )
    warming = {}
    for label, side in sides:
        began = time.perf_counter()
        for n in SIZES:
            side(n, 0)
        warming[label] = time.perf_counter() - began
        cells = [
            f"{median_of(options.rounds, lambda seed, n=n, side=side: side(n, seed)):.0f}" for n in SIZES
        ]  # type: ignore[misc]
        print(f"| {label} | {' | '.join(cells)} |", flush=True)
    print("\nThe first round of each, not counted above, which for the compiled one is its start-up:")
    print("; ".join(f"{label}: {seconds:.0f} s" for label, seconds in warming.items()) + ".")
    asyncio.run(engine.close())


def _rate(made: Generation) -> float:
    return made.usage.completion_tokens / made.usage.seconds


if __name__ == "__main__":
    main()
