"""`python -m models.writer.assemble`: cuts a base model's vocabulary, ships what training found, builds the writer."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from models.fences import as_data
from models.quantised import load_quantised, save_quantised
from models.writer.adapter import ADAPTERS, adapter_files
from models.writer.bases import BASES, Base
from models.writer.prompt import prompt
from models.writer.rows import CORPUS, read_rows
from models.writer.vocabulary import kept_tokens, pruned_tokenizer

__all__ = ["build", "export", "main", "prepare", "shipped_tokens"]

_EMBEDDING = "model.embed_tokens.weight"
_KEPT = "kept_tokens"
_KEPT_FILE = "kept.json"


def prepare(base: Base, source: Path, target: Path, kept: Sequence[int] | None = None) -> list[int]:
    """Write a base model with its vocabulary cut and the writer's turns, for training or to be tuned.

    Args:
        base: Which base it is.
        source: Its bf16 weights and tokenizer, as transformers loads them.
        target: The folder to make.
        kept: The tokens to keep; None chooses them by the corpus and the word lists.

    Returns:
        The ids kept, in the order of their new ones.
    """
    from safetensors.torch import save_file

    weights, config, tokenizer, kept = _cut(base, source, kept)
    target.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(base, source, target, tokenizer)
    (target / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    save_file(weights, target / "model.safetensors", {"format": "pt"})
    if kept:
        (target / _KEPT_FILE).write_text(json.dumps(kept), encoding="utf-8")
    return kept


def _cut(
    base: Base, source: Path, kept: Sequence[int] | None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[int]]:
    import torch
    from safetensors.torch import load_file

    weights = load_file(source / "model.safetensors")
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    tokenizer = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    ids: dict[str, int] = tokenizer["model"]["vocab"]
    if not base.vocabulary:
        return weights, config, tokenizer, []
    if kept is None:
        rows = read_rows(sorted(CORPUS.glob("*.jsonl")))
        texts = [text for row in rows for text in (prompt(row), *(as_data(part.text) for part in row.parts))]
        kept = kept_tokens(tokenizer, texts, base.vocabulary, base.special)
    place = {old: new for new, old in enumerate(kept)}
    weights[_EMBEDDING] = weights[_EMBEDDING][torch.tensor(list(kept))].clone()
    config["vocab_size"] = len(kept)
    for name in ("bos_token_id", "pad_token_id"):
        config[name] = place[config[name]]
    config["eos_token_id"] = place[ids[base.end]]
    return weights, config, pruned_tokenizer(tokenizer, kept), list(kept)


def _write_tokenizer(base: Base, source: Path, target: Path, tokenizer: dict[str, Any]) -> None:
    (target / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    settings = json.loads((source / "tokenizer_config.json").read_text(encoding="utf-8"))
    settings.pop("chat_template", None)
    settings["eos_token"] = base.end
    (target / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    (target / "chat_template.jinja").write_text(base.chat_template, encoding="utf-8")


def export(base: Base, prepared: Path, work: Path) -> Path:
    """Write the best adapter of a training run to where it ships, as int8 rows.

    Args:
        base: Which base was tuned.
        prepared: The cut base, beside which `prepare` left the kept tokens.
        work: The run's folder.

    Returns:
        The folder written.
    """
    import torch
    from safetensors.torch import load_file

    run = json.loads((work / "run.json").read_text(encoding="utf-8"))
    tensors = {
        name.removeprefix("base_model.model.").replace(".default.weight", ""): tensor
        for name, tensor in load_file(work / "best.safetensors").items()
    }
    kept_file = prepared / _KEPT_FILE
    if kept_file.is_file():
        tensors[_KEPT] = torch.tensor(json.loads(kept_file.read_text(encoding="utf-8")), dtype=torch.int32)
    recipe = run["recipe"]
    about = {
        "base": base.title,
        "languages": list(base.languages),
        "scale": recipe["alpha"] / recipe["rank"] ** 0.5,
        "recipe": recipe,
        "best": run["best"],
    }
    folder = ADAPTERS / base.name
    folder.mkdir(parents=True, exist_ok=True)
    save_quantised(tensors, folder / "adapter.int8.safetensors")
    (folder / "writer.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return folder


def shipped_tokens(base: Base) -> list[int] | None:
    """The tokens that the shipped writer keeps of its base; None where it keeps all."""
    if not base.vocabulary:
        return None
    return [int(token) for token in load_quantised(adapter_files(base.name)[0])[_KEPT]]


def build(base: Base, source: Path, target: Path) -> None:
    """Make the writer's bf16 weights from its base and the adapter that ships.

    Raises:
        WeightsError: The adapter is not part of this installation.
    """
    import torch
    from safetensors.torch import save_file

    file, described = adapter_files(base.name)
    about = json.loads(described.read_text(encoding="utf-8"))
    tensors = load_quantised(file)
    kept = tensors.pop(_KEPT, None)
    print("step 0.1", flush=True)
    weights, config, tokenizer, _ = _cut(base, source, None if kept is None else kept.tolist())
    print("step 0.4", flush=True)
    tuned = merged(weights, tensors, float(about["scale"]))
    target.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(base, source, target, tokenizer)
    config["copydesk_writer"] = about["languages"]
    (target / "config.json").write_text(json.dumps(config, indent=1), encoding="utf-8")
    contiguous = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in tuned.items()}
    save_file(contiguous, target / "model.safetensors", {"format": "pt"})
    print("step 1.0", flush=True)


def merged(weights: Mapping[str, Any], adapter: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Base weights plus the low-rank changes: W + scale · B A (Hu et al. 2021, https://arxiv.org/abs/2106.09685).

    Args:
        weights: The base's tensors, by name.
        adapter: `NAME.lora_A` (rank, in) and `NAME.lora_B` (out, rank) for each matrix changed.
        scale: What the product is multiplied with.
    """
    made = dict(weights)
    for name, low in adapter.items():
        if name.endswith(".lora_A"):
            whole = f"{name.removesuffix('.lora_A')}.weight"
            high = adapter[f"{name.removesuffix('.lora_A')}.lora_B"]
            made[whole] = weights[whole].float() + scale * (high.float() @ low.float())
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """`prepare BASE SOURCE TARGET`, `export BASE PREPARED WORK`, `build BASE SOURCE TARGET`."""
    parser = argparse.ArgumentParser(prog="python -m models.writer.assemble", description=main.__doc__)
    parser.add_argument("action", choices=("prepare", "export", "build"))
    parser.add_argument("base", choices=tuple(BASES))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args(arguments)
    base = BASES[options.base]
    if options.action == "prepare":
        kept = prepare(base, options.source, options.target)
        print(f"{len(kept) or 'all'} tokens kept")
    elif options.action == "export":
        print(export(base, options.source, options.target))
    else:
        build(base, options.source, options.target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
