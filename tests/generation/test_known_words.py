"""Words that are none must not lead the copy that people are shown."""

import pytest

from models.generation.known_words import invented_words
from models.writer.rows import CORPUS, own_words, read_rows


@pytest.mark.parametrize(
    ("text", "brief", "invented"),
    [
        ("Brass candlestones, 21 cm", {"brass", "candlestick", "pair"}, ["candlestones"]),
        ("17 KILDS and a bag", {"kalimba"}, ["kilds"]),
        ("The Kalimba comes with a bag for the kettles.", {"kalimba"}, []),
        ("The Velvault shelters hold 10 bikes.", {"velvault", "shelter"}, []),
        ("A 5000 mAh battery at 30 °C", {"mah"}, []),
        ("", set(), []),
    ],
)
def test_a_word_is_the_briefs_or_english_or_made_up(text: str, brief: set[str], invented: list[str]) -> None:
    assert invented_words(text, brief) == invented


def test_the_list_holds_the_words_that_the_writer_learned() -> None:
    listed = (CORPUS.parent.parent / "data" / "copy.en.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert listed == own_words(read_rows(sorted(CORPUS.glob("train-en-*.jsonl"))))


def test_no_word_that_the_writer_learned_counts_as_made_up() -> None:
    rows = read_rows(sorted(CORPUS.glob("train-en-*.jsonl")))
    learned = {word for row in rows for part in row.parts for word in part.text.split()}
    assert invented_words(" ".join(sorted(learned)), ()) == []
