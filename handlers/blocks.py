"""What Slack shows: block lists for copy, placeholders, failures, help and the home tab."""

import json
from typing import Any

from bot.jobs import Failure, Task
from models.brief import Brief
from models.platforms import find_platform, part_label, parts_for
from models.variant import Draft, Variant

Block = dict[str, Any]

EXAMPLE = "/copy ad Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers"
HELP = (
    "*Write copy without leaving Slack*\n"
    f"• `{EXAMPLE}`\n"
    "• `/copy campaign …`, `/copy description …` take the same `field: value` parts, divided by `|`\n"
    "• `/copy` alone opens a form; `/copy history words` finds earlier copy\n"
    "• Fields: audience, goal, offer, dates, channels, tone, platform, language, keywords, must include, "
    "must avoid, n. Anything else is a product attribute.\n"
    "• *Reply in the thread* to rewrite: “shorter, and mention the battery first”; “2: warmer” takes the second\n"
    "• React with :+1: or :-1: (the first variant), :one: :two: :three: (that variant), or use its buttons"
)


def escape(text: str) -> str:
    """Escape text for mrkdwn as Slack asks."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _section(text: str, **more: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}, **more}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text[:3000]}]}


def _button(action: str, label: str, value: str, style: str = "") -> Block:
    button: Block = {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": label, "emoji": True},
        "value": value,
    }
    return {**button, "style": style} if style else button


def placeholder_blocks(task: Task) -> list[Block]:
    """That the desk is at work, and for whom."""
    what = escape(task.brief.product) if task.brief else f"a rewrite: “{escape(task.instruction[:200])}”"
    return [_section(f":hourglass_flowing_sand: Writing {what} for <@{task.user_id}>…")]


def _score_line(variant: Variant) -> str:
    facts = [":white_check_mark: ready" if variant.ready else ":warning: not ready"]
    if variant.sentiment:
        facts.append(f"sentiment {variant.sentiment.label} {variant.sentiment.score:+.2f}")
    else:
        facts.append("sentiment not scored yet")
    if variant.keyword_coverage is not None:
        facts.append(f"keywords {variant.keyword_coverage:.0%}")
    facts += [escape(check.reason) for check in variant.failures]
    return " · ".join(facts)


def variant_blocks(draft: Draft, variant: Variant) -> list[Block]:
    """One variant: its parts, what was checked, and its buttons."""
    brief = draft.brief
    labels = {
        spec.name: part_label(spec, brief.resolved_language) for spec in parts_for(brief.kind, brief.platform)
    }
    body = "\n".join(
        f"*{escape(labels.get(part.name, part.name))}*  {escape(part.text)}" for part in variant.parts
    )
    feedback = {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "copy_feedback",
                "positive_button": {
                    "text": {"type": "plain_text", "text": "Good"},
                    "value": f"+{variant.id}",
                },
                "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": f"-{variant.id}"},
            }
        ],
    }
    buttons = [
        _button("copy_shorter", "Shorter", variant.id),
        _button("copy_longer", "Longer", variant.id),
        _button("copy_warmer", "Warmer", variant.id),
        _button("copy_rewrite", "Rewrite…", variant.id),
        _button("copy_approve", "Approve", variant.id, "primary"),
        _button("copy_text", "Copy as text", variant.id),
    ]
    return [
        _section(f"*{variant.position}.*\n{body}"),
        _context(_score_line(variant)),
        {"type": "actions", "elements": buttons},
        feedback,
    ]


def copy_blocks(task: Task, draft: Draft) -> list[Block]:
    """A delivered draft: the variants best first."""
    brief = draft.brief
    place = f" for {find_platform(brief.platform).name}" if brief.platform else ""
    title = f"*{escape(brief.product)}*: {brief.kind.value}{place}, asked by <@{task.user_id}>"
    if task.action == "rewrite":
        title += f"\n_{escape(task.instruction[:300])}_"
    blocks = [_section(title)]
    for variant in draft.variants:
        blocks += [{"type": "divider"}, *variant_blocks(draft, variant)]
    made = f"{draft.engine.name} · {draft.engine.model} · {draft.usage.seconds:.1f} s"
    scorer = next((v.sentiment.scored_by for v in draft.variants if v.sentiment), "")
    notes = [made, *([f"sentiment by {scorer}"] if scorer else []), *map(escape, draft.notes)]
    return [*blocks, _context(" · ".join(notes))][:50]


def copy_text(draft: Draft) -> str:
    """The notification's plain text."""
    return f"Copy for {draft.brief.product}:\n{draft.variants[0].text}"[:3000]


