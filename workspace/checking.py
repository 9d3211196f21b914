"""The small checks of which Block Kit validation is made, noting findings in Slack's words with a pointer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

Json = dict[str, Any]


class Checker:
    """Collects findings in Slack's words: ``must be less than 76 characters [json-pointer:/blocks/0/text]``.

    Args:
        surface: ``message``, ``modal`` or ``home``; some blocks exist only on some of them.
        root: the pointer under which the checked blocks sit (``""`` for a message, ``/view`` for a view).
    """

    def __init__(self, surface: str, root: str = "") -> None:
        self.surface = surface
        self.root = root
        self.findings: list[str] = []

    def note(self, message: str, pointer: str) -> None:
        """Adds a finding."""
        self.findings.append(f"{message} [json-pointer:{self.root}{pointer}]")

    def is_object(self, value: Any, pointer: str) -> bool:
        """Notes what is not a JSON object."""
        if isinstance(value, dict):
            return True
        self.note("must provide an object", pointer)
        return False

    def kind(self, holder: Json, pointer: str) -> str | None:
        """The holder's ``type``; notes a missing one and one that is no string."""
        value = holder.get("type")
        if value is None:
            self.note("missing required field: type", pointer)
        elif isinstance(value, str):
            return value
        else:
            self.note("must be a string", f"{pointer}/type")
        return None

    def fields(
        self, holder: Json, pointer: str, required: Collection[str], optional: Collection[str]
    ) -> None:
        """Notes missing required fields and fields that Slack does not know."""
        for name in required:
            if holder.get(name) is None:
                self.note(f"missing required field: {name}", pointer)
        for name in holder:
            if (
                name not in required
                and name not in optional
                and name not in ("type", "block_id", "action_id")
            ):
                self.note(f"invalid additional property: {name}", pointer)

    def string(self, holder: Json, name: str, pointer: str, longest: int, shortest: int = 0) -> None:
        """Checks an optional plain string's length."""
        value = holder.get(name)
        if value is None:
            return
        if not isinstance(value, str):
            self.note("must be a string", f"{pointer}/{name}")
            return
        self.length(value, f"{pointer}/{name}", longest, shortest)

    def length(self, value: str, pointer: str, longest: int, shortest: int = 0) -> None:
        """Checks a string's length in characters."""
        if len(value) > longest:
            self.note(f"must be less than {longest + 1} characters", pointer)
        if len(value) < shortest:
            self.note(f"must be more than {shortest - 1} characters", pointer)

    def choice(self, holder: Json, name: str, pointer: str, allowed: Collection[str]) -> None:
        """Checks an optional enumeration."""
        value = holder.get(name)
        if value is not None and value not in allowed:
            self.note(f"must be one of: {', '.join(sorted(allowed))}", f"{pointer}/{name}")

    def boolean(self, holder: Json, name: str, pointer: str) -> None:
        """Checks an optional boolean."""
        if holder.get(name) is not None and not isinstance(holder[name], bool):
            self.note("must be a boolean", f"{pointer}/{name}")

    def items(self, holder: Json, name: str, pointer: str, most: int, least: int = 0) -> list[Any]:
        """Checks an optional array's size and returns its items."""
        return [] if holder.get(name) is None else self.array(holder[name], f"{pointer}/{name}", most, least)

    def array(self, value: Any, pointer: str, most: int, least: int = 0) -> list[Any]:
        """Checks an array's size and returns its items."""
        if not isinstance(value, list):
            self.note("must be an array", pointer)
            return []
        if len(value) > most:
            self.note(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            self.note(f"no fewer than {least} items allowed", pointer)
        return value

    def text(
        self, holder: Json, name: str, pointer: str, longest: int, plain: bool = False, shortest: int = 1
    ) -> None:
        """Checks an optional text object.

        https://docs.slack.dev/reference/block-kit/composition-objects/text-object

        Args:
            holder: the object that has the text.
            name: the field.
            pointer: where the holder is.
            longest: the most characters.
            plain: only ``plain_text`` is allowed.
            shortest: the fewest characters.
        """
        if holder.get(name) is not None:
            self.text_object(holder[name], f"{pointer}/{name}", longest, plain, shortest)

    def text_object(
        self, value: Any, pointer: str, longest: int, plain: bool = False, shortest: int = 1
    ) -> None:
        """Checks one text object."""
        if not self.is_object(value, pointer):
            return
        kind = self.kind(value, pointer)
        allowed = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if kind is not None and kind not in allowed:
            self.note(f"unsupported type: {kind}", f"{pointer}/type")
        self.fields(value, pointer, ("text",), ("emoji", "verbatim"))
        if kind == "mrkdwn" and "emoji" in value:
            self.note("invalid additional property: emoji", pointer)
        if kind == "plain_text" and "verbatim" in value:
            self.note("invalid additional property: verbatim", pointer)
        if value.get("text") is not None:
            self.string(value, "text", pointer, longest, shortest)
