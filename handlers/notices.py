"""What Slack shows when there is no copy yet, or none: placeholder, failure, refusal, help."""

from bot.jobs import Failure, Task
from handlers.blocks import Block, Leaf, button, person, plain, preformatted, rich, section, words
from handlers.labels import labels
from models.brief import Language, detect_language

EXAMPLE = "/copy ad Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers"
HELP = (
    "*Write copy without leaving Slack*\n"
    f"• `{EXAMPLE}`\n"
    "• `/copy campaign …`, `/copy description …` take the same `field: value` parts, divided by `|`\n"
    "• `/copy` alone, or with anything else, opens a form; `/copy history words` finds earlier copy\n"
    "• `/copy optimize our copy as it stands | aim: warmer` measures copy and rewrites what is weak, or towards the "
    "aim; the message shortcut “Optimise this copy” takes any message\n"
    "• In a message: `@Copydesk ad …`; in a direct message to me: `ad …`\n"
    "• `/copy reviews` reads customer reviews: paste them or give a file. Or say `@Copydesk reviews` with a CSV, TSV, "
    "XLSX or text file, or as a reply to one\n"
    "• `/copy brand` shows and edits the brand profile that copy is written under, for this channel or the workspace\n"
    "• `/copy approvers @ana @editors` chooses who approves copy in this channel; `/copy templates` shows, changes and "
    "tests the prompts\n"
    "• Fields: audience, goal, offer, dates, channels, tone, platform, language, keywords, must include, "
    "must avoid, n. Anything else is a product attribute.\n"
    "• *Reply in the thread* to rewrite: “shorter, and mention the battery first”; “2: warmer” takes the second; "
    "`@Copydesk …` always counts, `// …` never\n"
    "• React with :+1: or :-1: (the first variant), :one: :two: :three: (that variant), or use its buttons"
)

FORM_BUTTON = "copy_form"
"""The button that opens the form with what was typed (its value)."""


def task_language(task: Task) -> Language:
    """The language to speak in about a task: its brief's, or the instruction's."""
    return task.brief.resolved_language if task.brief else detect_language(task.instruction)


def help_blocks() -> list[Block]:
    """How to use it."""
    return [section(HELP)]


def placeholder_blocks(task: Task) -> list[Block]:
    """That the desk is at work, on what and for whom."""
    said = labels(task_language(task))
    if task.brief:
        doing = said.optimising if task.action == "optimise" else said.writing
        return rich(plain(f"⏳ {doing.format(what=task.brief.product)} "), person(task.user_id), plain("…"))
    asked: list[Leaf] = [plain("\n"), plain(task.instruction, italic=True)] if task.instruction else []
    return rich(plain(f"⏳ {said.rewriting} "), person(task.user_id), plain("…"), *asked)


def failure_blocks(task: Task, failure: Failure, token: str, typed: str = "") -> list[Block]:
    """Why there is no copy, what to do, and the same task again at a press.

    Args:
        task: What was to be done.
        failure: Why it was not.
        token: What the buttons carry for `copy_retry` and `copy_edit`; empty shows no buttons.
        typed: The task in the person's words, to be copied; empty shows nothing.
    """
    said = labels(task_language(task))
    what = plain(task.brief.product, bold=True) if task.brief else plain(task.instruction, italic=True)
    head = [what, plain(" · "), person(task.user_id), plain("\n")]
    blocks = rich(plain("❌ "), *head, *words(f"{failure.message}\n{failure.remedy}".strip()))
    blocks += preformatted(typed)
    if token:
        buttons = [button("copy_retry", said.retry, token, "primary")]
        if task.brief:
            buttons.append(button("copy_edit", said.edit, token))
        blocks.append({"type": "actions", "elements": buttons})
    return blocks


def retried_blocks(blocks: list[Block], user_id: str, language: Language) -> list[Block]:
    """A failure's blocks after its Retry button was pressed: by whom, and no buttons any more."""
    said = labels(language)
    kept = [block for block in blocks if block.get("type") != "actions"]
    if len(kept) == len(blocks):
        return blocks
    return [*kept, *rich(plain(said.trying_again), person(user_id))]


def refusal_blocks(message: str, remedy: str, typed: str = "", *, form: str = "") -> list[Block]:
    """Why something typed was not understood, what to do, and what was typed, so that nothing is lost.

    Args:
        message: What is wrong.
        remedy: What to do.
        typed: What was typed.
        form: What the form is opened with; empty offers no form.
    """
    blocks = rich(plain("❌ "), *words(f"{message} {remedy}".strip()))
    if typed:
        language = detect_language(typed)
        blocks += rich(plain("你输入的是：" if language == "zh" else "You typed:"))
        blocks += preformatted(typed)
        if form:
            label = "在表单中修改" if language == "zh" else "Correct it in the form"
            blocks.append({"type": "actions", "elements": [button(FORM_BUTTON, label, form)]})
    return blocks
