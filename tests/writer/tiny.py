"""A tiny Gemma with a tiny tokenizer: the shapes of the real one, trained in a second."""

import json
from pathlib import Path
from typing import Any

from models.writer.bases import BASES

SPECIAL = BASES["gemma"].special


def tiny_tokenizer(texts: list[str], size: int = 600) -> dict[str, Any]:
    """The content of a `tokenizer.json` like Gemma's: BPE with byte fallback, ▁ for a space."""
    from tokenizers import Tokenizer, decoders, models, normalizers, trainers

    made = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    made.train_from_iterator(
        [text.replace(" ", "▁") for text in texts],
        trainers.BpeTrainer(vocab_size=size, special_tokens=[*SPECIAL, *bytes_], show_progress=False),
    )
    content: dict[str, Any] = json.loads(made.to_str())
    content["added_tokens"] = [entry for entry in content["added_tokens"] if entry["content"] in SPECIAL]
    return content


def tiny_base(folder: Path, texts: list[str]) -> Path:
    """A folder that holds an untrained tiny Gemma, as a converted base would."""
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    torch.manual_seed(1)
    tokenizer = tiny_tokenizer(texts)
    vocabulary = tokenizer["model"]["vocab"]
    config = Gemma3TextConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=1, head_dim=16, max_position_embeddings=2048, sliding_window=512,
        bos_token_id=vocabulary["<bos>"], eos_token_id=vocabulary["<eos>"], pad_token_id=vocabulary["<pad>"],
    )  # fmt: skip
    model = Gemma3ForCausalLM(config).to(torch.bfloat16)
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder
