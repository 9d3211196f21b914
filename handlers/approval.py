"""Approval in Slack: the buttons under a variant, the form for changes, and `/copy approvers`."""

import json
import re
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.approval import Action, ApprovalRefused, NeedsConfirmation, Person, take
from bot.jobs import Task
from bot.store import ApprovalRule, ApprovalStep
from handlers.approval_view import (
    APPROVE,
    APPROVE_WARNED,
    CHANGES,
    CHANGES_FORM,
    SEND,
    WITHDRAW,
    asking_blocks,
    changes_view,
    refused_blocks,
    rule_blocks,
    stated_blocks,
    step_blocks,
)
from handlers.blocks import Block, escape, renewed
from handlers.forms import submitted
from handlers.places import MessagePlace, Place, message_place_of
from handlers.pressed import found, open_view
from handlers.services import Services
from models.brief import clean_text
from models.variant import Draft, Variant

log = structlog.get_logger()

_HOW = "Name people and user groups as mentions: `/copy approvers @ana @editors`; `/copy approvers anybody` ends it."
_MOST_MEMBERS = 20
# https://docs.slack.dev/messaging/formatting-message-text#advanced
_MEMBER = re.compile(r"<(?:@([UW][A-Z0-9]+)|!subteam\^(S[A-Z0-9]+))(?:\|[^<>]*)?>")
_ANYBODY = (
    "anybody",
    "anyone",
    "everybody",
    "everyone",
    "nobody",
    "none",
    "clear",
    "所有人",
    "任何人",
    "清除",
)
_OWN = re.compile(r"(?:own|自己)\s*[:：]?\s*(on|off|yes|no|开|关|可以|不可以)", re.IGNORECASE)


def register(app: AsyncApp, services: Services) -> None:
    """Listen to approval's buttons and form."""

    async def step(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        draft, variant = await found(services, action["value"])
        asked = action["action_id"]
        what = {SEND: Action.SEND, WITHDRAW: Action.WITHDRAW}.get(asked, Action.APPROVE)
        place = message_place_of(body)
        rule = await services.history.approval_rule(place["team_id"], place["channel_id"])
        who = await _person(client, body["user"]["id"], place, rule)
        try:
            taken = await take(
                services.history,
                what,
                variant,
                who,
                key=f"action:{body['trigger_id']}",
                confirmed=asked == APPROVE_WARNED,
            )
        except NeedsConfirmation as refusal:
            blocks = asking_blocks(variant, refusal.found, draft.brief.resolved_language)
            await respond(text=escape(refusal.message), blocks=blocks, replace_original=False)
            return
        except ApprovalRefused as refusal:
            blocks = refused_blocks(refusal.message, refusal.remedy, refusal.members)
            await respond(text=escape(str(refusal)), blocks=blocks, replace_original=False)
            return
        # A press in an answer to one person alone: the copy itself stands elsewhere.
        if not (body.get("container") or {}).get("is_ephemeral"):
            await show_states(services, client, draft, place, body["message"])
        if taken:
            members = rule.members if what is Action.SEND else ()
            text, blocks = step_blocks(what, variant, who.user_id, members=members)
            await _say(client, place, text, blocks)

    for action_id in (SEND, APPROVE, APPROVE_WARNED, WITHDRAW):
        app.action(action_id)(step)

    @app.action(CHANGES)
    async def changes(
        ack: AsyncAck,
        body: dict[str, Any],
        action: dict[str, Any],
        client: AsyncWebClient,
        respond: AsyncRespond,
    ) -> None:
        await ack()
        _, variant = await found(services, action["value"])
        place = message_place_of(body)
        # A form does not bring the message back, and its state has to be shown there.
        message = {"text": body["message"].get("text") or "", "blocks": body["message"].get("blocks") or []}
        await services.history.keep_task(_message_key(place), json.dumps(message, ensure_ascii=False))
        if await open_view(client, body["trigger_id"], changes_view(place, variant)):
            text = "Slack did not open the form. Press again, or reply in the copy's thread with what should change."
            await respond(text=text, replace_original=False)

    @app.view(CHANGES_FORM)
    async def changes_given(
        ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient
    ) -> None:
        fields, where = submitted(view), json.loads(view["private_metadata"])
        comment = clean_text(fields["comment"])
        if not comment:
            await ack(response_action="errors", errors={"comment": "Say what should change."})
            return
        draft, variant = await found(services, where["variant_id"])
        thread = Place(team_id=where["team_id"], channel_id=where["channel_id"], thread_ts=where["thread_ts"])
        place = MessagePlace(**thread, ts=where["ts"])
        rule = await services.history.approval_rule(place["team_id"], place["channel_id"])
        who = await _person(client, body["user"]["id"], place, rule)
        key = f"view:{view['id']}"
        try:
            taken = await take(
                services.history, Action.REQUEST_CHANGES, variant, who, comment=comment, key=key
            )
        except ApprovalRefused as refusal:
            await ack(response_action="errors", errors={"comment": str(refusal).rstrip(":")[:2_000]})
            return
        await ack()
        if taken:
            await _changes_asked(services, client, draft, taken, variant, place)
            if fields.get("then") == "rewrite":
                task = Task(
                    action="rewrite",
                    user_id=who.user_id,
                    variant_id=variant.id,
                    instruction=comment,
                    **thread,
                )
                await services.jobs.submit(task, key)


async def approvers(
    services: Services, client: AsyncWebClient, place: Mapping[str, str], typed: str
) -> tuple[str, list[Block]]:
    """Show or change who approves in a channel; a change is said in the channel.

    Args:
        services: What handlers work with.
        client: Slack's.
        place: `team_id`, `channel_id` and `user_id`.
        typed: What stands after the word, with Slack's tokens.

    Returns:
        The answer for the person alone: its text and blocks; the text is empty when the channel was told.
    """
    team_id, channel_id, user_id = place["team_id"], place["channel_id"], place["user_id"]
    history, alone = services.history, channel_id.startswith("D")
    rule = await history.approval_rule(team_id, channel_id)
    rest = typed.strip()
    if not rest:
        return "Approvers", rule_blocks(rule, alone=alone)
    members = tuple(dict.fromkeys(one or two for one, two in _MEMBER.findall(rest)))
    own = _OWN.fullmatch(rest)
    left = re.sub(r"[\s,，、]+|\band\b|和", "", _MEMBER.sub("", rest))
    if own is None and rest.casefold() not in _ANYBODY and (not members or left):
        problem = f"I do not understand “{left[:60]}”."
        return problem, refused_blocks(problem, _HOW, ())
    if len(members) > _MOST_MEMBERS:
        problem = f"That is {len(members)} approvers; at most {_MOST_MEMBERS} fit."
        return problem, refused_blocks(problem, "Name a user group instead.", ())
    where = Place(team_id=team_id, channel_id=channel_id, thread_ts="")
    who = await _person(client, user_id, where, rule)
    if rule.members and user_id not in rule.members and not who.groups:
        refusal = "Only the channel's approvers choose its approvers."
        return refusal, refused_blocks(refusal, "Ask one of them:", rule.members)
    if own:
        allowed = own.group(1).casefold() in ("on", "yes", "开", "可以")
        await history.set_own_copy(team_id, channel_id, allowed, user_id=user_id)
    else:
        await history.set_approvers(team_id, channel_id, members, user_id=user_id)
    now = await history.approval_rule(team_id, channel_id)
    head: Block = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": f"<@{user_id}> changed who approves copy."},
    }
    blocks = [head, *rule_blocks(now, alone=alone)]
    await client.chat_postMessage(
        channel=channel_id, text=f"<@{user_id}> changed who approves copy.", blocks=blocks
    )
    return "", []


