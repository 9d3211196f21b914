import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from models.errors import SentimentUnavailable
from models.quantised import FILE_NAME
from models.sentiment import WEIGHTS, SentimentEngine
from models.sentiment_classifier import CALIBRATION_FILE
from models.variant import Sentiment

ENGLISH = WEIGHTS / "sentiment-en"

PRAISE = [
    "I love this kettle, it boils in a minute and looks wonderful on the shelf.",
    "Soft, warm and beautifully made. Best scarf I have owned.",
    "The battery easily lasts two days and the screen is gorgeous.",
    "Setup took five minutes and everything just works.",
    "Arrived early, fits perfectly, would buy again!",
    "A delightful little lamp that makes the room feel cosy.",
]
COMPLAINTS = [
    "The zip broke on the second day and nobody answered my mails.",
    "Terrible sound, it crackles whenever the volume goes up.",
    "Cheap plastic that smells awful. I want my money back.",
    "It stopped charging after a week, a complete waste of money.",
    "The colour faded in the first wash and the seams came apart.",
    "Worst headphones ever, they hurt my ears and disconnect constantly.",
]
CHINESE_PRAISE = [
    "面料很舒服，颜色也好看，朋友都说漂亮。",
    "电池很耐用，充一次电能用两天，非常满意！",
    "水果新鲜，又甜又多汁，下次还买。",
]
CHINESE_COMPLAINTS = [
    "用了两天就坏了，客服一直不回复。",
    "质量太差，味道刺鼻，要求退货。",
    "屏幕有划痕，反应又慢，非常失望。",
]
PLAIN = ["The package holds two cables.", "It comes in blue and in green.", "The manual is in the box."]


@pytest.fixture(scope="module")
def engine() -> SentimentEngine:
    """One engine for the whole module: its worker thread serves any event loop."""
    return SentimentEngine()


@pytest.fixture
async def broken(tmp_path: Path) -> AsyncIterator[Callable[[str], SentimentEngine]]:
    """Makes an engine over a copy of the English weights in which a file has been spoilt."""
    folder = tmp_path / "spoilt"
    shutil.copytree(ENGLISH, folder)
    made: list[SentimentEngine] = []

    def make(name: str) -> SentimentEngine:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])
        made.append(SentimentEngine(folder))
        return made[-1]

    yield make
    for each in made:
        await each.close()


def sure(sentiments: list[Sentiment | None]) -> list[Sentiment]:
    assert None not in sentiments
    return [sentiment for sentiment in sentiments if sentiment is not None]


async def test_praise_is_told_from_complaint(engine: SentimentEngine) -> None:
    told = sure(await engine.score(PRAISE + COMPLAINTS))
    assert [sentiment.label for sentiment in told] == ["positive"] * 6 + ["negative"] * 6
    assert all(sentiment.score > 0.5 for sentiment in told[:6])
    assert all(sentiment.score < -0.5 for sentiment in told[6:])
    assert all(sentiment.language == "en" and sentiment.confidence > 0.5 for sentiment in told)


async def test_chinese_praise_is_told_from_complaint(engine: SentimentEngine) -> None:
    told = sure(await engine.score(CHINESE_PRAISE + CHINESE_COMPLAINTS))
    assert [sentiment.label for sentiment in told] == ["positive"] * 3 + ["negative"] * 3
    assert {sentiment.language for sentiment in told} == {"zh"}


async def test_each_text_of_a_mixed_list_goes_to_its_own_model(engine: SentimentEngine) -> None:
    english, chinese, nothing = sure(await engine.score([PRAISE[0], CHINESE_COMPLAINTS[0], "👍"]))
    assert (english.label, english.language) == ("positive", "en")
    assert (chinese.label, chinese.language) == ("negative", "zh")
    assert nothing.language == "und"
    assert english.scored_by != chinese.scored_by


async def test_a_plain_statement_is_nearer_to_neutral_than_praise_or_complaint(
    engine: SentimentEngine,
) -> None:
    told = sure(await engine.score(PLAIN))
    assert all(abs(sentiment.score) < 0.6 for sentiment in told)
    assert any(sentiment.label == "neutral" for sentiment in told)


async def test_negation_turns_a_judgement_round(engine: SentimentEngine) -> None:
    good, bad = sure(await engine.score(["This is a good bag.", "This is not a good bag."]))
    assert good.score > 0 > bad.score


async def test_scores_say_which_weights_made_them(engine: SentimentEngine) -> None:
    (told,) = sure(await engine.score(["A fine pen."]))
    name, _, version = told.scored_by.partition("@")
    assert name.startswith("copydesk-")
    assert len(version) == 8


