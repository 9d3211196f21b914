"""Builders of the values that tests arrange with: a usable default, changed by keyword.

`brief(product="Gift card")`, `variant(parts=[("headline", "Hello")])`, `draft(n=2)`.
"""

import itertools
from collections.abc import Iterable
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

_ids = itertools.count(1)

SHA = "0" * 64


def brief(**over: Any) -> Brief:
    """An English ad brief for Google's search ads; `brief(language="zh")` speaks Chinese."""
    chinese = over.get("language") == "zh"
    values: dict[str, Any] = (
        {
            "kind": Kind.AD,
            "product": "极光X智能手机",
            "attributes": {"电池": "5000毫安时", "摄像头": "1.08亿像素"},
            "audience": "年轻旅行者",
            "platform": "google_rsa",
            "language": "zh",
        }
        if chinese
        else {
            "kind": Kind.AD,
            "product": "Aurora X phone",
            "attributes": {"battery": "5000 mAh", "camera": "108 MP"},
            "audience": "young travellers",
            "platform": "google_rsa",
            "language": "en",
        }
    )
    return Brief.model_validate(values | over)


def parts(pairs: Iterable[tuple[str, str] | Part]) -> tuple[Part, ...]:
    """Parts from (name, text) pairs."""
    return tuple(pair if isinstance(pair, Part) else Part(name=pair[0], text=pair[1]) for pair in pairs)


def check(**over: Any) -> Check:
    """A passed hard check of the limits."""
    return Check.model_validate({"name": "limits", "passed": True} | over)


def sentiment(**over: Any) -> Sentiment:
    """A positive English sentiment."""
    values = {
        "label": "positive",
        "score": 0.8,
        "confidence": 0.9,
        "language": "en",
        "scored_by": "copydesk-mpnet6-en",
    }
    return Sentiment.model_validate(values | over)


def variant(**over: Any) -> Variant:
    """A ready variant in the shape of a Google search ad; `parts` may be (name, text) pairs."""
    number = next(_ids)
    values: dict[str, Any] = {
        "id": f"v{number}",
        "brief_id": "b1",
        "position": 1,
        "parts": (
            ("headline", "Aurora X: 5000 mAh"),
            ("headline", "108 MP in your pocket"),
            ("headline", "For young travellers"),
            ("description", "A 5000 mAh battery and a 108 MP camera for long days on the road."),
            ("description", "Pack light: one phone for maps, calls and photographs."),
        ),
        "lineage": Lineage(),
    } | over
    values["parts"] = parts(values["parts"])
    return Variant(**values)


def draft(**over: Any) -> Draft:
    """A draft with `n` variants (3 unless told) of one brief; `variants` may be given instead."""
    n = over.pop("n", 3)
    number = next(_ids)
    asked = over.get("brief") or brief()
    brief_id = over.get("brief_id", f"b{number}")
    values: dict[str, Any] = {
        "id": f"d{number}",
        "brief_id": brief_id,
        "brief": asked,
        "variants": tuple(variant(brief_id=brief_id, position=index + 1) for index in range(n)),
        "prompt": PromptRef(template="ad/en/small_a.j2", sha256=SHA),
        "messages": (
            Message(role="system", content="You write copy."),
            Message(role="user", content=f"Write an ad for {asked.product}."),
        ),
        "engine": EngineRef(name="local", model="smollm2-135m-instruct"),
        "usage": Usage(prompt_tokens=120, completion_tokens=90, seconds=1.5),
    } | over
    values["variants"] = tuple(values["variants"])
    return Draft(**values)
