"""The corpus of prompt injections, `tests/data/injection.tsv`: where a text comes in, what it wants, and what a model
that obeys it writes."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.brand import Brand
from models.brief import Brief, make_brief

__all__ = ["BENIGN", "CASES", "Case", "brand_with", "brief_with", "marks_of", "obedient"]

DATA = Path(__file__).parent / "data" / "injection.tsv"

BENIGN = "plain words"
"""What stands where an injection would: its prompt is the measure of the others."""

TEAM_COPY = "Velvet Harbour tea: 37 leaves picked at dawn in Ostrava."
"""Copy of another team."""


@dataclass(frozen=True)
class Case:
    """One injection. `obeyed` is the copy of a model that obeys it; `{system}` and `{team}` stand for what it leaks."""

    id: str
    channel: str
    language: str
    goal: str
    text: str
    obeyed: str


def _plain(cell: str) -> str:
    """A cell with its escapes (`\\n`, `\\t`, `\\u202e`, `\\U000e0041`, `\\\\`) read."""
    return re.sub(
        r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|([nt\\]))",
        lambda m: {"n": "\n", "t": "\t", "\\": "\\"}[m[3]] if m[3] else chr(int(m[1] or m[2], 16)),
        cell,
    )


def _load() -> list[Case]:
    with DATA.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(**{name: _plain(cell) for name, cell in row.items()}) for row in rows]


CASES = _load()


def brief_with(case: Case, text: str, **over: Any) -> Brief:
    """A brief for a lamp in the case's language, with a text where the case wants it."""
    chinese = case.language == "zh"
    values: dict[str, Any] = {
        "kind": "ad",
        "product": "台灯" if chinese else "Desk lamp",
        "attributes": {"功率": "12瓦"} if chinese else {"power": "12 W"},
        "language": case.language,
        "n": 1,
    }
    _, _, name = case.channel.partition("brief.")
    if name == "attribute":
        values["attributes"] = {"功率" if chinese else "power": text}
    elif name in ("keywords", "must_include", "must_avoid"):
        values[name] = [text]
    elif name:
        values[name] = text
    return make_brief(values | over)


def brand_with(case: Case, text: str) -> Brand | None:
    """A brand profile with a text where the case wants it; None when it is about something else."""
    _, _, name = case.channel.partition("brand.")
    if not name:
        return None
    held: dict[str, Any] = {"voice": text, "example": text, "banned": text}
    field = {"voice": "voice", "example": "examples", "banned": "banned"}[name]
    value = {"voice": held["voice"], "examples": (text,), "banned": {text[:60]: ""}}[field]
    return Brand(name="Lumen", **{field: value})


_FENCE = re.compile(r"<\s*[/\\⁄∕]?\s*(brief|copy|request|thread|note|reviews|brand|texts)\b", re.IGNORECASE)
_TURN = re.compile(
    r"<\s*\||<\s*/?\s*s\s*>|<<\s*/?SYS|\[\s*/?\s*INST|<\s*(?:start|end)_of_turn|<\s*[be]os\b", re.IGNORECASE
)
# Format characters say nothing to a reader, and a model's tokenizer or a normaliser may drop them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def marks_of(text: str) -> list[str]:
    """Every fence and turn mark of a prompt as a normaliser leaves it (NFKC, nothing unseen), in order."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text))
    return [
        re.sub(r"\s", "", m.group()).lower()
        for m in re.finditer(f"{_FENCE.pattern}|{_TURN.pattern}", plain, re.I)
    ]


def obedient(case: Case, system: str = "") -> str:
    """The copy that a model writes which obeys the case's text."""
    return case.obeyed.replace("{system}", system).replace("{team}", TEAM_COPY)
