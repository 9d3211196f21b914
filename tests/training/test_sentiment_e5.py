"""The packed encoder that the Chinese model starts from: read, trimmed, trained."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from models.sentiment import SentimentEngine
from models.training.e5 import Pack, build
from models.training.finetune import Example
from models.training.sentiment_zh import LINEAR_SHARE, main, mixed, read_reviews

HIDDEN, LAYERS, INNER, POSITIONS = 32, 4, 64, 64
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    "。",
    "很",
    "好",
    "差",
    "物流",
    "质量",
    "服务",
    "快",
    "慢",
    "的",
    "不",
]


def nibbles(matrix: np.ndarray) -> tuple[bytes, np.ndarray]:
    """The blocks of a matrix in 4 bits, and the matrix that they stand for."""
    blocks = matrix.reshape(-1, 32)
    scale = (np.abs(blocks).max(axis=1) / 7 + 1e-6).astype(np.float16)
    bits = np.clip(np.round(blocks / scale[:, None].astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    packed = bits[:, :16] | (bits[:, 16:] << 4)
    stored = b"".join(one.tobytes() + row.tobytes() for one, row in zip(scale, packed, strict=True))
    meant = ((bits.astype(np.float32) - 8) * scale[:, None].astype(np.float32)).reshape(matrix.shape)
    return stored, meant


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, np.ndarray]]:
    random = np.random.default_rng(2)
    tensors: list[tuple[str, int, int, bytes]] = []
    meant: dict[str, np.ndarray] = {}

    def matrix(name: str, rows: int, columns: int) -> None:
        stored, meant[name] = nibbles(random.normal(0, 0.3, (rows, columns)).astype(np.float32))
        tensors.append((name, 1, rows * columns, stored))

    def vector(name: str, values: np.ndarray) -> None:
        meant[name] = values.astype(np.float32)
        tensors.append((name, 0, values.size, meant[name].tobytes()))

    matrix("emb.word", len(PIECES), HIDDEN)
    vector("emb.pos", random.normal(0, 0.1, POSITIONS * HIDDEN))
    vector("emb.type", np.zeros(2 * HIDDEN))
    vector("emb.ln.w", np.ones(HIDDEN))
    vector("emb.ln.b", np.zeros(HIDDEN))
    for layer in range(LAYERS):
        for name, rows, columns in [
            *((short, HIDDEN, HIDDEN) for short in ("q", "k", "v", "ao")),
            ("fi", INNER, HIDDEN),
            ("fo", HIDDEN, INNER),
        ]:
            matrix(f"l{layer}.{name}.w", rows, columns)
            vector(f"l{layer}.{name}.b", np.zeros(rows))
        for name in ("aln", "oln"):
            vector(f"l{layer}.{name}.w", np.ones(HIDDEN))
            vector(f"l{layer}.{name}.b", np.zeros(HIDDEN))

    blob = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *map(len, blob)]).astype("<u4")
    scores = np.array([0, 0, 0, 0, *(-2.0 - i / 10 for i in range(len(PIECES) - 4))], dtype="<f4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, 2, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, starts[-1]) + starts.tobytes() + scores.tobytes()
    head += b"".join(blob) + struct.pack("<iIi", 0, 0, len(tensors))
    entries = sum(2 + len(name) + 1 + 4 + 16 for name, *_ in tensors)
    offset, directory, body = len(head) + entries, b"", b""
    for name, kind, count, stored in tensors:
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, count, offset + len(body), len(stored))
        body += stored
    path = tmp_path_factory.mktemp("pack") / "toy.bin"
    path.write_bytes(head + directory + body)
    return path, meant


def weights_of(folder: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return load_file(folder / "model.safetensors")


def test_every_second_layer_is_taken_as_it_was_packed(
    packed: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    path, meant = packed
    build(Pack(path), ["物流很快。", "质量很差。"], tmp_path, layers=2, pieces=len(PIECES))
    built = weights_of(tmp_path)
    for new, old in enumerate((1, 3)):
        query = built[f"encoder.layer.{new}.attention.self.query.weight"]
        np.testing.assert_allclose(query, meant[f"l{old}.q.w"], atol=1e-6)
        np.testing.assert_allclose(
            built[f"encoder.layer.{new}.output.dense.weight"], meant[f"l{old}.fo.w"], atol=1e-6
        )


def test_a_trimmed_vocabulary_keeps_what_the_texts_use_with_its_own_vectors(
    packed: tuple[Path, dict[str, np.ndarray]], tmp_path: Path
) -> None:
    from transformers import AutoTokenizer

    path, meant = packed
    build(Pack(path), ["物流很快。"] * 5, tmp_path, layers=2, pieces=10)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert tokenizer.tokenize("物流很快。") == ["▁", "物流", "很", "快", "。"]
    row = tokenizer.convert_tokens_to_ids("物流")
    vectors = weights_of(tmp_path)["embeddings.word_embeddings.weight"]
    assert len(vectors) == len(tokenizer) == 10
    np.testing.assert_allclose(vectors[row], meant["emb.word"][PIECES.index("物流")], atol=1e-6)


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(ValueError, match=r"other\.bin"):
        Pack(tmp_path / "other.bin")


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reviews") / "zh.tsv.gz"
    lines = ["source\tsplit\tid\tvalence\ttext"]
    for i in range(200):
        thing = ("物流", "质量", "服务", "物流的服务")[i % 4]
        valence, word = ((1, "好"), (-1, "差"), (1, "快"), (-1, "慢"))[i // 4 % 4]
        lines.append(f"milk\ttrain\t{i}\t{valence}\t{thing}{'很' * (i % 3 + 1)}{word}{'。' * (i // 16 + 1)}")
    lines += ["fruit\ttest\t900\t1\t不在里面", "milk\ttrain\t901\t1\t "]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_test_rows_empty_rows_and_repeated_rows_are_not_learned(reviews: Path) -> None:
    read = read_reviews(reviews)
    assert len({row.text for row in read}) == len(read)
    assert all(row.text.strip() and row.text != "不在里面" for row in read)


async def test_the_command_makes_weights_that_the_engine_scores_chinese_with(
    packed: tuple[Path, dict[str, np.ndarray]], reviews: Path, tmp_path: Path
) -> None:
    output = tmp_path / "sentiment-zh"
    arguments = ["--data", str(reviews), "--pack", str(packed[0]), "--output", str(output), "--threads", "1"]
    arguments += ["--no-linear", "--layers", "2"]
    first = [*arguments, "--work", str(tmp_path / "work"), "--no-export", "--epochs", "30", "--rate", "1e-3"]
    run = CliRunner().invoke(main, first)
    assert run.exit_code == 0, run.output
    second = [
        "--start",
        str(tmp_path / "work" / "float32"),
        "--work",
        str(tmp_path / "rounded"),
        "--epochs",
        "2",
    ]
    run = CliRunner().invoke(main, [*arguments, *second])
    assert run.exit_code == 0, run.output
    engine = SentimentEngine(output)
    told = await engine.score(["质量很好。", "质量很差。", "A lovely lamp."])
    await engine.close()
    assert [one and one.label for one in told] == ["positive", "negative", None]


def test_a_linear_opinion_softens_a_label_and_does_not_turn_it() -> None:
    (example,) = mixed([Example("质量很好。", (0.0, 1.0))], [0.0])
    assert example.target == pytest.approx((LINEAR_SHARE, 1 - LINEAR_SHARE))
    assert example.target[1] > example.target[0]
