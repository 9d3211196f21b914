"""Builds drafts for the history's tests."""

from __future__ import annotations

import itertools
from typing import Any

from models.brief import Brief, Kind
from models.variant import (
    Check,
    Draft,
    EngineRef,
    Lineage,
    Message,
    Part,
    PromptRef,
    Sentiment,
    Usage,
    Variant,
)

_numbers = itertools.count(1)


def make_variant(brief_id: str, text: str = "Travel light", position: int = 1, **more: Any) -> Variant:
    """One variant with a headline, and with a passed and a failed check unless told otherwise."""
    values: dict[str, Any] = {
        "id": f"v{next(_numbers)}",
        "brief_id": brief_id,
        "position": position,
        "parts": (Part(name="headline", text=text), Part(name="description", text="108 MP camera")),
        "checks": (
            Check(name="limits", passed=True),
            Check(name="must_include", passed=False, severity="soft", part="headline", reason="no “battery”"),
        ),
        "sentiment": Sentiment(
            label="positive", score=0.75, confidence=0.9, language="en", scored_by="copydesk-mpnet6-en"
        ),
        "keyword_coverage": 0.5,
    }
    return Variant(**values | more)


def make_draft(*texts: str, brief: Brief | None = None, parent: Variant | None = None, **more: Any) -> Draft:
    """A draft with one variant for each text; with `parent` the draft is a rewrite of it."""
    brief = brief or Brief(kind=Kind.AD, product="Aurora X phone", attributes={"battery": "5000 mAh"})
    number = next(_numbers)
    brief_id = parent.brief_id if parent else f"b{number}"
    lineage = (
        Lineage(parent_id=parent.id, round=parent.lineage.round + 1, instruction="shorter please")
        if parent
        else Lineage()
    )
    variants = tuple(
        make_variant(brief_id, text, position, lineage=lineage)
        for position, text in enumerate(texts or ("Travel light",), start=1)
    )
    values: dict[str, Any] = {
        "id": f"d{number}",
        "brief_id": brief_id,
        "brief": brief,
        "variants": variants,
        "prompt": PromptRef(template="ad/en/plain.j2", sha256="a" * 64),
        "messages": (
            Message(role="system", content="You write ads."),
            Message(role="user", content="Aurora X phone"),
        ),
        "engine": EngineRef(name="local", model="smollm2"),
        "usage": Usage(prompt_tokens=120, completion_tokens=60, seconds=1.5, cost_usd=0.002),
        "notes": ("a note",),
    }
    return Draft(**values | more)
