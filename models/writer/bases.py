"""The base models that the writer can start from, as training and assembling know them."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["BASES", "Base", "BaseName"]

BaseName = Literal["gemma", "smol"]


@dataclass(frozen=True)
class Base:
    """A base model: how a turn is written for it, and how its vocabulary is cut.

    `model` is its name among `models.generation.sources.MODELS`; `vocabulary` is about how many tokens are kept
    (0 = all); `special` are the special tokens among them, `end` the one that ends an answer.
    """

    name: BaseName
    model: str
    title: str
    languages: tuple[Literal["en", "zh"], ...]
    chat_template: str
    end: str
    vocabulary: int = 0
    special: tuple[str, ...] = ()


_GEMMA_TURNS = (
    "{{ bos_token }}{% for message in messages %}<start_of_turn>{{ message.role }}\n{{ message.content }}"
    "<end_of_turn>\n{% endfor %}{% if add_generation_prompt %}<start_of_turn>model{{ '\\n' }}{% endif %}"
)
_SMOL_TURNS = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant{{ '\\n' }}{% endif %}"
)

BASES: dict[BaseName, Base] = {
    "gemma": Base(
        name="gemma",
        model="gemma-3-270m",
        title="Gemma 3 270M",
        languages=("en", "zh"),
        chat_template=_GEMMA_TURNS,
        end="<end_of_turn>",
        vocabulary=64_000,
        special=("<pad>", "<eos>", "<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"),
    ),
    "smol": Base(
        name="smol",
        model="smollm2-135m-instruct",
        title="SmolLM2 135M Instruct",
        languages=("en",),
        chat_template=_SMOL_TURNS,
        end="<|im_end|>",
    ),
}
