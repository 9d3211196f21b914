"""`copydesk reviews`: what a person types, and what they get."""

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.reviews.schema import report_schema
from models.sentiment import WEIGHTS, SentimentEngine
from tests.cli.conftest import Copydesk
from tests.reviews.conftest import Killed, WordScorer

SCHEMA_FILE = Path(__file__).parents[2] / "docs/schema/reviews.schema.json"
REVIEWS = """review,stars,date
Great battery,5,2027-01-02
The hinge broke,1,2027-02-03
Great battery life,4,2027-03-03
"""


@pytest.fixture(autouse=True)
def scorer(monkeypatch: pytest.MonkeyPatch) -> list[WordScorer]:
    """Words are scored, not the weights: what is tested is the command."""
    made: list[WordScorer] = []

    def make(*_: object, **__: object) -> WordScorer:
        made.append(WordScorer())
        return made[-1]

    monkeypatch.delenv("COPYDESK_SENTIMENT_MODEL", raising=False)
    monkeypatch.setattr("models.sentiment.SentimentEngine", make)
    return made


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    path = tmp_path / "reviews.csv"
    path.write_text(REVIEWS, encoding="utf-8")
    return path


async def test_people_get_the_counts_aspects_and_quotes(copydesk: Copydesk, reviews: Path) -> None:
    result = await copydesk("reviews", str(reviews))
    assert result.code == 0, result.err
    for words in (
        "3 reviews",
        "positive",
        "67%",
        "Liked most",
        "battery",
        "“The hinge broke” (3)",
        "Words and stars",
    ):
        assert words in result.out


async def test_programs_get_one_object_as_documented(copydesk: Copydesk, reviews: Path) -> None:
    result = await copydesk("reviews", str(reviews), "--json")
    value: dict[str, Any] = json.loads(result.out)
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(value)
    assert value["counts"] == {"positive": 2, "neutral": 0, "negative": 1, "unscored": 0}
    assert value["agreement"]["share"] == 1.0


def test_the_documented_object_is_the_one_in_the_code() -> None:
    told = "run `python -m bot.reviews.schema > docs/schema/reviews.schema.json`"
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == report_schema(), told


async def test_scored_rows_and_chart_are_written_whole(
    copydesk: Copydesk, reviews: Path, tmp_path: Path
) -> None:
    result = await copydesk("reviews", str(reviews), "--output", "scored.csv", "--chart", "chart.png")
    assert result.code == 0, result.err
    assert (tmp_path / "scored.csv").read_bytes().startswith(b"\xef\xbb\xbfreview,stars,date,row,sentiment")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
    assert not [name for name in os.listdir(tmp_path) if name.endswith(".part")]
    assert not os.listdir(tmp_path / "cache" / "reviews"), "nobody's words are left behind"


async def test_standard_input_is_read(copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO("很好用，喜欢\n坏了，差\n".encode("gb18030")))
    )
    result = await copydesk("reviews", "-", "--json")
    assert json.loads(result.out)["languages"] == {"zh": 2}


async def test_columns_can_be_named(copydesk: Copydesk, reviews: Path) -> None:
    options = [
        "--text-column",
        "review",
        "--rating-column",
        "2",
        "--date-column",
        "date",
        "--product",
        "Lamp",
    ]
    result = await copydesk("reviews", str(reviews), "--json", *options)
    value = json.loads(result.out)
    assert value["columns"] == {"text": "review", "rating": "stars", "date": "date", "product": ""}
    assert value["product"] == "Lamp"


async def test_a_run_that_was_interrupted_goes_on(
    copydesk: Copydesk, reviews: Path, monkeypatch: pytest.MonkeyPatch, scorer: list[WordScorer]
) -> None:
    monkeypatch.setattr("bot.reviews.pipeline.CHUNK", 1)
    monkeypatch.setattr("models.sentiment.SentimentEngine", lambda *_: WordScorer(fail_after=2))
    with pytest.raises(Killed):
        await copydesk("reviews", str(reviews))
    again = WordScorer()
    monkeypatch.setattr("models.sentiment.SentimentEngine", lambda *_: again)
    result = await copydesk("reviews", str(reviews), "--json")
    assert json.loads(result.out)["counts"]["positive"] == 2
    assert "Great battery" not in again.texts


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (b"", [], "is empty"),
        (b"a,b\n1,2\n3,4\n", [], "no column of review texts"),
        (b"PK\x03\x04 nothing", [], "damaged ZIP"),
        (b"review\ngood\n", ["--text-column", "comment"], "no column “comment”"),
        (b"review\ngood\n", ["--output", "nowhere/s.csv"], "does not exist"),
        (None, [], "cannot be read"),
    ],
)
async def test_bad_input_is_one_line_that_says_what_to_do(
    copydesk: Copydesk, tmp_path: Path, content: bytes | None, options: list[str], words: str
) -> None:
    path = tmp_path / "given.csv"
    if content is not None:
        path.write_bytes(content)
    result = await copydesk("reviews", str(path), *options)
    assert result.code in (1, 2)
    assert words in result.err
    assert len(result.err.strip().splitlines()) == 1


async def test_two_hundred_megabytes_are_refused_without_reading(copydesk: Copydesk, tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    result = await copydesk("reviews", str(path))
    assert result.code == 2
    assert "200 MB" in result.err


@pytest.mark.slow
@pytest.mark.skipif(not (WEIGHTS / "sentiment-en").is_dir(), reason="the English weights are not here")
async def test_with_the_shipped_weights_a_good_lamp_is_good(
    copydesk: Copydesk, reviews: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.sentiment.SentimentEngine", SentimentEngine)
    result = await copydesk("reviews", str(reviews), "--json")
    assert json.loads(result.out)["agreement"]["share"] == 1.0
