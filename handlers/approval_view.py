"""What Slack shows of approval: where a variant stands, its buttons for that, and the forms."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.approval import Action, State, findings
from bot.store import ApprovalRule, ApprovalStep
from handlers.blocks import Block, Leaf, button, escape, person, plain, preformatted, rich, words
from handlers.forms import input_block, option, select
from models.brief import Language
from models.variant import Variant

SEND, APPROVE, APPROVE_WARNED = "copy_send_review", "copy_approve", "copy_approve_warned"
CHANGES, WITHDRAW, EXPORT = "copy_changes", "copy_withdraw", "copy_export"
BUTTONS = (SEND, APPROVE, APPROVE_WARNED, CHANGES, WITHDRAW, EXPORT)
CHANGES_FORM = "copy_changes_form"

# https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
_MOST_CONFIRM = 300
_MOST_CONTEXT = 10


@dataclass(frozen=True)
class Words:
    """One language's words for approval."""

    send: str
    approve: str
    changes: str
    withdraw: str
    export: str
    states: dict[State, str]
    confirm_title: str
    confirm_more: str
    approve_anyway: str
    withdraw_title: str
    withdraw_text: str
    back: str


_EN = Words(
    send="Send to review",
    approve="Approve",
    changes="Request changes…",
    withdraw="Withdraw approval",
    export="Export…",
    states={
        State.IN_REVIEW: ":eyes: in review, from {who}",
        State.APPROVED: ":white_check_mark: approved by {who}",
        State.CHANGES_REQUESTED: ":pencil2: changes requested by {who}",
    },
    confirm_title="Approve with these findings?",
    confirm_more="… and {count} more, named under the copy.",
    approve_anyway="Approve all the same",
    withdraw_title="Withdraw the approval?",
    withdraw_text="The copy goes back to review. That it was approved, and by whom, is kept.",
    back="Back",
)
_ZH = Words(
    send="提交审核",
    approve="采用",
    changes="要求修改…",
    withdraw="撤回采用",
    export="导出…",
    states={
        State.IN_REVIEW: ":eyes: 审核中，提交者 {who}",
        State.APPROVED: ":white_check_mark: 已采用，采用者 {who}",
        State.CHANGES_REQUESTED: ":pencil2: 需修改，提出者 {who}",
    },
    confirm_title="有以下提示，仍要采用？",
    confirm_more="……另有{count}条，见文案下方。",
    approve_anyway="仍然采用",
    withdraw_title="撤回采用？",
    withdraw_text="文案回到审核中；曾由谁采用会保留在记录里。",
    back="返回",
)

_MARKS = (":eyes: ", ":white_check_mark: ", ":pencil2: ", "✅ ", "👀 ", "✏️ ")


def approval_words(language: Language) -> Words:
    """The words in a language."""
    return _ZH if language == "zh" else _EN


def approval_buttons(variant: Variant, state: State, language: Language) -> list[Block]:
    """The buttons that a variant has where it stands."""
    said = approval_words(language)
    if state is State.APPROVED:
        asking = _confirm(said.withdraw_title, said.withdraw_text, said.withdraw, said)
        withdraw = {**button(WITHDRAW, said.withdraw, variant.id), "confirm": asking}
        return [button(EXPORT, said.export, variant.id), withdraw]
    first = button(CHANGES, said.changes, variant.id)
    if state is not State.IN_REVIEW:
        first = button(SEND, said.send, variant.id)
    return [first, _approve(variant, said)]


def stated_blocks(
    blocks: list[Block], variants: Mapping[str, tuple[Variant, ApprovalStep | None]], language: Language
) -> list[Block]:
    """A message's blocks with each variant's state beside its scores, and the buttons for that state.

    Args:
        blocks: The message's, as Slack gives them.
        variants: The message's variants by id, each with its last step.
        language: The copy's language.
    """
    shown: list[Block] = []
    for block in blocks:
        known = [variants[one["value"]] for one in block.get("elements", []) if one.get("value") in variants]
        if block.get("type") == "actions" and known:
            variant, step = known[0]
            state = State(step.state) if step else State.DRAFT
            block = {
                **block,
                "elements": _replaced(block["elements"], approval_buttons(variant, state, language)),
            }
            if shown and shown[-1].get("type") == "context":
                shown[-1] = _noted(shown[-1], step, state, approval_words(language))
        shown.append(block)
    return shown


def asking_blocks(variant: Variant, found: Iterable[str], language: Language) -> list[Block]:
    """A variant's findings, with a button that approves it all the same: for buttons that asked nothing."""
    said = approval_words(language)
    lines = [leaf for one in found for leaf in (plain("\n• "), plain(one))]
    return [
        *rich(plain(said.confirm_title, bold=True), *lines),
        {"type": "actions", "elements": [_approve(variant, said)]},
    ]


def refused_blocks(message: str, remedy: str, members: Iterable[str]) -> list[Block]:
    """Why somebody may not, and who may."""
    named = list(members)
    return rich(
        plain("❌ "), *words(f"{message} {remedy}".strip()), *mentions(named, plain(" ") if named else None)
    )