async def test_many_callers_at_once_each_get_their_own_answers_in_order(engine: SentimentEngine) -> None:
    texts = PRAISE + COMPLAINTS + ["", "😍", *PLAIN]
    alone = await engine.score(texts)
    lists = [[texts[(start + i) % len(texts)] for i in range(1 + start % 7)] for start in range(40)]
    together = await asyncio.gather(*(engine.score(some) for some in lists))
    for some, told in zip(lists, together, strict=True):
        expected = [alone[texts.index(text)] for text in some]
        assert [one and one.label for one in told] == [one and one.label for one in expected]
        assert [one and one.score for one in told] == pytest.approx(
            [one and one.score for one in expected], abs=0.02
        )


async def test_more_texts_than_a_batch_keep_their_order(engine: SentimentEngine) -> None:
    texts = [f"Order {i}: {(PRAISE if i % 3 else COMPLAINTS)[i % 6]}" for i in range(600)]
    told = sure(await engine.score(texts))
    assert [sentiment.score > 0 for sentiment in told] == [i % 3 != 0 for i in range(600)]


async def test_nothing_asked_is_nothing_answered(engine: SentimentEngine) -> None:
    assert await engine.score([]) == []


@pytest.mark.parametrize("text", ["", "   ", "😍😍👍", "★★★★★", "5/5 100 %"])
async def test_a_text_without_letters_is_neutral_with_no_confidence(
    engine: SentimentEngine, text: str
) -> None:
    (told,) = sure(await engine.score([text]))
    assert (told.label, told.score, told.confidence, told.language) == ("neutral", 0.0, 0.0, "und")


@pytest.mark.parametrize(
    "text", ["とても良い商品です。", "Der Stoff ist sehr weich und nicht teuer.", "Очень хороший товар"]
)
async def test_a_language_without_weights_is_left_unscored(engine: SentimentEngine, text: str) -> None:
    assert await engine.score([text, "Lovely!"]) == [None, *await engine.score(["Lovely!"])]


async def test_a_text_of_a_megabyte_is_scored(engine: SentimentEngine) -> None:
    review = "The seams came apart and the colour faded, a terrible disappointment. "
    texts = [review * (1_000_000 // len(review)), CHINESE_COMPLAINTS[0] * 20_000]
    assert [told.label for told in sure(await engine.score(texts))] == ["negative", "negative"]


async def test_all_of_a_long_text_counts_and_not_its_beginning_alone(engine: SentimentEngine) -> None:
    long = "It is a wonderful machine. " * 10 + "Then it broke, leaked, and ruined my floor. Awful. " * 60
    (told,) = sure(await engine.score([long]))
    assert told.label == "negative"


@pytest.mark.parametrize("name", [FILE_NAME, CALIBRATION_FILE, "config.json", "tokenizer.json"])
async def test_damaged_weights_are_named_with_a_remedy(
    broken: Callable[[str], SentimentEngine], name: str
) -> None:
    with pytest.raises(SentimentUnavailable, match="spoilt") as caught:
        await broken(name).score(["Lovely!"])
    assert "COPYDESK_SENTIMENT_MODEL" in caught.value.remedy


async def test_weights_that_are_put_right_are_used_without_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(ENGLISH, folder)
    (folder / FILE_NAME).rename(folder / "away")
    engine = SentimentEngine(folder)
    with pytest.raises(SentimentUnavailable):
        await engine.score(["Lovely!"])
    (folder / "away").rename(folder / FILE_NAME)
    (told,) = sure(await engine.score(["Lovely!"]))
    assert told.label == "positive"
    await engine.close()


@pytest.mark.parametrize("checkpoint", ["./no/such/folder", "/no/such/folder"])
async def test_a_checkpoint_that_is_not_there_is_named(checkpoint: str) -> None:
    engine = SentimentEngine(checkpoint)
    with pytest.raises(SentimentUnavailable, match="no/such/folder") as caught:
        await engine.score(["Lovely!"])
    assert caught.value.remedy
    await engine.close()


async def test_an_engine_that_was_closed_starts_again_when_asked(tmp_path: Path) -> None:
    engine = SentimentEngine()
    await engine.close()
    (told,) = sure(await engine.score(["Lovely!"]))
    await engine.close()
    await engine.close()
    assert told.label == "positive"


async def test_a_caller_who_gave_up_does_not_stop_the_others(engine: SentimentEngine) -> None:
    async with asyncio.timeout(60):
        given_up = asyncio.create_task(engine.score(PRAISE * 40))
        await asyncio.sleep(0)
        given_up.cancel()
        told = sure(await engine.score(["Lovely!"]))
    assert told[0].label == "positive"


def test_making_an_engine_loads_no_model_library() -> None:
    code = (
        "import sys; from models.sentiment import SentimentEngine; engine = SentimentEngine(); "
        "assert engine.languages == {'en', 'zh'}; print({'torch', 'transformers', 'numpy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
