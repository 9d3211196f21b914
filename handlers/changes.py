"""What a rewrite changed, word by word; Chinese character by character."""

import difflib
import re
from collections.abc import Iterator

from handlers.blocks import Leaf, plain
from models.variant import Variant

# A word with its inner marks, a figure, one Chinese character or one mark, with the space before it.
_TOKEN = re.compile(
    r"\s*(?:[^\W\d_\u3400-\u9fff\uf900-\ufaff]+(?:['’-][^\W\d_\u3400-\u9fff]+)*|\d+(?:[.,]\d+)*|\S)|\s+"
)
_KEPT_AROUND = 4
# Comparing takes time that grows with the square of the length.
MOST_TOKENS = 2_000


def changes(before: Variant, after: Variant) -> list[Leaf]:
    """The leaves that show what changed, additions bold and removals struck; empty when nothing did.

    Long stretches that stayed are shortened to an ellipsis.
    """
    old, new = _tokens(before.text), _tokens(after.text)
    if old == new:
        return []
    if max(len(old), len(new)) > MOST_TOKENS:
        return [plain("…")]
    leaves: list[Leaf] = []
    matcher = difflib.SequenceMatcher(None, old, new)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            first, last = not leaves, old_to == len(old)
            leaves += [plain(_shortened(old[old_from:old_to], first=first, last=last))]
            continue
        leaves += _marked(old[old_from:old_to], strike=True)
        leaves += _marked(new[new_from:new_to], bold=True)
    return leaves


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _marked(tokens: list[str], **style: bool) -> Iterator[Leaf]:
    text = "".join(tokens)
    if text:
        # Style on a line end shows as nothing; a visible sign tells that lines were joined or parted.
        yield plain(text if text.strip() else text.replace("\n", "↵\n") or text, **style)


def _shortened(tokens: list[str], *, first: bool, last: bool) -> str:
    """A stretch that stayed, with only what stands next to a change."""
    head, tail = (0 if first else _KEPT_AROUND), (0 if last else _KEPT_AROUND)
    if len(tokens) <= head + tail + 2:
        return "".join(tokens)
    return "".join(tokens[:head]) + "…" + "".join(tokens[len(tokens) - tail :])
