"""The training loop that the sentiment encoders share: resumable, with averaged weights and soft targets."""

import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import click

from models.quantised import in_groups, rounded_groups
from models.training.sentiment_data import batches

FourBits = Literal["layers", "feed-forward"]
"""Which matrices of the layers are stored in 4 bits; the word vectors are then as well."""

_FOUR_BITS: Final[dict[FourBits, re.Pattern[str]]] = {
    "layers": re.compile(r"\.layer\.\d+\..*\.weight$"),
    "feed-forward": re.compile(r"\.layer\.\d+\.(?:intermediate|output)\.dense\.weight$"),
}


@dataclass(frozen=True)
class Example:
    """One text to learn from: the probability of each label, and how much its loss counts."""

    text: str
    target: tuple[float, ...]
    weight: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """What a run depends on, besides its examples; a checkpoint of another recipe is not continued."""

    name: str
    encoder_sha256: str
    examples: int
    epochs: int
    rate: float
    seed: int
    batch_size: int = 32
    head_rate: float = 3e-4
    layer_decay: float = 0.9
    max_tokens: int = 96
    warmup: float = 0.08
    weight_decay: float = 0.01
    average: float = 0.998
    freeze_embeddings: bool = True
    frozen_layers: int = 0
    bfloat16: bool = True
    four_bits: FourBits | None = None
    """Which matrices are going to be stored in 4 bits."""

    rounded_from: float = 0.0
    """The share of the steps after which those matrices are rounded in every step."""


CHECKPOINT_EVERY = 100


