"""Hypothesis strategies for briefs and for the texts that people type."""

from hypothesis import strategies as st

from models.brief import MAX_BRIEF_CHARACTERS, Brief, Kind, clean_text
from models.platforms import platforms

# What the grammar gives a meaning to, and what people paste; drawn far more often than chance would.
MARKS = [
    *"|｜:：\"“”„‘’'\\,，、;；\n-— .#()（）「」`",
    " | ",
    ": ",
    "：",
    "--",
    " --n 3",
    ":rocket:",
    "\\|",
    "\\\\",
    '\\"',
    "10:30",
    "2:1",
    "https://example.com/a|b",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\u200d",
    "\u0301",
    "👩‍👩‍👧",
    "🇨🇳",
    "1️⃣",
]
WORDS = [
    "Aurora X",
    "for",
    "audience",
    "Tone",
    "must include",
    "n",
    "ad",
    "kind",
    "platform",
    "google_rsa",
    "极光X手机",
    "受众",
    "关键词",
    "平台",
    "电池5000毫安时",
    "5000 mAh",
    "$399.90",
    "15 %",
    "café",
    "カメラ",
    "카메라",
]
characters = st.characters(codec="utf-8")
pieces = st.one_of(
    st.sampled_from(MARKS), st.sampled_from(WORDS), characters, st.text(characters, max_size=8)
)
typed = st.lists(pieces, max_size=30).map("".join)

cleaned = st.lists(pieces, max_size=6).map(lambda drawn: clean_text("".join(drawn)))
filled = cleaned.filter(bool)


@st.composite
def briefs(draw: st.DrawFn) -> Brief:
    """Any valid brief."""
    names = st.one_of(st.sampled_from(WORDS), filled).map(lambda name: clean_text(name[:200]))
    attributes = draw(st.dictionaries(names.filter(bool), filled, max_size=5))
    items = st.lists(filled, max_size=4).map(tuple)
    values = {
        "kind": draw(st.sampled_from(Kind)),
        "product": clean_text(draw(filled)[:300]) or "X",
        "attributes": attributes,
        **{name: draw(cleaned) for name in ("audience", "goal", "offer", "dates", "tone")},
        **{name: draw(items) for name in ("channels", "keywords", "must_include", "must_avoid")},
        "platform": draw(st.sampled_from(["", *platforms()])),
        "language": draw(st.sampled_from([None, "en", "zh"])),
        "n": draw(st.integers(1, 8)),
    }
    total = sum(len(str(value)) for value in values.values())
    return Brief.model_validate(values if total < MAX_BRIEF_CHARACTERS else values | {"attributes": {}})
