"""Text that libraries written in other languages take: without halves of surrogate pairs."""

import re

_LONE = re.compile(r"[\ud800-\udfff]")


def encodable(text: str) -> str:
    """The text as long as before, each half of a surrogate pair as U+FFFD: UTF-8 has no form for it."""
    return _LONE.sub("\ufffd", text)
