"""`copydesk sentiment`, `keywords`, `summarize`: what a person gives, and what they get."""

import io
import json
import sys
from pathlib import Path

import pytest

from models.sentiment import SentimentEngine
from tests.cli.conftest import Copydesk

REVIEWS = [
    "The battery is weak.", "Great screen, and the battery lasts.", "Battery died after a week.", "Screen is bright.",
    "电池很耐用，屏幕也清晰。", "电池坏了，客服不理人。",
]  # fmt: skip


def written(tmp_path: Path, lines: list[str], encoding: str = "utf-8", end: str = "\n") -> str:
    """A file with one text a line; its path."""
    path = tmp_path / "texts.txt"
    path.write_bytes((end.join(lines) + end).encode(encoding))
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_keywords_of_a_file_in_any_usual_encoding(
    copydesk: Copydesk, tmp_path: Path, encoding: str, end: str
) -> None:
    """What Excel, Windows and Linux write is read alike."""
    result = await copydesk("keywords", written(tmp_path, REVIEWS, encoding, end), "--json")
    assert result.code == 0, result.err
    counts = {item["term"]: item["count"] for item in json.loads(result.out)}
    assert (counts["battery"], counts["screen"], counts["电池"]) == (3, 2, 2)


async def test_keywords_are_shown_best_first_and_as_many_as_asked(copydesk: Copydesk, tmp_path: Path) -> None:
    """For people: weight, count, term."""
    result = await copydesk("keywords", written(tmp_path, REVIEWS), "--top", "2", "--language", "en")
    lines = result.out.splitlines()
    assert len(lines) == 2
    assert lines[0].split() == ["1.00", "3", "battery"]


async def test_a_copy_is_read_whole_from_standard_input(
    copydesk: Copydesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy's lines belong together."""
    copy = "The fan that lets you think.\nAt 22 dB the fan is quieter than a whisper.\nThe fan costs 49 dollars.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(copy.encode())))
    result = await copydesk("keywords", "-", "--whole", "--json")
    assert result.code == 0, result.err
    assert {"term": "fan", "count": 3} in [
        {"term": item["term"], "count": item["count"]} for item in json.loads(result.out)
    ]


async def test_a_summary_is_made_of_the_file_s_own_sentences(copydesk: Copydesk, tmp_path: Path) -> None:
    """Word for word, as many as asked."""
    result = await copydesk("summarize", written(tmp_path, REVIEWS), "--sentences", "2", "--json")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    assert len(found) == 2
    assert all(any(sentence in review for review in REVIEWS) for sentence in found)


@pytest.mark.parametrize("command", ["sentiment", "keywords", "summarize"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf \n\n", "is empty"),
        (b"PK\x03\x04\x00\x00\x08\x08", "is no text file"),
        (b"word " * 1_000_000, "Line 1 of"),
    ],
)
async def test_what_cannot_be_read_is_told_in_one_line(
    copydesk: Copydesk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    content: bytes | None,
    message: str,
) -> None:
    """Missing, empty, binary, or a line without end: exit code 2 and what to do."""
    monkeypatch.delenv("COPYDESK_SENTIMENT_MODEL", raising=False)
    path = tmp_path / "given"
    if content is not None:
        path.write_bytes(content)
    result = await copydesk(command, str(path))
    assert result.code == 2
    assert message in result.err
    assert result.err.count("\n") == 1
    assert result.out == ""


async def test_a_folder_is_no_file(copydesk: Copydesk, tmp_path: Path) -> None:
    """The person sees what they named."""
    result = await copydesk("keywords", str(tmp_path))
    assert (result.code, "Is a directory" in result.err) == (2, True)


async def test_text_in_another_language_has_no_keywords_and_says_so(
    copydesk: Copydesk, tmp_path: Path
) -> None:
    """An empty answer has its reason."""
    result = await copydesk(
        "keywords", written(tmp_path, ["Die Batterie ist nach zwei Tagen leer."]), "--json"
    )
    assert (result.code, json.loads(result.out)) == (0, [])
    assert "No keywords" in result.err


async def test_a_line_in_another_encoding_spoils_no_other(copydesk: Copydesk, tmp_path: Path) -> None:
    """A file put together from two systems is read line by line."""
    path = tmp_path / "mixed.txt"
    path.write_bytes("屏幕很好\n".encode() * 3 + "屏幕清晰\n".encode("gb18030") * 2)
    result = await copydesk("keywords", str(path), "--json")
    assert next(item for item in json.loads(result.out) if item["term"] == "屏幕")["count"] == 5


async def test_sentiment_switched_off_says_how_to_get_it(
    copydesk: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`none` is a setting of one's own; the message names it."""
    monkeypatch.setenv("COPYDESK_SENTIMENT_MODEL", "none")
    result = await copydesk("sentiment", written(tmp_path, REVIEWS))
    assert result.code != 0
    assert "COPYDESK_SENTIMENT_MODEL" in result.err


@pytest.mark.slow
async def test_sentiment_answers_each_line_in_order(
    copydesk: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One object a line, nulls where a language is not scored, and the reason once."""
    monkeypatch.delenv("COPYDESK_SENTIMENT_MODEL", raising=False)
    if "en" not in SentimentEngine().languages:
        pytest.skip("no English sentiment weights are here")
    lines = [
        "I love it, great screen!",
        "Terrible. It broke at once.",
        "",
        "Sehr gute Qualität",
        "👍👍",
        "I love it!",
    ]
    result = await copydesk("sentiment", written(tmp_path, lines), "--json")
    assert result.code == 0, result.err
    objects = [json.loads(line) for line in result.out.splitlines()]
    assert [item["language"] for item in objects] == ["en", "en", "und", "de", "und", "en"]
    assert [item["label"] for item in objects[:2]] == ["positive", "negative"]
    assert objects[3] == {"label": None, "score": None, "confidence": None, "language": "de"}
    assert objects[0]["score"] > 0 > objects[1]["score"]
    assert result.err.count("not scored (de)") == 1
