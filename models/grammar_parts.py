"""A brief's text as parts: names, values and lists, read in one pass, and the quoting that keeps them whole."""

import dataclasses
import re

from models.brief import clean_text
from models.field_names import FIELD_NAMES, LIST_FIELDS, fold_name

__all__ = ["MAX_NAME", "SEPARATORS", "TextPart", "quoted", "read_parts"]

MAX_NAME = 60
"""The longest name without quotes: a longer text before a colon is a sentence."""

SEPARATORS = ",，、;；"
"""What divides the items of a list."""

_DOUBLE = '"“”„‟＂'
_SINGLE = "'‘’‚‛＇"
_QUOTES = {**dict.fromkeys(_DOUBLE, _DOUBLE), **dict.fromkeys(_SINGLE, _SINGLE)}
_QUOTE_END = {quotes: re.compile(rf"\\.|[{quotes}]", re.DOTALL) for quotes in (_DOUBLE, _SINGLE)}
_ESCAPE = re.compile(rf"\\([\\|｜:：{SEPARATORS}{_DOUBLE}{_SINGLE}])")
_BLANK = re.compile(r"[^\S\n]*")
_NAME_STOP = re.compile(r"\\.|[|｜\n:：]", re.DOTALL)
_TEXT_STOP = re.compile(r"\\.|[|｜\n]|(?<=\s)--(?=[^\W\d_])", re.DOTALL)
_ITEM_STOP = re.compile(rf"\\.|[|｜\n{SEPARATORS}]|(?<=\s)--(?=[^\W\d_])", re.DOTALL)
_FLAG = re.compile(r"--([^\W\d_][\w-]{0,30})(?:[^\S\n]*[=:：][^\S\n]*|[^\S\n]+)")
_BULLET = re.compile(r"[-*•·▪‣–—][^\S\n]+")
_EMOJI_NAME = re.compile(r"(?<!\S):[a-z0-9_+'-]+:", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[|｜\n\\]|(?:^|\s)--[^\W\d_]")


@dataclasses.dataclass
class TextPart:
    """One part of a brief's text.

    `name` is None if it has none; `field` is the brief's field that the name means, empty for an attribute's (a
    quoted name always is). A list has `items`, anything else a `value`. `new_line`: a line break came before it.
    """

    name: str | None = None
    field: str = ""
    value: str = ""
    items: list[str] = dataclasses.field(default_factory=list)
    new_line: bool = False
    quoted_name: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was said: no item, or a blank value."""
        return not clean_text("".join(self.items) + self.value)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def parts(self) -> list[TextPart]:
        found: list[TextPart] = []
        new_line = False
        while self.at < len(self.text):
            self.at = self._after_blank(self.at)
            if new_line and (bullet := _BULLET.match(self.text, self.at)):
                self.at = bullet.end()
            part = TextPart(new_line=new_line)
            self._read_name(part)
            if part.field in LIST_FIELDS:
                part.items = self._items()
            else:
                part.value = self._value(_TEXT_STOP, "")
            found.append(part)
            new_line = self._here() == "\n"
            if self._here() in "|｜\n":
                self.at += 1
        return found

    def _here(self) -> str:
        return self.text[self.at : self.at + 1]

    def _after_blank(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at

    def _read_name(self, part: TextPart) -> None:
        """Fill in the part's name, if it has one, and move behind its colon."""
        flag = self._flag(self.at)
        if flag:
            part.name, self.at = flag[1], flag.end()
            part.field = FIELD_NAMES[fold_name(flag[1])]
            return
        end = self._quote_end(self.at)
        if end:
            after = self._after_blank(end)
            if self.text[after : after + 1] in {":", "："}:
                part.name, part.quoted_name = _unescape(self.text[self.at + 1 : end - 1]), True
                self.at = after + 1
                return
            if self._ends_part(after):
                return
        at = self.at
        while stop := _NAME_STOP.search(self.text, at, self.at + MAX_NAME + 1):
            at = stop.end()
            if stop[0] in {"|", "｜", "\n"}:
                return
            if stop[0] in {":", "："}:
                if emoji := _EMOJI_NAME.match(self.text, stop.start()):
                    at = emoji.end()
                elif self._divides(stop.start()):
                    name = _unescape(self.text[self.at : stop.start()])
                    if clean_text(name):
                        part.name, part.field, self.at = name, FIELD_NAMES.get(fold_name(name), ""), at
                    return

    def _divides(self, colon: int) -> bool:
        """Whether a colon ends a name: not one in a time (10:30), a ratio (2:1) or a URL."""
        before, after = self.text[max(0, colon - 1) : colon], self.text[colon + 1 : colon + 2]
        in_number = before.isdigit() and after.isdigit()
        return not in_number and self.text[colon + 1 : colon + 3] != "//"

    def _flag(self, at: int) -> re.Match[str] | None:
        """A field's name as a flag (`--n 3`); other words after two hyphens are text."""
        flag = _FLAG.match(self.text, at)
        return flag if flag and fold_name(flag[1]) in FIELD_NAMES else None

    def _ends_part(self, at: int, ends: str = "") -> bool:
        here = self.text[at : at + 1]
        return not here or here in "|｜\n" or here in ends or bool(self._flag(at))

    def _quote_end(self, start: int) -> int:
        """Where the quotation that opens at `start` ends; 0 if none opens there or it is never closed."""
        quotes = _QUOTES.get(self.text[start : start + 1])
        if not quotes:
            return 0
        at = start + 1
        while stop := _QUOTE_END[quotes].search(self.text, at):
            at = stop.end()
            if stop[0][0] != "\\":
                return at
        return 0

    def _value(self, stops: re.Pattern[str], ends: str) -> str:
        """A value up to a divider, a flag or one of `ends`; a quoted one keeps them."""
        start = at = self.at = self._after_blank(self.at)
        end = self._quote_end(start)
        if end and self._ends_part(after := self._after_blank(end), ends):
            self.at = after
            return _unescape(self.text[start + 1 : end - 1])
        while stop := stops.search(self.text, at):
            at = stop.end()
            if stop[0][0] == "\\" or (stop[0] == "--" and not self._flag(stop.start())):
                continue
            self.at = stop.start()
            return _unescape(self.text[start : self.at])
        self.at = len(self.text)
        return _unescape(self.text[start:])

    def _items(self) -> list[str]:
        items = [self._value(_ITEM_STOP, SEPARATORS)]
        while self._here() and self._here() in SEPARATORS:
            self.at += 1
            items.append(self._value(_ITEM_STOP, SEPARATORS))
        return items


def _unescape(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)


def read_parts(text: str) -> list[TextPart]:
    """Split a brief's text into its parts, in time proportional to its length; empty ones are left out.

    Lines below a list's name, or below a name that has no value yet, belong to it.
    """
    found: list[TextPart] = []
    waiting: TextPart | None = None
    for part in _Reader(text).parts():
        if part.name is not None:
            found.append(part)
            waiting = part if part.field in LIST_FIELDS or part.empty else None
        elif part.empty:
            waiting = waiting if part.new_line else None
        elif waiting is None or not part.new_line:
            found.append(part)
            waiting = None
        elif waiting.field in LIST_FIELDS:
            waiting.items += re.split(f"[{SEPARATORS}]", part.value)
        else:
            waiting.value, waiting = part.value, None
    return found


def quoted(text: str, *, always: bool = False) -> str:
    """A text as it is written in a brief: plain where that reads back the same, else in quotes.

    Args:
        text: A name, value or item, cleaned.
        always: Quote it in any case.
    """
    if not always and not _NOT_PLAIN.search(text) and text[:1] not in _QUOTES:
        return text
    return '"' + re.sub(rf"([\\{_DOUBLE}])", r"\\\1", text) + '"'
