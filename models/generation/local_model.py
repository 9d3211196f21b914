"""Loading a model into the process, and what is known of it before it is loaded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.errors import EngineUnreachable, WeightsError
from models.generation.base import Ability
from models.generation.sources import DEFAULT_MODEL

if TYPE_CHECKING:
    from models.generation.local_vocabulary import Vocabulary

__all__ = ["Declared", "Loaded", "declare", "load"]

LARGE_FROM = 1_000_000_000


@dataclass(frozen=True)
class Declared:
    """What a model's config tells: its size class, how many tokens it can see, and a writer's languages."""

    ability: Ability
    context_tokens: int
    languages: frozenset[str] | None = None


@dataclass
class Loaded:
    """A model in memory."""

    model: Any
    tokenizer: Any
    vocabulary: "Vocabulary"
    declared: Declared


def declare(config: dict[str, Any]) -> Declared:
    """Read a model's `config.json`: parameters counted from its shape, and its context window."""
    text: dict[str, Any] = config.get("text_config") or config
    hidden = int(text.get("hidden_size") or 0)
    layers = int(text.get("num_hidden_layers") or 0)
    heads = int(text.get("num_attention_heads") or 1)
    groups = int(text.get("num_key_value_heads") or heads)
    head = int(text.get("head_dim") or hidden // heads)
    attention = 2 * hidden * head * (heads + groups)
    experts = int(text.get("num_local_experts") or text.get("num_experts") or 1)
    forward = 3 * hidden * int(text.get("intermediate_size") or 4 * hidden) * experts
    tied = config.get("tie_word_embeddings", text.get("tie_word_embeddings", True))
    embedding = int(text.get("vocab_size") or 0) * hidden * (1 if tied else 2)
    parameters = embedding + layers * (attention + forward)
    context = int(text.get("max_position_embeddings") or 2048)
    if config.get("copydesk_writer"):
        return Declared(Ability.WRITER, context, frozenset(map(str, config["copydesk_writer"])))
    return Declared(Ability.LARGE if parameters >= LARGE_FROM else Ability.SMALL, context)


def declared_at(folder: Path) -> Declared | None:
    """What the config in a folder tells, or None when there is none to read."""
    try:
        return declare(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def load(model: str, folder: Path | None) -> Loaded:
    """Load a model as bf16 from a folder, or by hub id when `folder` is None.

    Raises:
        WeightsError: The folder does not hold a model that transformers can load.
        EngineUnreachable: The hub id is neither in the hub's cache nor to be had.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from models.generation.local_vocabulary import Vocabulary

    network: Any
    name = str(folder) if folder else model
    try:
        with _quiet_transformers():
            tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=folder is not None)
            network = AutoModelForCausalLM.from_pretrained(
                name, dtype=torch.bfloat16, local_files_only=folder is not None
            )
    except Exception as error:  # transformers and safetensors raise many kinds for a bad file
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        if folder is None:
            raise EngineUnreachable(
                f"The model {model} could not be had from the model hub: {reason}",
                "Check its name and the network, or set COPYDESK_LOCAL_MODEL to a folder that holds it "
                f"(or to {DEFAULT_MODEL}).",
            ) from error
        raise WeightsError(
            f"The model in {folder} cannot be loaded: {reason}",
            "Run `copydesk setup` if it is the default model, else check the folder.",
        ) from error
    network.eval()
    if not getattr(tokenizer, "chat_template", None):
        raise WeightsError(
            f"The model {model} has no chat template.",
            "Choose an instruct model: base models cannot be asked.",
        )
    size = int(network.get_output_embeddings().weight.shape[0])
    return Loaded(network, tokenizer, Vocabulary(tokenizer, size), declare(network.config.to_dict()))


@contextmanager
def _quiet_transformers() -> Iterator[None]:
    """Keep transformers' own progress bars and advice off the terminal, and put its settings back after."""
    import transformers

    logging: Any = transformers.utils.logging

    bars, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
