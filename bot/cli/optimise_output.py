"""How `copydesk optimize` shows what came of it: as text for people, as one object for programs."""

from typing import Any

import click

from bot.optimise import Optimised
from bot.optimise_notes import aimed_at
from bot.optimise_reading import Reading
from models.platforms import part_label, parts_for_brief
from models.variant import Variant

__all__ = ["as_object", "as_text"]


def as_object(optimised: Optimised) -> dict[str, Any]:
    """The result as docs/schema/optimize.schema.json describes it."""
    draft, plan = optimised.draft, optimised.plan
    brief = optimised.original.brief
    return {
        "original": {
            "id": optimised.variant_id,
            "text": optimised.copy_before.text,
            "parts": [part.model_dump() for part in optimised.copy_before.parts],
            "figures": _figures(optimised.before),
            "keywords": list(optimised.before.keywords),
            "summary": optimised.before.summary,
        },
        "language": brief.resolved_language,
        "platform": brief.platform,
        "aim": {
            "asked": plan.asked,
            "basis": plan.basis,
            "aims": list(plan.aims),
            "weak": list(plan.weak),
        },
        "asked": optimised.asked,
        "improved": len(draft.variants) if draft else 0,
        "rewrites": [
            {**_variant(variant), "figures": _figures(after)}
            for variant, after in zip(draft.variants if draft else (), optimised.after, strict=True)
        ],
        "draft_id": draft.id if draft else None,
        "engine": draft.engine.model_dump(mode="json") if draft else None,
        "prompt": draft.prompt.model_dump(mode="json") if draft else None,
        "usage": draft.usage.model_dump(mode="json") if draft else None,
        "notes": list(optimised.notes),
    }


def as_text(optimised: Optimised) -> str:
    """The figures, what is aimed at, the rewrites with their figures, and what is to be said of them."""
    before, draft = optimised.before, optimised.draft
    brief = optimised.original.brief
    lines = [click.style(brief.product, bold=True), f"  {', '.join(_told(before))}"]
    if before.keywords:
        lines.append(f"  keywords: {', '.join(before.keywords)}")
    if before.summary:
        lines.append(f"  in short: {before.summary}")
    lines.append(f"  {aimed_at(optimised.plan, brief.resolved_language)}")
    labels = {spec.name: part_label(spec, brief.resolved_language) for spec in parts_for_brief(brief)}
    for variant, after in zip(draft.variants if draft else (), optimised.after, strict=True):
        lines += ["", f"{variant.position}. {', '.join(_moved(before, after))}"]
        for part in variant.parts:
            shown = part.text.replace("\n", "\n     ")
            lines.append(f"   {click.style(labels.get(part.name, part.name), dim=True)}  {shown}")
        lines += [
            click.style(f"   ~ {check.reason or check.name}", fg="yellow") for check in variant.failures
        ]
    lines += ["", *optimised.notes]
    if draft:
        made = f"Written by {draft.engine.name} ({draft.engine.model}) in {draft.usage.seconds:.1f} s."
        lines.append(click.style(made, dim=True))
    return "\n".join(lines)


def _variant(variant: Variant) -> dict[str, Any]:
    dumped = variant.model_dump(mode="json", exclude={"brief_id", "sentiment", "keyword_coverage"})
    return {**dumped, "text": variant.text, "ready": variant.ready}


def _figures(reading: Reading) -> dict[str, Any]:
    return {
        "sentiment": reading.sentiment.model_dump(mode="json") if reading.sentiment else None,
        "readability": reading.readability,
        "level": reading.level,
        "characters": reading.characters,
        "marks": reading.marks,
        "lengths": [part.model_dump() for part in reading.lengths],
    }


def _told(reading: Reading) -> list[str]:
    feels = reading.sentiment
    told = [f"sentiment {feels.label} {feels.score:+.2f}" if feels else "sentiment not scored"]
    if reading.readability is not None:
        told.append(f"readability {reading.readability:.0f} of 100 ({reading.level})")
    told.append(f"{reading.characters:,} characters")
    return told + [f"{part.label}: {part.said}" for part in reading.lengths]


def _moved(before: Reading, after: Reading) -> list[str]:
    moved = []
    if before.sentiment and after.sentiment:
        moved.append(f"sentiment {before.sentiment.score:+.2f} → {after.sentiment.score:+.2f}")
    if before.readability is not None and after.readability is not None:
        moved.append(f"readability {before.readability:.0f} → {after.readability:.0f}")
    moved.append(f"{before.characters:,} → {after.characters:,} characters")
    return moved + [f"{part.label}: {part.said}" for part in after.lengths]
