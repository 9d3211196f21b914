import pytest

from models.errors import SentimentUnavailable
from models.sentiment_labels import label_values


@pytest.mark.parametrize(
    ("names", "values"),
    [
        (["LABEL_0", "LABEL_1"], (-1, 1)),
        (["LABEL_0", "LABEL_1", "LABEL_2"], (-1, 0, 1)),
        (["NEGATIVE", "POSITIVE"], (-1, 1)),
        (["positive", "negative"], (1, -1)),
        (["Neg", "Neu", "Pos"], (-1, 0, 1)),
        (["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], (-1, -0.5, 0, 0.5, 1)),
        (["5", "4", "3", "2", "1"], (1, 0.5, 0, -0.5, -1)),
        (["一星", "二星", "三星", "四星", "五星"], (-1, -0.5, 0, 0.5, 1)),
        (["负面", "正面"], (-1, 1)),
        (["消极", "中性", "积极"], (-1, 0, 1)),
        (["差评", "好评"], (-1, 1)),
        (["不满意", "满意"], (-1, 1)),
        (["negative (stars 1, 2 and 3)", "positive (stars 4 and 5)"], (-1, 1)),
        (["Very Negative", "Negative", "Neutral", "Positive", "Very Positive"], (-1, -0.5, 0, 0.5, 1)),
        (["very_negative", "negative", "neutral", "positive", "very_positive"], (-1, -0.5, 0, 0.5, 1)),
    ],
)
def test_the_usual_names_of_classes_are_understood(names: list[str], values: tuple[float, ...]) -> None:
    assert label_values(dict(enumerate(names)), "somebody/model") == values


@pytest.mark.parametrize(
    "names",
    [
        ["joy", "anger"],
        ["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3"],
        ["positive"],
        ["positive", "neutral"],
        [],
    ],
)
def test_a_checkpoint_about_something_else_is_refused_by_name(names: list[str]) -> None:
    with pytest.raises(SentimentUnavailable, match="somebody/model") as caught:
        label_values(dict(enumerate(names)), "somebody/model")
    assert "COPYDESK_SENTIMENT_MODEL" in caught.value.remedy
