"""The desk must turn a brief into copy that is checked, repaired and ranked, and say why when it cannot."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from bot.desk import MAX_ROUNDS, Desk
from models.errors import EngineCannotServe, EngineUnreachable, SentimentUnavailable
from models.variant import Sentiment
from tests.factories import brief
from tests.servers.openai_server import OpenAIServer


def ad(*headlines: str, description: str = "Young travellers pack light with the Aurora X.") -> str:
    second = "Its 5000 mAh battery lasts, and 108 MP keep the view."
    return json.dumps({"headline": list(headlines), "description": [description, second]})


GOOD = ad("Aurora X for trips", "5000 mAh for the road", "See far in 108 MP")
OTHER = ad("Long days, one charge", "A camera of 108 MP", "Made for young travellers")
THIRD = ad("Leave the charger", "108 MP at every stop", "Charge once: 5000 mAh")
LONG = ad("Aurora X for very long journeys", "5000 mAh for the road", "See far in 108 MP")


def answers(server: OpenAIServer, *texts: str) -> None:
    """Makes the server give these texts, one a choice, in order, the last one again and again."""
    left = list(texts)

    def reply(body: dict[str, Any]) -> list[str]:
        return [left.pop(0) if len(left) > 1 else left[0] for _ in range(int(body.get("n") or 1))]

    server.reply = reply


def last_user(server: OpenAIServer) -> str:
    return str(server.requests[-1]["messages"][-1]["content"])


async def test_a_brief_becomes_as_many_ready_variants_as_asked(desk: Desk, server: OpenAIServer) -> None:
    answers(server, GOOD, OTHER, THIRD)
    draft = await desk.write(brief(n=3))
    assert [variant.position for variant in draft.variants] == [1, 2, 3]
    assert all(variant.ready for variant in draft.variants)
    assert len({variant.text for variant in draft.variants}) == 3
    assert draft.usage.completion_tokens > 0
    assert draft.prompt.template.startswith("ad/en/large-")
    assert len(draft.prompt.sha256) == 64
    assert draft.messages[-1].role == "user"
    assert len(server.requests) == 1


async def test_a_failed_part_alone_is_asked_for_again_with_its_fault_named(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, LONG, '{"headline": ["Aurora X for trips"]}')
    draft = await desk.write(brief(n=1))
    assert len(server.requests) == 2
    assert "Headline 1 is too long: 31 of 30 characters" in last_user(server)
    assert '{"headline": ["…"]}' in last_user(server)
    assert draft.variants[0].ready
    texts = [part.text for part in draft.variants[0].parts]
    assert texts[:3] == ["Aurora X for trips", "5000 mAh for the road", "See far in 108 MP"]


async def test_when_asking_again_does_not_help_the_part_is_cut_at_a_word(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, LONG)
    draft = await desk.write(brief(n=1))
    assert len(server.requests) == MAX_ROUNDS + 1
    assert draft.variants[0].ready
    assert draft.variants[0].parts[0].text == "Aurora X for very long"


async def test_copy_that_stays_wrong_is_shown_as_not_ready_with_the_reason(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, ad("Aurora X for trips", "9000 mAh for the road", "See far in 108 MP"))
    draft = await desk.write(brief(n=1))
    assert not draft.variants[0].ready
    assert [check.reason for check in draft.variants[0].failures] == [
        "Headline 2 states “9000 mAh” (a figure), which the brief does not"
    ]


async def test_the_same_copy_twice_is_asked_for_again_and_never_shown_twice(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, GOOD, GOOD, OTHER)
    draft = await desk.write(brief(n=2))
    assert len({variant.text for variant in draft.variants}) == 2
    answers(server, GOOD)
    draft = await desk.write(brief(n=2))
    assert len(draft.variants) == 1
    assert draft.notes == ("1 of 2 variants came out.",)


async def test_the_ready_and_the_covering_variant_leads(desk: Desk, server: OpenAIServer) -> None:
    poor = ad("Aurora X for trips", "Made for the road", "See far", description="Travel with ease.")
    answers(server, poor, GOOD)
    draft = await desk.write(brief(n=2, keywords=["5000 mAh for the road"]))
    assert draft.variants[0].keyword_coverage == 1.0
    assert draft.variants[1].keyword_coverage == 0.0


async def test_an_answer_that_is_no_copy_at_all_is_an_error_that_says_so(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, "I am sorry, I cannot do that.")
    with pytest.raises(EngineCannotServe, match="no usable copy") as caught:
        await desk.write(brief(n=1))
    assert "COPYDESK_MODEL" in caught.value.remedy


async def test_an_engine_that_cannot_be_reached_is_an_error_that_names_it(
    desk: Desk, server: OpenAIServer
) -> None:
    await server.stop()
    with pytest.raises(EngineUnreachable, match=r"127\.0\.0\.1"):
        await desk.write(brief())


async def test_a_rewrite_keeps_lineage_and_sees_copy_request_and_thread(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, GOOD, ad("5000 mAh for trips", "The Aurora X", "See far"))
    draft = await desk.write(brief(n=1))
    parent = draft.variants[0]
    again = await desk.rewrite(draft, parent, "shorter, battery first", thread=("we like the tone",))
    assert [variant.lineage.parent_id for variant in again.variants] == [parent.id]
    assert again.variants[0].lineage.round == 1
    assert again.variants[0].lineage.instruction == "shorter, battery first"
    assert again.brief_id == draft.brief_id
    assert again.id != draft.id
    assert again.prompt.template.startswith("rewrite/en/")
    for text in ("Aurora X for trips", "shorter, battery first", "we like the tone", "5000 mAh"):
        assert text in last_user(server)


async def test_a_rewrite_may_use_a_figure_that_the_person_adds(desk: Desk, server: OpenAIServer) -> None:
    answers(server, GOOD, ad("Aurora X for trips", "Now $349", "See far in 108 MP"))
    draft = await desk.write(brief(n=1))
    again = await desk.rewrite(draft, draft.variants[0], "say it is now $349")
    assert again.variants[0].ready
    third = await desk.rewrite(again, again.variants[0], "warmer")
    assert third.variants[0].ready, "a figure taken from the thread is kept in later rounds"


async def test_a_rewrite_that_does_not_do_what_was_asked_is_asked_for_again(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, GOOD, OTHER, ad("5000 mAh", "108 MP", "Light", description="Pack light."))
    draft = await desk.write(brief(n=1))
    again = await desk.rewrite(draft, draft.variants[0], "shorter")
    assert len(server.requests) == 3
    assert "asked to be shorter" in last_user(server)
    assert len(again.variants[0].text) < len(draft.variants[0].text)
    assert not again.variants[0].failures


class Scorer:
    """A sentiment engine's face, with the scores given."""

    name = "given"

    def __init__(self, by_text: dict[str, float] | None) -> None:
        self.by_text = by_text

    async def score(self, texts: Sequence[str]) -> list[Sentiment | None]:
        """Scores by a word of the text; None for all when there are none, an error when there is no table."""
        if self.by_text is None:
            raise SentimentUnavailable("The sentiment weights are truncated.", "Run `copydesk setup`.")
        found: list[Sentiment | None] = []
        for text in texts:
            score = next((value for word, value in self.by_text.items() if word in text), None)
            label = "positive" if (score or 0) > 0 else "negative"
            found.append(
                None
                if score is None
                else Sentiment(label=label, score=score, confidence=0.9, language="en", scored_by="given")  # type: ignore[arg-type]
            )
        return found

    async def close(self) -> None:
        """Nothing to release."""


