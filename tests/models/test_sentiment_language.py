import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.sentiment_language import UNDETERMINED, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The strap broke after two days and nobody answered my mail.", "en"),
        ("great!!!", "en"),
        ("Battery 5000 mAh, 2 days of use 👍", "en"),
        ("物流很快，包装也很用心", "zh"),
        ("好", "zh"),
        ("iPhone 15 的屏幕 very nice，推荐购买", "zh"),
        ("Der Stoff ist sehr weich und die Lieferung war schnell.", "de"),
        ("Le tissu est très doux et la livraison rapide.", "fr"),
        ("La tela es muy suave y el envío fue rápido.", "es"),
        ("とても良い商品です。また買います。", "ja"),
        ("배송이 빠르고 품질이 좋아요", "ko"),
        ("Очень хороший товар", "ru"),
        ("", UNDETERMINED),
        ("   \n", UNDETERMINED),
        ("😍😍👍", UNDETERMINED),
        ("5/5 — 100 %!!", UNDETERMINED),
    ],
)
def test_a_text_goes_to_the_model_of_its_own_language(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=300))
def test_any_text_has_some_language(text: str) -> None:
    assert language_of(text)


def test_a_megabyte_is_told_from_its_beginning() -> None:
    assert language_of("质量不错。" * 200_000) == "zh"
