"""Trying a template on a brief: the prompt that it makes, and what the model makes of that."""

from bot.desk import Desk
from bot.templates_store import Place, check, context_for, sample_variant
from models.brand import Profile
from models.brief import Brief, Kind
from models.errors import EngineCannotServe
from models.generation.base import GenerationRequest
from models.variant import Draft, EngineRef, Message, PromptRef, Usage, Value

__all__ = ["Tried", "try_template"]

_KINDS = {kind.value for kind in Kind}
_TOKENS = 800


class Tried(Value):
    """What came of it: the prompt as it was sent, the texts that came, and sentences for the person."""

    path: str
    sha256: str
    messages: tuple[Message, ...]
    texts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def try_template(
    desk: Desk, path: str, brief: Brief, *, source: str = "", brand: Profile | None = None
) -> Tried:
    """Render a template for a brief and let the engine answer, through the desk where the desk has such a task.

    Args:
        desk: With the workspace's templates.
        path: The template.
        brief: The brief; its kind is the task's.
        source: The template's text, when it is not the one in use.
        brand: The profile to write under.

    Raises:
        TemplateError: The template is refused, or does not render for the brief.
        EngineUnreachable, WeightsError: No answer came.
    """
    place = Place.of(path)
    prompts = desk.prompts
    if source:
        check(place.path, source, prompts)
        prompts = prompts.with_own({**prompts.own, place.path: source})
    prompts = prompts.only(place.path)
    prompt = prompts.render(place.path, context_for(place, brief, brand=brand.brand if brand else None))
    info = desk.engine.info
    if place.ability is not info.ability:
        note = (
            f"Only rendered: it is for {place.ability.value} models, and {info.ref.model} is a "
            f"{info.ability.value} one."
        )
        return Tried(path=place.path, sha256=prompt.ref.sha256, messages=prompt.messages, notes=(note,))
    trying = desk.with_prompts(prompts)
    try:
        return await _answered(trying, place, brief, prompt.messages, prompt.ref, brand)
    except EngineCannotServe as error:
        note = f"Nothing usable came: {error}"
        return Tried(path=place.path, sha256=prompt.ref.sha256, messages=prompt.messages, notes=(note,))


async def _answered(
    desk: Desk,
    place: Place,
    brief: Brief,
    messages: tuple[Message, ...],
    ref: PromptRef,
    brand: Profile | None,
) -> Tried:
    if place.task in _KINDS:
        draft = await desk.write(brief, brand)
    elif place.task == "rewrite":
        before = sample_variant(brief)
        sample = Draft(
            id="sample",
            brief_id="sample",
            brief=brief,
            variants=(before,),
            prompt=ref,
            messages=(),
            engine=EngineRef(name="person", model=""),
            usage=Usage(),
        )
        draft = await desk.rewrite(sample, before, context_for(place, brief)["instruction"], brand=brand)
    else:
        # Tasks that no brief alone asks for: the bare answer to the sample.
        request = GenerationRequest(messages=messages, n=1, max_tokens=_TOKENS, temperature=desk.temperature)
        made = await desk.engine.generate(request)
        note = "The model's bare answer to a sample: nothing was checked."
        return Tried(path=place.path, sha256=ref.sha256, messages=messages, texts=made.texts, notes=(note,))
    texts, notes = [], []
    for variant in draft.variants:
        texts.append(variant.text)
        if not variant.ready:
            reasons = "; ".join(check.reason or check.name for check in variant.failures)
            notes.append(f"Variant {variant.position} is not ready: {reasons}")
    return Tried(
        path=place.path,
        sha256=draft.prompt.sha256,
        messages=draft.messages,
        texts=tuple(texts),
        notes=(*notes, *draft.notes),
    )
