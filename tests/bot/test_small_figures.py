"""What a small model brings into copy from what it was shown: the days of a plan's phases, the examples' own words."""

from bot.desk import Desk
from models.generation.base import Ability, EngineInfo, Generation, GenerationRequest, Progress
from models.variant import EngineRef, Usage
from tests.factories import brief

INFO = EngineInfo(
    ref=EngineRef(name="small", model="small"),
    ability=Ability.SMALL,
    languages=frozenset({"en"}),
    context_tokens=8_000,
)


class Recording:
    """A small engine that keeps what it is asked, and fills every line with the same words."""

    info = INFO

    def __init__(self, words: str = "Bring a bottle and refill it.") -> None:
        self.words = words
        self.requests: list[GenerationRequest] = []

    async def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Generation:
        """Each line with its label and prefix."""
        self.requests.append(request)
        text = "\n".join(f"{line.label}: {line.prefix}{self.words}" for line in request.lines)
        return Generation(texts=(text,) * request.n, usage=Usage(), engine=INFO.ref)

    async def check(self) -> str:
        """Always there."""
        return "ready"

    async def close(self) -> None:
        """Nothing to release."""


async def test_the_days_of_a_plans_phases_are_no_figures_for_its_other_lines() -> None:
    engine = Recording()
    asked = brief(
        kind="campaign",
        product="Refill station",
        attributes={},
        goal="get 300 customers to try a refill",
        offer="second refill for $2",
        dates="2027-01-11 to 2027-02-07",
        n=1,
    )
    draft = await Desk(engine, seed=1).write(asked)
    [allowed] = {request.allowed_numbers for request in engine.requests}
    assert allowed is not None
    assert "2" in allowed
    assert not allowed & {"11", "19", "20", "29", "30", "300"}
    assert "11 Jan" in draft.variants[0].text


async def test_a_line_of_the_examples_is_no_copy_for_this_brief() -> None:
    asked = brief(
        product="Silent desk fan", attributes={"speeds": "5"}, audience="students", platform="x_post", n=1
    )
    copied = Recording("The desk fan has 5 levels of brightness for your work.")
    draft = await Desk(copied, seed=1).write(asked)
    assert [check.name for check in draft.variants[0].failures] == ["likeness"]
    own = Recording("The silent desk fan has 5 speeds for students.")
    assert (await Desk(own, seed=1).write(asked)).variants[0].ready


async def test_a_small_model_is_told_which_channels_and_words_may_not_stand() -> None:
    engine = Recording()
    asked = brief(
        kind="campaign",
        product="Refill station",
        attributes={},
        channels=["email", "in-store"],
        must_avoid=["bargain"],
        n=1,
    )
    await Desk(engine, seed=1).write(asked)
    [barred] = {request.barred for request in engine.requests}
    assert {"bargain", "facebook", "instagram"} <= set(barred)
    assert "email" not in barred


async def test_a_plan_that_names_a_strange_channel_is_not_ready() -> None:
    asked = brief(
        kind="campaign", product="Refill station", attributes={}, channels=["email", "in-store"], n=1
    )
    draft = await Desk(Recording("Post the bottle on Facebook."), seed=1).write(asked)
    assert not draft.variants[0].ready
    assert "channels" in {check.name for check in draft.variants[0].checks if not check.passed}