def failure_blocks(task: Task, failure: Failure) -> list[Block]:
    """Why there is no copy, what to do, and the same brief again at a press."""
    text = f":x: {escape(failure.message)}\n{escape(failure.remedy)}"
    value = task.model_dump_json(exclude_defaults=True)
    blocks = [_section(text)]
    # Slack's limit on a button's value is 2,000 characters; a longer brief is typed again from the message.
    if len(value) <= 2000:
        blocks.append({"type": "actions", "elements": [_button("copy_retry", "Retry", value, "primary")]})
    elif task.brief:
        blocks.append(
            _section(f"```{escape(json.dumps(task.brief.model_dump(mode='json'), ensure_ascii=False))}```")
        )
    return blocks


def _input(
    block: str, label: str, value: str, *, optional: bool = True, multiline: bool = False, hint: str = ""
) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": multiline}
    if value:
        element["initial_value"] = value[:3000]
    more = {"hint": {"type": "plain_text", "text": hint}} if hint else {}
    return {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        **more,
    }


def brief_view(kind: str, typed: str, metadata: str, brief: Brief | None = None) -> Block:
    """The brief as a form, prefilled with what was typed."""
    options = [
        {"text": {"type": "plain_text", "text": name.capitalize()}, "value": name}
        for name in ("ad", "campaign", "description")
    ]
    chosen = next((option for option in options if option["value"] == kind), options[0])
    facts = "\n".join(f"{name}: {value}" for name, value in brief.attributes.items()) if brief else ""
    return {
        "type": "modal",
        "callback_id": "copy_brief",
        "private_metadata": metadata,
        "title": {"type": "plain_text", "text": "New copy"},
        "submit": {"type": "plain_text", "text": "Write"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [
            {
                "type": "input",
                "block_id": "kind",
                "label": {"type": "plain_text", "text": "Kind"},
                "element": {
                    "type": "static_select",
                    "action_id": "value",
                    "options": options,
                    "initial_option": chosen,
                },
            },
            _input("product", "Product, offer or event", brief.product if brief else typed, optional=False),
            _input("attributes", "Facts", facts, multiline=True, hint="One a line, e.g. battery: 5000 mAh"),
            _input("audience", "Audience", brief.audience if brief else ""),
            _input("goal", "Goal", brief.goal if brief else ""),
            _input("offer", "Offer", brief.offer if brief else ""),
            _input("dates", "Dates", brief.dates if brief else ""),
            _input("channels", "Channels", ", ".join(brief.channels) if brief else ""),
            _input("tone", "Tone", brief.tone if brief else ""),
            _input(
                "platform",
                "Platform",
                brief.platform if brief else "",
                hint="e.g. google_rsa, amazon, taobao",
            ),
            _input("keywords", "Keywords", ", ".join(brief.keywords) if brief else ""),
            _input("must_include", "Must include", ", ".join(brief.must_include) if brief else ""),
            _input("must_avoid", "Must avoid", ", ".join(brief.must_avoid) if brief else ""),
            _input("n", "Variants", str(brief.n) if brief else "3"),
        ],
    }


def rewrite_view(metadata: str) -> Block:
    """A form for one instruction."""
    return {
        "type": "modal",
        "callback_id": "copy_instruction",
        "private_metadata": metadata,
        "title": {"type": "plain_text", "text": "Rewrite"},
        "submit": {"type": "plain_text", "text": "Rewrite"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": [_input("instruction", "What should change?", "", optional=False, multiline=True)],
    }


def home_view(recent: list[tuple[str, str]]) -> Block:
    """The home tab: how to, and the latest copy as (title, text)."""
    blocks: list[Block] = [_section(HELP), {"type": "divider"}, _section("*Recent copy*")]
    for title, text in recent[:15]:
        blocks.append(_section(f"*{escape(title)}*\n{escape(text[:600])}"))
    if not recent:
        blocks.append(_context("Nothing yet. Try the example above in a channel."))
    return {"type": "home", "blocks": blocks}
