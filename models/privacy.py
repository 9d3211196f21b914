"""Masks personal data in what customers write, before it reaches a prompt, a log or a message."""

import re
from collections import Counter

from models.privacy_rules import fold, rules
from models.variant import Value

_REPEATED = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._+-]*")
_LEAST_REPEATED = 6
# Masking may bring two pieces together that were apart only in the first reading; in practice one round is enough.
_ROUNDS = 4


PLACEHOLDER = re.compile(r"\[(?:email|phone|card|id|order|account|iban|url|ip)\]")
"""What stands where personal data stood."""


class Masked(Value):
    """A text without personal data: what was found is replaced by its kind in brackets (`[phone]`)."""

    text: str
    found: tuple[tuple[str, int], ...]
    """The kinds (email, phone, card, id, order, account, iban, url, ip) and how many of each."""


def mask(text: str) -> Masked:
    """Replace personal data by its kind, the same in every language: `[email]`, `[phone]`, `[card]`, `[id]`, …

    Found by form and, where there is one, by check digit: e-mail addresses, telephone numbers (Chinese mobile and
    landline, international, North American, British, French), bank cards, Chinese resident identity cards, US
    social security numbers, IBANs, IP addresses, web addresses that carry a name or a token. Found by the words
    before them: order, tracking and parcel numbers, accounts (WeChat, QQ), passports, any number called a
    telephone. Full-width digits and separators are seen through. Prices, dates, measures, model numbers and
    product codes (EAN, ISBN) stay. The rules are in `data/privacy.toml`.

    Names and street addresses are not found: no rule tells them from other words.

    Masking a masked text changes nothing.
    """
    found: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        spans = _spans(fold(text))
        if not spans:
            break
        found.update(kind for _, _, kind in spans)
        pieces, position = [], 0
        for start, end, kind in spans:
            pieces += [text[position:start], f"[{kind}]"]
            position = end
        text = "".join([*pieces, text[position:]])
    return Masked(text=text, found=tuple(sorted(found.items())))


def _spans(folded: str) -> list[tuple[int, int, str]]:
    """Where personal data stands, in order, without overlaps; earlier rules win."""
    taken = bytearray(len(folded))
    spans: list[tuple[int, int, str]] = []
    values: dict[str, str] = {}
    for kind, find in rules():
        for start, end in find(folded):
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            if kind != "keep":
                spans.append((start, end, kind))
                values[folded[start:end]] = kind
    known = {value: kind for value, kind in values.items() if len(value) >= _LEAST_REPEATED}
    if known:
        # A number that was told to be an order number is one where it stands alone too.
        for match in _REPEATED.finditer(folded):
            start, value = match.start(), match[0].rstrip(".-_+@")
            if value in known and not any(taken[start : start + len(value)]):
                spans.append((start, start + len(value), known[value]))
    return sorted(spans)