async def show_states(
    services: Services, client: AsyncWebClient, draft: Draft, place: MessagePlace, message: Mapping[str, Any]
) -> None:
    """Show in a message where each of its variants stands."""
    history = services.history
    delivery = await history.delivery(place["channel_id"], place["ts"])
    held: dict[str, tuple[Variant, ApprovalStep | None]] = {}
    for variant_id in delivery.variant_ids if delivery else ():
        if kept := await history.variant(variant_id):
            held[variant_id] = (kept[1], await history.approval_state(variant_id))
    blocks = stated_blocks(renewed(message.get("blocks") or []), held, draft.brief.resolved_language)
    try:
        await client.chat_update(
            channel=place["channel_id"], ts=place["ts"], text=message.get("text") or "", blocks=blocks
        )
    except SlackApiError as error:
        # The step is kept, and said in the thread; the message may be gone.
        log.warning("approval.not_shown", error=error.response.get("error"))


async def _changes_asked(
    services: Services,
    client: AsyncWebClient,
    draft: Draft,
    step: ApprovalStep,
    variant: Variant,
    place: MessagePlace,
) -> None:
    kept = await services.history.kept_task(_message_key(place))
    if kept:
        await show_states(services, client, draft, place, json.loads(kept))
    text, blocks = step_blocks(Action.REQUEST_CHANGES, variant, step.user_id, comment=step.comment)
    ts = await _say(client, place, text, blocks)
    # My own messages are not heard: what was said is context for rewrites all the same.
    await services.history.add_thread_message(
        place["channel_id"], place["thread_ts"], ts, step.user_id, step.comment
    )


async def _person(client: AsyncWebClient, user_id: str, place: Place, rule: ApprovalRule) -> Person:
    """Who acts, with the user groups of the rule that they are in."""
    groups: set[str] = set()
    if user_id not in rule.members:
        for group in (one for one in rule.members if one.startswith("S")):
            try:
                answer = await client.usergroups_users_list(usergroup=group)
            except SlackApiError as error:
                log.warning("approval.group_not_read", error=error.response.get("error"))
                continue
            if user_id in (answer.get("users") or []):
                groups.add(group)
    return Person(user_id, place["team_id"], place["channel_id"], frozenset(groups))


async def _say(client: AsyncWebClient, place: Place, text: str, blocks: list[Block]) -> str:
    posted = await client.chat_postMessage(
        channel=place["channel_id"], thread_ts=place["thread_ts"] or None, text=text, blocks=blocks
    )
    return str(posted["ts"])


def _message_key(place: MessagePlace) -> str:
    return f"message:{place['channel_id']}:{place['ts']}"
