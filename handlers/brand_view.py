"""The brand's forms: a profile to read and edit, texts to draft one from; and the list of its versions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from bot.brand_lines import banned_lines, disclaimer_lines, lines_of, read_banned, read_disclaimers
from bot.brand_style import FEWEST_TEXTS, MOST_TEXTS
from bot.store import BrandVersion
from handlers.blocks import Block, button, person, plain, rich, words
from handlers.forms import MOST_INPUT, input_block, multi_select, option, select
from models.brand import MAX_EXAMPLES, MAX_EXCLAMATIONS, MAX_NAME, MAX_TEXT, Brand, BrandError
from models.brief import clean_text
from models.markets import Market

__all__ = [
    "CHANNEL",
    "DRAFT",
    "OPEN",
    "PROFILE",
    "TEXTS",
    "WORKSPACE",
    "Where",
    "brand_values",
    "given_texts",
    "profile_view",
    "reading_view",
    "texts_view",
    "told_versions",
]

PROFILE, TEXTS = "brand_profile", "brand_texts"
"""The callback ids of the two forms."""

DRAFT, OPEN = "brand_draft", "brand_open"
"""The buttons that open the second form, and a version or a draft in the first."""

CHANNEL, WORKSPACE = "channel", "workspace"

_PLAIN_LISTS = ("preferred", "competitors", "references", "facts", "markets", "sectors")
_LISTS = (*_PLAIN_LISTS, "banned", "disclaimers")
_CHOICES = ("spelling", "script", "address", "spacing", "emoji")
_ANY = "any"
_PASTES = 6
_SHOWN_VERSIONS = 20

_MARKETS: dict[Market, str] = {
    "cn": "China",
    "us": "United States",
    "eu": "European Union",
    "uk": "United Kingdom",
}
_SECTORS = {
    "supplement": "Food supplements",
    "medical": "Medicine and medical goods",
    "children": "For children",
    "general": "None of these",
}
"""What a sector is called where its name alone would not say it; a team's own rules may have others."""


class Where(TypedDict):
    """What a form knows of where it was opened: the place, and the latest version of each scope at that time."""

    team_id: str
    channel_id: str
    versions: dict[str, int]
    source: str


def profile_view(
    where: Where, scope: str, brand: Brand | None, sectors: Iterable[str], notice: str = ""
) -> Block:
    """A profile as a form.

    Args:
        where: Where it was opened.
        scope: `channel` or `workspace`: what is chosen at first.
        brand: What the fields hold at first.
        sectors: The sectors that there are to choose from.
        notice: A sentence above them.
    """
    held = brand or Brand()
    scopes = [option("This channel", CHANNEL), option("The whole workspace", WORKSPACE)]
    blocks = [
        *(rich(*words(notice)) if notice else []),
        {
            "type": "actions",
            "block_id": "more",
            "elements": [button(DRAFT, "Draft from our copy…", "draft")],
        },
        select("scope", "Save for", scopes, next(one for one in scopes if one["value"] == scope)),
        input_block("name", "Brand", held.name, most=MAX_NAME),
        input_block(
            "voice",
            "Voice",
            held.voice,
            multiline=True,
            most=MAX_TEXT,
            hint="In your words: how it sounds, how it never sounds",
        ),
        *_examples(held),
        *_line_inputs("banned", "Words it never uses", banned_lines(held), "One a line: cheap -> affordable"),
        *_line_inputs("preferred", "Words it likes", held.preferred, "One a line"),
        *_line_inputs("competitors", "Competitors not to name", held.competitors, "One a line"),
        *_line_inputs(
            "references",
            "What others say",
            held.references,
            "One a line: slogans and copy of others, which no copy may repeat",
        ),
        *_line_inputs(
            "disclaimers",
            "Required text",
            disclaimer_lines(held),
            "One a line; where it is required in brackets: Terms apply. [ad, google_rsa, en]",
        ),
        *_line_inputs(
            "facts",
            "Facts that are always true",
            held.facts,
            "One a line, e.g. founded: 1998. Copy may state them",
        ),
        multi_select(
            "markets",
            "Advertising rules of",
            [option(name, market) for market, name in _MARKETS.items()],
            held.markets,
            "None chosen: as Copydesk is set up, else by the copy's language",
        ),
        multi_select(
            "sectors",
            "What it sells",
            # One that has gone from the rules is shown too, so that saving can say so.
            [option(_sector(name), name) for name in dict.fromkeys([*sectors, *held.sectors])],
            held.sectors,
            "Goods with rules of their own. None chosen: as Copydesk is set up, else by the brief's words",
        ),
        _choice("spelling", "English spelling", held.spelling, {"us": "American", "uk": "British"}),
        _choice("script", "Chinese characters", held.script, {"simplified": "简体", "traditional": "繁體"}),
        _choice("address", "How Chinese copy addresses the reader", held.address, {"你": "你", "您": "您"}),
        _choice(
            "spacing",
            "Between Chinese and Latin",
            held.spacing,
            {"spaced": "A space: 用 5G 上网", "tight": "No space: 用5G上网"},
        ),
        _choice(
            "emoji", "Emoji", held.emoji, {"none": "None", "few": "Two at most", "free": "As many as fit"}
        ),
        input_block(
            "allowed_emoji",
            "Only these emoji",
            " ".join(held.allowed_emoji),
            hint="Divided by spaces; empty for any",
        ),
        input_block(
            "max_exclamations",
            "Exclamation marks at most",
            "" if held.max_exclamations is None else str(held.max_exclamations),
            hint=f"In the whole copy, 0 to {MAX_EXCLAMATIONS}; empty for any number",
        ),
    ]
    return _modal(PROFILE, "Brand profile", "Save", where, blocks)


