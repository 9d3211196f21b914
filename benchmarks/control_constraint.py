"""Ways to hold a small model to a shape, compared by content: how many of its headlines could be published.

    python -m benchmarks.control_constraint [--briefs FILE] [--n 4]

Four arms write three headlines for each English ad brief, with the same weights, examples, temperature and seeds: free
text; xgrammar with a JSON schema whose strings have at most 30 characters; xgrammar with a grammar of our own labelled
lines of at most 30 characters; and our shaped sampling. xgrammar is optional: without it (`pip install xgrammar`) its
arms are left out. A headline counts when `control_counter.usable` passes it: within 30, no figure that the brief lacks,
no cut end, no claim, and a word of the brief. Prints markdown.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.control import BRIEFS, Row, read
from benchmarks.control_counter import usable
from benchmarks.control_figures import facts_of
from bot.work import SMALL_TEMPERATURE
from models.brief import make_brief
from models.checks.numbers import allowed_numbers
from models.generation.base import GenerationRequest, Line
from models.generation.local import LocalEngine
from models.generation.weights import ensure_weights
from models.variant import Message

HEADLINES = 3
LIMIT = 30
SYSTEM = "You write short ads from product facts. Use only the facts given."
FACTS = "Product: Orbit 2 smartwatch\nbattery: 10 days\ndisplay: 1.4 inch\nprice: $129\nFor: runners"
ANSWER = ("10 Days on One Charge", "A Clear 1.4 inch Display", "Runners Go Further")
LINES = "".join(f"Headline: {text}\n" for text in ANSWER)
JSON = json.dumps({"headlines": list(ANSWER)})
SCHEMA = {
    "type": "object",
    "properties": {
        "headlines": {
            "type": "array",
            "items": {"type": "string", "minLength": 1, "maxLength": LIMIT},
            "minItems": HEADLINES,
            "maxItems": HEADLINES,
        }
    },
    "required": ["headlines"],
    "additionalProperties": False,
}
GRAMMAR = 'root ::= line line line\nline ::= "Headline: " text "\\n"\ntext ::= [^\\n]{1,30}\n'


def prompt(facts: str, answer: str) -> tuple[Message, ...]:
    """One example in the form that is asked for, and the facts."""
    return (
        Message(role="system", content=SYSTEM),
        Message(role="user", content=FACTS),
        Message(role="assistant", content=answer.strip()),
        Message(role="user", content=facts),
    )


def from_lines(text: str) -> list[str] | None:
    """The headlines of labelled lines; None when they are not three."""
    rows = [row for row in text.strip().split("\n") if row.strip()]
    headlines = [row.removeprefix("Headline: ") for row in rows if row.startswith("Headline: ")]
    return headlines if len(rows) == len(headlines) == HEADLINES else None


def from_json(text: str) -> list[str] | None:
    """The headlines of a JSON object; None when it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    found = value.get("headlines") if isinstance(value, dict) else None
    return [str(one) for one in found] if isinstance(found, list) and len(found) == HEADLINES else None


