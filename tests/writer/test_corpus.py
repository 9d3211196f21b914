"""The writer's corpus: what it promises of its rows."""

import json
from collections import Counter
from pathlib import Path

import pytest

from models.errors import CorpusError
from models.writer.rows import CORPUS, Row, faults, main, read_rows

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "briefs.jsonl"


@pytest.fixture(scope="module")
def trained() -> list[Row]:
    return read_rows(sorted(CORPUS.glob("train-*.jsonl")))


@pytest.fixture(scope="module")
def apart() -> list[Row]:
    return read_rows(sorted(CORPUS.glob("apart-*.jsonl")))


def test_the_corpus_is_as_large_and_as_varied_as_its_card_says(trained: list[Row], apart: list[Row]) -> None:
    rows = trained + apart
    written = [row for row in rows if row.task == "write"]
    languages = Counter(row.brief.resolved_language for row in rows)
    assert len(written) >= 1_200
    assert len({row.brief.product for row in apart}) == 120
    assert 0.9 < languages["en"] / languages["zh"] < 1.1
    assert len({row.brief.platform for row in rows if row.brief.platform}) >= 12
    assert len({row.category for row in rows}) >= 40
    assert sum(bool(row.hard) for row in written) >= 0.12 * len(written)
    assert len({row.id for row in rows}) == len(rows)


def test_the_briefs_held_apart_have_products_and_tones_that_no_training_row_shows(
    trained: list[Row], apart: list[Row]
) -> None:
    for what in (lambda row: row.brief.product, lambda row: row.brief.tone, lambda row: row.category):
        assert not {what(row) for row in apart} & {what(row) for row in trained}


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared briefs are not here")
def test_the_briefs_that_are_measured_on_are_not_learned(trained: list[Row]) -> None:
    measured = {json.loads(line)["product"].casefold() for line in SHARED.read_text("utf-8").splitlines()}
    assert not measured & {row.brief.product.casefold() for row in trained}


def test_no_copy_is_in_the_corpus_twice(trained: list[Row], apart: list[Row]) -> None:
    texts = Counter("\n".join(part.text for part in row.parts) for row in trained + apart)
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_row_passes_the_checks_that_the_product_makes(trained: list[Row], apart: list[Row]) -> None:
    wrong = {
        row.id: [check.reason for check in found]
        for row in trained + apart
        if (found := [check for check in faults(row) if check.severity == "hard"])
    }
    assert wrong == {}


def test_a_broken_row_is_named_with_its_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('\n{"id": "x", "category": "c", "brief": {"kind": "ad"}, "parts": [["text", "a"]]}\n')
    with pytest.raises(CorpusError, match=r"rows\.jsonl, line 2: .*product"):
        read_rows([file])
    assert main(["check", str(file)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_a_row_with_an_invented_figure_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    brief = {
        "kind": "ad",
        "language": "en",
        "product": "Oak desk lamp",
        "platform": "sms",
        "attributes": {"cable": "2 m"},
    }
    row = {
        "id": "x",
        "category": "lamps",
        "brief": brief,
        "parts": [["text", "An oak desk lamp with a 3 m cable."]],
    }
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    assert main(["check", str(file)]) == 1
    assert "3 m" in capsys.readouterr().out