def set_threads(count: int) -> None:
    """Limits torch to `count` threads that sleep while they wait; to be called before torch is imported.

    Threads that spin at a barrier slow a step tenfold when another process wants the same core (measured:
    0.27 s against 3.6 s on two busy cores).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch

    torch.set_num_threads(count)


def finetune(
    model: Any,
    tokenizer: Any,
    examples: Sequence[Example],
    recipe: Recipe,
    work: Path,
    *,
    stop_after: int | None = None,
) -> None:
    """Trains `model` in place and leaves the average of its weights over the last steps in it.

    The average (Polyak's, exponential) costs 2 % of a step and replaces the choice of a best epoch: such a
    choice on a slice of two thousand rows would mostly choose luck.

    Args:
        model: A transformers sequence classifier.
        tokenizer: Its tokenizer.
        examples: What to learn from.
        recipe: How.
        work: Where checkpoints are kept; a run that was stopped goes on from there.
        stop_after: End after so many of the planned steps, with the average so far.
    """
    import torch

    torch.manual_seed(recipe.seed)
    if recipe.freeze_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    for layer in model.base_model.encoder.layer[: recipe.frozen_layers]:
        layer.requires_grad_(False)
    encoded = tokenizer([row.text for row in examples], truncation=True, max_length=recipe.max_tokens)[
        "input_ids"
    ]
    targets = torch.tensor([row.target for row in examples])
    weights = torch.tensor([row.weight for row in examples])
    lengths = [len(ids) for ids in encoded]
    plan = [
        batch
        for epoch in range(recipe.epochs)
        for batch in batches(lengths, recipe.batch_size, recipe.seed + epoch)
    ]
    optimiser = torch.optim.AdamW(parameter_groups(model, recipe), fused=True)
    warm = max(1, int(recipe.warmup * len(plan)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, (len(plan) - step) / max(1, len(plan) - warm))
    )
    learned = [parameter for parameter in model.parameters() if parameter.requires_grad]
    small = in_four_bits(recipe.four_bits)
    rounded_from = int(recipe.rounded_from * len(plan))
    averaged = [parameter.detach().clone() for parameter in learned]
    saved = work / "last.pt"
    first = _continue(saved, recipe, learned, optimiser, schedule, averaged)
    if first > rounded_from:
        round_matrices(model, small)
    running, began = None, time.monotonic()
    for step in range(first, min(len(plan), stop_after or len(plan))):
        batch = plan[step]
        if step == rounded_from:
            round_matrices(model, small)
        model.train()
        fed = tokenizer.pad({"input_ids": [encoded[row] for row in batch]}, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            logits = model(**fed).logits
        losses = torch.nn.functional.cross_entropy(logits.float(), targets[batch], reduction="none")
        loss = (losses * weights[batch]).sum() / weights[batch].sum()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        # While the average is young it must not be held back by the untrained weights it began with.
        keep = min(recipe.average, (step + 1) / (step + 10))
        torch._foreach_lerp_(averaged, [parameter.detach() for parameter in learned], 1 - keep)
        running = loss.item() if running is None else 0.98 * running + 0.02 * loss.item()
        if (step + 1) % CHECKPOINT_EVERY == 0:
            click.echo(f"step {step + 1}/{len(plan)} loss {running:.4f} {time.monotonic() - began:.0f} s")
            state = {
                "recipe": asdict(recipe),
                "learned": [parameter.detach() for parameter in learned],
                "optimiser": optimiser.state_dict(),
                "schedule": schedule.state_dict(),
                "averaged": averaged,
                "random": torch.get_rng_state(),
                "step": step + 1,
            }
            torch.save(state, work / "last.tmp")
            (work / "last.tmp").replace(saved)
    with torch.no_grad():
        for parameter, average in zip(learned, averaged, strict=True):
            parameter.copy_(average)
    free_matrices(model)
    model.eval()


def in_four_bits(which: FourBits | None) -> Callable[[str], bool]:
    """Whether the matrix of a name is stored in 4 bits."""
    if which is None:
        return lambda name: False
    return lambda name: bool(_FOUR_BITS[which].search(name)) or name.endswith("word_embeddings.weight")


def round_matrices(model: Any, chosen: Callable[[str], bool]) -> None:
    """Makes the layers' chosen matrices act as if they were stored in 4 bits; their gradients pass as if not.

    The straight-through estimator: Bengio et al. 2013, https://arxiv.org/abs/1308.3432
    """
    import torch
    from torch.nn.utils import parametrize

    class Rounded(torch.nn.Module):
        """Rounds a matrix."""

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            return weight + (rounded_groups(weight.detach()) - weight.detach())

    for name, module in _layer_matrices(model):
        if chosen(f"{name}.weight") and not parametrize.is_parametrized(module):
            parametrize.register_parametrization(module, "weight", Rounded(), unsafe=True)


def round_words(model: Any) -> None:
    """Rounds the word vectors, which are not learned, to the 4 bits that they are stored in."""
    words = model.base_model.embeddings.word_embeddings.weight
    if in_groups(words):
        words.data.copy_(rounded_groups(words.data))


def free_matrices(model: Any) -> None:
    """Takes back what `round_matrices` did; the weights are those that were learned, not yet rounded."""
    from torch.nn.utils import parametrize

    for _, module in _layer_matrices(model):
        if parametrize.is_parametrized(module):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=False)


def _layer_matrices(model: Any) -> list[tuple[str, Any]]:
    import torch

    return [
        (name, module)
        for name, module in model.named_modules()
        if ".layer." in name and isinstance(module, torch.nn.Linear) and in_groups(module.weight)
    ]


def _continue(
    saved: Path, recipe: Recipe, learned: list[Any], optimiser: Any, schedule: Any, averaged: list[Any]
) -> int:
    """Loads the checkpoint of a stopped run of the same recipe; returns the step to go on from."""
    import torch

    if not saved.exists():
        return 0
    state = torch.load(saved, weights_only=True)
    if state["recipe"] != asdict(recipe):
        return 0
    with torch.no_grad():
        for mine, theirs in zip(learned, state["learned"], strict=True):
            mine.copy_(theirs)
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    for mine, theirs in zip(averaged, state["averaged"], strict=True):
        mine.copy_(theirs)
    torch.set_rng_state(state["random"])
    click.echo(f"going on from step {state['step']}")
    return int(state["step"])


def parameter_groups(model: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """Lower layers learn slower, matrices decay, biases and norms do not, the new head learns fastest."""
    layers = int(model.config.num_hidden_layers)
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        if name.startswith("classifier"):
            rate = recipe.head_rate
        elif "encoder.layer." in name:
            depth = int(name.split("encoder.layer.")[1].split(".")[0])
            rate = recipe.rate * recipe.layer_decay ** (layers - 1 - depth)
        elif "embeddings" in name or "relative_attention_bias" in name:
            rate = recipe.rate * recipe.layer_decay**layers
        else:
            rate = recipe.rate
        groups.setdefault((rate, recipe.weight_decay if parameter.ndim == 2 else 0.0), []).append(parameter)
    return [{"params": found, "lr": rate, "weight_decay": decay} for (rate, decay), found in groups.items()]


def load_encoder(path: Path | str, labels: Sequence[str]) -> tuple[Any, Any]:
    """The encoder in a local folder with a new head over `labels`, and its tokenizer."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(
        path,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        local_files_only=True,
    )
    return model, AutoTokenizer.from_pretrained(path, local_files_only=True)