class Plain:
    """The weights with transformers' own `generate`, with or without xgrammar.

    Args:
        folder: The weights.
        threads: torch's threads.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        torch.set_num_threads(threads)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)

    def compiled(self, compile_: Callable[[Any], Any]) -> Any:
        """A grammar of xgrammar for this vocabulary."""
        import xgrammar

        info = xgrammar.TokenizerInfo.from_huggingface(
            self.tokenizer, vocab_size=self.model.config.vocab_size
        )
        return compile_(xgrammar.GrammarCompiler(info))

    def write(self, messages: Sequence[Message], n: int, seed: int, grammar: Any = None) -> list[str]:
        """`n` completions in one batch."""
        import torch

        processors = []
        if grammar is not None:
            from xgrammar.contrib.hf import LogitsProcessor

            processors.append(LogitsProcessor(grammar))
        torch.manual_seed(seed)
        text = self.tokenizer.apply_chat_template(
            [message.model_dump() for message in messages],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )
        with torch.inference_mode():
            made = self.model.generate(
                **text,
                do_sample=True,
                temperature=SMALL_TEMPERATURE,
                top_p=0.95,
                max_new_tokens=80,
                num_return_sequences=n,
                logits_processor=processors,
                pad_token_id=2,
            )
        start = text["input_ids"].shape[1]
        return [str(self.tokenizer.decode(row[start:], skip_special_tokens=True)) for row in made]


async def shaped(engine: LocalEngine, row: Row, n: int, seed: int) -> list[str]:
    """Our shaped sampling."""
    made = await engine.generate(
        GenerationRequest(
            messages=prompt(facts_of(row), LINES),
            n=n,
            lines=(Line(name="headline", label="Headline", limit=LIMIT),) * HEADLINES,
            allowed_numbers=allowed_numbers(make_brief(row).facts),
            temperature=SMALL_TEMPERATURE,
            max_tokens=80,
            seed=seed,
        )
    )
    return list(made.texts)


def has_xgrammar() -> bool:
    """Whether the optional library is here."""
    try:
        import xgrammar  # noqa: F401
    except ImportError:
        return False
    return True


async def main() -> None:
    """Run the arms and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--briefs", type=Path, default=BRIEFS)
    parser.add_argument("--n", type=int, default=8, help="completions for each brief")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--samples", type=int, default=6)
    options = parser.parse_args()
    rows = [row for row in read(options.briefs) if row["language"] == "en" and row["kind"] == "ad"]
    cache = Path(platformdirs.user_cache_dir("copydesk", appauthor=False))
    plain = Plain(ensure_weights(cache), options.threads)
    engine = LocalEngine(cache_dir=cache, threads=options.threads)
    await engine.check()
    arms: dict[str, tuple[Callable[[str], list[str] | None], Any]] = {"free text": (from_lines, None)}
    if has_xgrammar():
        arms["xgrammar, JSON schema"] = (
            from_json,
            plain.compiled(lambda c: c.compile_json_schema(json.dumps(SCHEMA))),
        )
        arms["xgrammar, our lines"] = (from_lines, plain.compiled(lambda c: c.compile_grammar(GRAMMAR)))
    arms["our shaped sampling"] = (from_lines, None)
    print(
        "| arm | right shape | usable headlines | different usable ones | seconds |\n| --- | --- | --- | --- | --- |"
    )
    samples = {}
    for name, (parse, grammar) in arms.items():
        started, right, good, kept = time.perf_counter(), 0, 0, []
        for seed, row in enumerate(rows, 1):
            if name.startswith("our"):
                texts = await shaped(engine, row, options.n, seed)
            else:
                answer = JSON if parse is from_json else LINES
                texts = plain.write(prompt(facts_of(row), answer), options.n, seed, grammar)
            for text in texts:
                # A wrong shape may hold good lines: what can be read of it counts as content all the same.
                found = parse(text) or [
                    line.split(": ", 1)[-1] for line in text.strip().split("\n")[:HEADLINES]
                ]
                right += parse(text) is not None
                fine = [one for one in found if usable({**row, "platform": "google_rsa"}, "headline", one)]
                good += len(fine)
                kept += [(row["id"], one) for one in fine]
                samples.setdefault(name, []).extend(found)
        asked = len(rows) * options.n
        seconds = time.perf_counter() - started
        cells = [
            name,
            f"{right} of {asked}",
            f"{good} of {asked * HEADLINES}",
            str(len(set(kept))),
            f"{seconds:.0f}",
        ]
        print(f"| {' | '.join(cells)} |", flush=True)
    for name, texts in samples.items():
        print(
            f"\n{name}:\n"
            + "\n".join(f"- {text}" for text in texts[:: max(1, len(texts) // options.samples)])
        )
    await engine.close()


if __name__ == "__main__":
    asyncio.run(main())
