"""Privacy: what could name a customer does not leave; figures that describe a product stay."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.privacy import mask

ROWS = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "data/privacy.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
PERSONAL = [(kinds, text, secrets.split("|")) for kinds, text, secrets in ROWS if kinds != "-"]
HARMLESS = [text for kinds, text, _ in ROWS if kinds == "-"]


def test_the_corpus_is_large_and_balanced() -> None:
    """A figure over ten lines would mean nothing."""
    assert len(PERSONAL) >= 60
    assert len(HARMLESS) >= 60


def test_every_labelled_secret_is_masked() -> None:
    """Recall 1.0: no secret of the corpus is left, whole."""
    left = [
        (text, mask(text).text) for _, text, secrets in PERSONAL if any(s in mask(text).text for s in secrets)
    ]
    assert left == []


def test_nothing_else_is_masked() -> None:
    """Precision 1.0: prices, dates, measures, model numbers and product codes stay as they are."""
    wrong = [(text, mask(text).text) for text in HARMLESS if mask(text).text != text]
    assert wrong == []


def test_each_secret_is_called_by_its_kind() -> None:
    """`[phone]` tells the team what was there."""
    wrong = [
        (kinds, mask(text).found, text)
        for kinds, text, _ in PERSONAL
        if ",".join(k for k, _ in mask(text).found) != kinds
    ]
    assert wrong == []


def test_the_rest_of_the_text_is_untouched() -> None:
    """Only the secret goes; full-width signs elsewhere stay."""
    found = mask("ＱＱ好友推荐的，电话：１３８－１２３４－５６７８，屏幕５．５英寸！")
    assert found.text == "ＱＱ好友推荐的，电话：[phone]，屏幕５．５英寸！"
    assert found.found == (("phone", 1),)


def test_a_number_told_once_is_masked_wherever_it_returns() -> None:
    """The label stands before the first only."""
    found = mask("Order number A10023456 is late. I wrote twice about A10023456.")
    assert "A10023456" not in found.text
    assert found.found == (("order", 2),)


def test_product_codes_stay_with_or_without_their_name() -> None:
    """A 13-digit EAN is no card and no order; a card with a wrong check digit is no card."""
    text = "EAN 4006381333931, 4006381333931, 4111111111111112x"
    assert mask(text).text == text


@pytest.mark.parametrize("sep", ["", " ", "-", "\u200b", "　"])
def test_chinese_mobile_numbers_are_found_however_divided(sep: str) -> None:
    """Sellers and buyers write them in every way."""
    assert mask(f"打{sep.join(('138', '1234', '5678'))}找我").text == "打[phone]找我"


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_masked_and_again(text: str) -> None:
    """No text makes it fail; masking a masked text changes nothing."""
    once = mask(text)
    assert mask(once.text).text == once.text
    assert mask(once.text).found == ()


_SECRETS = st.sampled_from([(text, secrets) for _, text, secrets in PERSONAL])
_AROUND = st.text(st.sampled_from(list("好，。 !?;:\n（）“”abc")), max_size=12)


@given(st.lists(st.tuples(_AROUND, _SECRETS), min_size=1, max_size=4))
@settings(deadline=None)
def test_secrets_are_masked_in_any_company(pieces: list[tuple[str, tuple[str, list[str]]]]) -> None:
    """Whatever stands around, and several in one text: none remains, and twice is as once."""
    text = "\n".join(f"{around}\n{line}" for around, (line, _) in pieces)
    once = mask(text)
    assert not [secret for _, (_, secrets) in pieces for secret in secrets if secret in once.text]
    assert mask(once.text).text == once.text


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "138 ",
        "a",
        "a@",
        "a.",
        "@",
        "0-",
        "+1 ",
        "订单号",
        "DE89 ",
        "http://a:",
        "(",
        "2001:",
        "call ",
    ],
)
def test_time_grows_with_the_length_only(unit: str) -> None:
    """A megabyte made to slow the search down takes about ten times as long as a tenth of it, not a hundred."""

    def seconds(characters: int) -> float:
        text = unit * (characters // len(unit))
        start = time.process_time()
        mask(text)
        return time.process_time() - start

    small, large = max(seconds(30_000), 0.02), seconds(300_000)
    assert large < 40 * small