def texts_view(where: Where) -> Block:
    """A form for texts that a profile is drafted from."""
    hint = "An empty line between texts, or one a line"
    pastes = [
        input_block(
            "texts" if place == 0 else f"texts_{place + 1}",
            f"{FEWEST_TEXTS} to {MOST_TEXTS} of your texts" if place == 0 else "More texts",
            "",
            optional=place > 0,
            multiline=True,
            hint=hint if place == 0 else "",
            most=MOST_INPUT,
        )
        for place in range(_PASTES)
    ]
    blocks = [input_block("name", "Brand", "", most=MAX_NAME), *pastes]
    return _modal(TEXTS, "Draft from our copy", "Draft", where, blocks)


def reading_view(where: Where) -> Block:
    """That the texts are being read."""
    text = "⏳ Reading your copy… The drafted profile opens here; nothing is saved before you save it."
    view = _modal("brand_reading", "Draft from our copy", "", where, rich(plain(text)))
    return {name: value for name, value in view.items() if name != "submit"}


def given_texts(fields: Mapping[str, str]) -> list[str]:
    """What was pasted, an input each."""
    return [text for name, text in sorted(fields.items()) if name.startswith("texts") and text]


def brand_values(fields: Mapping[str, str]) -> dict[str, Any]:
    """The form's fields as a profile's values.

    Raises:
        BrandError: A line or a number is not of its form.
    """
    values: dict[str, Any] = {name: fields.get(name, "") for name in ("name", "voice")}
    values["examples"] = [fields.get(f"example_{place}", "") for place in range(1, MAX_EXAMPLES + 1)]
    lists = {name: _lines(fields, name) for name in _LISTS}
    values |= {name: lists[name] for name in _PLAIN_LISTS}
    values["banned"] = read_banned(lists["banned"])
    values["disclaimers"] = read_disclaimers(lists["disclaimers"])
    for name in _CHOICES:
        chosen = fields.get(name, _ANY)
        values[name] = None if chosen in (_ANY, "") else chosen
    values["allowed_emoji"] = clean_text(fields.get("allowed_emoji", "")).replace(",", " ").split()
    most = clean_text(fields.get("max_exclamations", ""))
    if most and not most.isdecimal():
        raise BrandError(
            f"“{most[:20]}” is no whole number, 0 to {MAX_EXCLAMATIONS}.",
            "Leave it empty for any.",
            "max_exclamations",
        )
    values["max_exclamations"] = int(most) if most else None
    return values


def told_versions(versions: Sequence[BrandVersion], scope: str) -> list[Block]:
    """A place's versions, newest first, each with a button that opens it."""
    head = "This channel's own profile" if scope == CHANNEL else "The workspace's profile"
    blocks = rich(plain(head, bold=True))
    for one in versions[:_SHOWN_VERSIONS]:
        how = {
            "form": "in the form",
            "file": "from a file",
            "draft": "drafted from copy",
            "removed": "ended it",
        }
        leaves = [plain(f"v{one.version} · {one.at:%Y-%m-%d %H:%M} UTC · ")]
        leaves += [person(one.user_id), plain(" · ")] if one.user_id else []
        blocks += rich(*leaves, plain(how.get(one.source, one.source)))
        if one.brand:
            value = {"channel_id": one.channel_id, "version": one.version}
            blocks.append(
                {"type": "actions", "elements": [button(OPEN, f"Open v{one.version}", json.dumps(value))]}
            )
    if len(versions) > _SHOWN_VERSIONS:
        blocks += rich(plain(f"and {len(versions) - _SHOWN_VERSIONS} older ones"))
    return blocks


def _modal(callback_id: str, title: str, submit: str, where: Where, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": json.dumps(where),
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": blocks,
    }


def _examples(brand: Brand) -> list[Block]:
    texts = [*brand.examples, *[""] * MAX_EXAMPLES]
    return [
        input_block(
            f"example_{place}", f"Example copy {place}", texts[place - 1], multiline=True, most=MAX_TEXT
        )
        for place in range(1, MAX_EXAMPLES + 1)
    ]


def _sector(name: str) -> str:
    return _SECTORS.get(name) or name.replace("-", " ").capitalize()


def _choice(name: str, label: str, held: str | None, named: Mapping[str, str]) -> Block:
    options = [option("Any", _ANY), *(option(text, value) for value, text in named.items())]
    return select(name, label, options, next(one for one in options if one["value"] == (held or _ANY)))


def _line_inputs(name: str, label: str, lines: Sequence[str], hint: str) -> list[Block]:
    """Lines in as many inputs as they need."""
    texts = [""]
    for line in lines:
        if texts[-1] and len(texts[-1]) + 1 + len(line) > MOST_INPUT:
            texts.append("")
        texts[-1] += ("\n" if texts[-1] else "") + line
    return [
        input_block(
            name if place == 0 else f"{name}_{place + 1:02}",
            label if place == 0 else f"{label}, more",
            text,
            multiline=True,
            hint=hint if place == 0 else "",
        )
        for place, text in enumerate(texts)
    ]


def _lines(fields: Mapping[str, str], name: str) -> list[str]:
    own = sorted(block for block in fields if block == name or block.startswith(f"{name}_"))
    return [line for block in own for line in lines_of(fields[block])]