async def test_the_variant_that_feels_as_the_brief_wants_leads(desk: Desk, server: OpenAIServer) -> None:
    answers(server, OTHER, GOOD)
    desk.sentiment = Scorer({"Long days": -0.9, "Aurora X for trips": 0.8})
    draft = await desk.write(brief(n=2))
    assert [variant.sentiment.score for variant in draft.variants if variant.sentiment] == [0.8, -0.9]


async def test_copy_in_a_language_that_is_not_scored_says_so(desk: Desk, server: OpenAIServer) -> None:
    answers(server, GOOD)
    desk.sentiment = Scorer({})
    draft = await desk.write(brief(n=1))
    assert draft.variants[0].sentiment is None
    assert draft.notes == ("Sentiment in this language is not scored yet.",)


async def test_broken_sentiment_weights_cost_the_score_and_not_the_copy(
    desk: Desk, server: OpenAIServer
) -> None:
    answers(server, GOOD)
    desk.sentiment = Scorer(None)
    draft = await desk.write(brief(n=1))
    assert draft.variants[0].ready
    assert "copydesk setup" in draft.notes[0]


async def test_chinese_copy_is_written_from_a_chinese_prompt(desk: Desk, server: OpenAIServer) -> None:
    draft = await desk.write(brief(language="zh", n=2))
    assert draft.prompt.template.startswith("ad/zh/")
    assert all(variant.ready for variant in draft.variants)
