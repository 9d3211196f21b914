"""The cut vocabulary: no text is lost, and what is kept is cut as before."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.writer.rows import CORPUS, read_rows
from models.writer.vocabulary import kept_tokens, pruned_tokenizer
from tests.writer.tiny import SPECIAL, tiny_tokenizer

ROWS = read_rows([CORPUS / "apart-en-a.jsonl", CORPUS / "apart-zh-a.jsonl"])
TEXTS = [part.text for row in ROWS for part in row.parts]
WHOLE = tiny_tokenizer(TEXTS, 2_000)
USED = TEXTS[::3]


@pytest.fixture(scope="module")
def cut() -> tuple[dict[str, object], list[int]]:
    kept = kept_tokens(WHOLE, USED, 0, SPECIAL)
    return pruned_tokenizer(WHOLE, kept), kept


def test_texts_whose_tokens_are_kept_are_cut_as_before(cut: tuple[dict[str, object], list[int]]) -> None:
    from tokenizers import Tokenizer

    tokenizer, kept = cut
    assert len(kept) < len(WHOLE["model"]["vocab"])
    old, new = Tokenizer.from_str(json.dumps(WHOLE)), Tokenizer.from_str(json.dumps(tokenizer))
    for text in USED:
        assert [kept[token] for token in new.encode(text).ids] == old.encode(text).ids


@settings(deadline=None, max_examples=150)
@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters="▁"), max_size=60))
def test_any_text_survives_the_cut_vocabulary(cut: tuple[dict[str, object], list[int]], text: str) -> None:
    from tokenizers import Tokenizer

    new = Tokenizer.from_str(json.dumps(cut[0]))
    assert new.decode(new.encode(text).ids, skip_special_tokens=False) == text
