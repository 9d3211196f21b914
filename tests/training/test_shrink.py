"""Some layers and pieces of an MPNet classifier."""

import json
from pathlib import Path

import pytest
import torch

from models.training.shrink import shrink

WORDS = ["the", "lamp", "is", "very", "lovely", "broken", "##ish", "quaint"]
OWN = ["<s>", "<pad>", "</s>", "<unk>", "[UNK]", *"abcdefghijklmnopqrstuvwxyz", *WORDS, "<mask>"]


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import MPNetConfig, MPNetForSequenceClassification, MPNetTokenizerFast

    numbers = {piece: i for i, piece in enumerate(OWN)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>", "[UNK]"])
    folder = tmp_path / "teacher"
    torch.manual_seed(1)
    MPNetForSequenceClassification(
        MPNetConfig(
            vocab_size=len(OWN),
            hidden_size=16,
            num_hidden_layers=3,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=514,
            num_labels=3,
        )
    ).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": MPNetTokenizerFast.__name__, "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return folder


def test_all_layers_and_all_needed_pieces_say_what_the_teacher_says(teacher: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from transformers import MPNetForSequenceClassification

    small = tmp_path / "small"
    text = "the lamp is very lovely"
    shrink(teacher, [text, text], small, layers=range(3), pieces=len(OWN) - 2)
    logits = []
    for folder in (teacher, small):
        model = MPNetForSequenceClassification.from_pretrained(folder, local_files_only=True).eval()
        ids = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text).ids
        with torch.inference_mode():
            logits.append(model(input_ids=torch.tensor([ids])).logits)
    torch.testing.assert_close(logits[0], logits[1])


def test_fewer_layers_are_the_teacher_s_own(teacher: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    small = tmp_path / "small"
    shrink(teacher, ["the lamp"] * 2, small, layers=[0, 2], pieces=len(OWN))
    before, after = load_file(teacher / "model.safetensors"), load_file(small / "model.safetensors")
    name = "mpnet.encoder.layer.{}.output.dense.weight"
    torch.testing.assert_close(after[name.format(1)], before[name.format(2)])
    assert name.format(2) not in after