def mentions(members: Iterable[str], before: Leaf | None = None) -> list[Leaf]:
    """People and user groups as mentions, with commas between them."""
    leaves: list[Leaf] = [before] if before else []
    for place, member in enumerate(members):
        if place:
            leaves.append(plain(", "))
        group: Leaf = {"type": "usergroup", "usergroup_id": member}
        leaves.append(group if member.startswith("S") else person(member))
    return leaves


def mention_text(members: Iterable[str]) -> str:
    """The same in mrkdwn."""
    return ", ".join(f"<!subteam^{one}>" if one.startswith("S") else f"<@{one}>" for one in members)


def step_blocks(
    action: Action, variant: Variant, user_id: str, *, members: tuple[str, ...] = (), comment: str = ""
) -> tuple[str, list[Block]]:
    """What is said in the thread of a step: its text and its blocks."""
    said = {
        Action.SEND: f"👀 <@{user_id}> sent variant {variant.position} to review",
        Action.APPROVE: f"✅ <@{user_id}> approved variant {variant.position}.",
        Action.REQUEST_CHANGES: f"✏️ <@{user_id}> asks for changes to variant {variant.position}:",
        Action.WITHDRAW: f"↩️ <@{user_id}> withdrew the approval of variant {variant.position}: it is in review again.",
    }[action]
    if action is Action.SEND:
        said += f": {mention_text(members)}" if members else "."
    head: Block = {"type": "section", "text": {"type": "mrkdwn", "text": said}}
    text = f"{said} {escape(comment)}".strip()
    return text, [head, *preformatted(comment)]


def rule_blocks(rule: ApprovalRule, *, alone: bool) -> list[Block]:
    """Who approves in a channel, in words."""
    if rule.members:
        own = "" if rule.own_copy is not False else " Nobody approves what they asked for themselves."
        return rich(plain("Copy in this channel is approved by "), *mentions(rule.members), plain(f".{own}"))
    own_copy = alone if rule.own_copy is None else rule.own_copy
    whom = "anybody" if own_copy else "anybody but the person who asked for it"
    return rich(
        *words(
            f"Copy in this channel is approved by {whom}. `/copy approvers @ana @editors` chooses who; "
            "`/copy approvers own on` (or `off`) says whether people may approve their own."
        )
    )


def changes_view(where: Mapping[str, Any], variant: Variant) -> Block:
    """The form in which somebody says what should change."""
    options = [
        option("Rewrite it with this, in the thread", "rewrite"),
        option("Only tell the others", "tell"),
    ]
    return {
        "type": "modal",
        "callback_id": CHANGES_FORM,
        "private_metadata": json.dumps({**where, "variant_id": variant.id}),
        "title": {"type": "plain_text", "text": "Request changes"},
        "submit": {"type": "plain_text", "text": "Request"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            input_block(
                "comment",
                "What should change?",
                "",
                optional=False,
                multiline=True,
                most=2_000,
                hint=f"Variant {variant.position}. Everybody in the thread sees it.",
            ),
            select("then", "And then", options, options[0]),
        ],
    }


def _approve(variant: Variant, said: Words) -> Block:
    found = findings(variant)
    if not found:
        return button(APPROVE, said.approve, variant.id, "primary")
    text = _named(found, said)
    asking = _confirm(said.confirm_title, text, said.approve_anyway, said)
    return {**button(APPROVE_WARNED, said.approve, variant.id, "primary"), "confirm": asking}


def _named(found: tuple[str, ...], said: Words) -> str:
    """Findings within what a dialog holds; those left out are counted."""
    lines: list[str] = []
    for place, one in enumerate(found):
        more = said.confirm_more.format(count=len(found) - place)
        room = _MOST_CONFIRM - len(more) - sum(len(line) + 1 for line in lines)
        line = f"• {one}"
        if len(line) + 1 > room:
            if lines:
                return "\n".join([*lines, more])
            line = line[: room - 2] + "…"
        lines.append(line)
    return "\n".join(lines)


def _confirm(title: str, text: str, yes: str, said: Words) -> Block:
    return {
        "title": {"type": "plain_text", "text": title},
        "text": {"type": "plain_text", "text": text},
        "confirm": {"type": "plain_text", "text": yes},
        "deny": {"type": "plain_text", "text": said.back},
    }


def _replaced(elements: list[Block], new: list[Block]) -> list[Block]:
    """A row of buttons with those of approval replaced, where the first of them stood."""
    places = [place for place, one in enumerate(elements) if one.get("action_id") in BUTTONS]
    kept = [one for one in elements if one.get("action_id") not in BUTTONS]
    at = places[0] if places else len(kept)
    return [*kept[:at], *new, *kept[at:]]


def _noted(block: Block, step: ApprovalStep | None, state: State, said: Words) -> Block:
    kept = [
        one
        for one in block["elements"]
        if not (one.get("type") == "mrkdwn" and str(one.get("text", "")).startswith(_MARKS))
    ]
    if step and state in said.states:
        note = {"type": "mrkdwn", "text": said.states[state].format(who=f"<@{step.user_id}>")}
        kept = [*kept[: _MOST_CONTEXT - 1], note]
    return {**block, "elements": kept}
