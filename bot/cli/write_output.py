"""How `copydesk write` shows a draft: as text for people, as one object for programs."""

from typing import Any

import click

from models.platforms import find_platform, part_label, parts_for
from models.variant import Draft, Variant


def as_object(draft: Draft) -> dict[str, Any]:
    """The draft as docs/schema/write.schema.json describes it."""
    return {
        "id": draft.id,
        "brief": draft.brief.model_dump(mode="json") | {"language": draft.brief.resolved_language},
        "variants": [_variant(variant) for variant in draft.variants],
        "engine": draft.engine.model_dump(mode="json"),
        "prompt": draft.prompt.model_dump(mode="json"),
        "usage": draft.usage.model_dump(mode="json"),
        "notes": list(draft.notes),
        "brand": draft.brand.model_dump(mode="json") if draft.brand else None,
    }


def _variant(variant: Variant) -> dict[str, Any]:
    dumped = variant.model_dump(mode="json", exclude={"brief_id"})
    return {**dumped, "text": variant.text, "ready": variant.ready}


def as_text(draft: Draft) -> str:
    """The variants best first, with what was checked and scored, then what made them."""
    brief = draft.brief
    where = f" for {find_platform(brief.platform).name}" if brief.platform else ""
    lines = [click.style(f"{brief.product}: {brief.kind.value}{where}", bold=True)]
    labels = {
        spec.name: part_label(spec, brief.resolved_language) for spec in parts_for(brief.kind, brief.platform)
    }
    for variant in draft.variants:
        lines += ["", f"{variant.position}. {_verdict(variant)}"]
        for part in variant.parts:
            label = labels.get(part.name, part.name)
            shown = part.text.replace("\n", "\n     ")
            lines.append(f"   {click.style(label, dim=True)}  {shown}")
        lines += [
            click.style(
                f"   {'!' if check.severity == 'hard' else '~'} {check.reason or check.name}", fg="yellow"
            )
            for check in variant.failures
        ]
    return "\n".join([*lines, "", *_made_by(draft)])


def _verdict(variant: Variant) -> str:
    facts = [click.style("ready", fg="green") if variant.ready else click.style("not ready", fg="red")]
    if variant.sentiment:
        facts.append(f"sentiment {variant.sentiment.label} {variant.sentiment.score:+.2f}")
    else:
        facts.append("sentiment not scored")
    if variant.keyword_coverage is not None:
        facts.append(f"keywords {variant.keyword_coverage:.0%}")
    passed = sum(check.passed for check in variant.checks)
    facts.append(f"{passed} of {len(variant.checks)} checks passed")
    return ", ".join(facts)


def _made_by(draft: Draft) -> list[str]:
    usage = draft.usage
    tokens = usage.prompt_tokens + usage.completion_tokens
    made = (
        f"Written by {draft.engine.name} ({draft.engine.model}) in {usage.seconds:.1f} s, {tokens:,} tokens"
    )
    if usage.cost_usd is not None:
        made += f", ${usage.cost_usd:.4f}"
    scorer = next((variant.sentiment.scored_by for variant in draft.variants if variant.sentiment), "")
    lines = [f"{made}.", *([f"Sentiment by {scorer}."] if scorer else []), *draft.notes]
    return [click.style(line, dim=True) for line in lines]
