"""Reports of reviews as Slack messages, the form that asks for one, and what both say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.jobs import Failure
from bot.reviews.job import ReviewsTask
from bot.reviews.labels import labels
from bot.reviews.notes import footer
from bot.reviews.values import Aspect, Quote, Report
from handlers.blocks import Block, Leaf, button, context, divider, person, plain, rich, words
from models.brief import Language
from models.variant import SentimentLabel

__all__ = [
    "DESCRIBE",
    "FORM",
    "RETRY",
    "failure_blocks",
    "notification",
    "progress_blocks",
    "report_blocks",
    "reviews_view",
    "spoken",
]

FORM, RETRY, DESCRIBE = "reviews_form", "reviews_retry", "reviews_describe"
"""The form's callback id (and the button that opens it), and the buttons under a failure and a report."""

_ASPECTS, _QUOTES, _MOST_QUOTE = 5, 2, 150
_DISAGREEING = _REQUESTS = 3
_BAR = 12
_PERIODS = 12


@dataclass(frozen=True)
class Spoken:
    """One language's words; `{…}` are filled in."""

    reading: str
    progress: str
    asked_by: str
    describe: str
    retry: str
    row: str
    complaints: str
    files_below: str


_EN = Spoken(
    reading="Reading {name}",
    progress="{done:,} of {total:,} reviews",
    asked_by=", asked by ",
    describe="Write a description from this",
    retry="Retry",
    row="row {number}",
    complaints="For the team, never for the copy:",
    files_below="The chart and the scored rows are in the thread.",
)
_ZH = Spoken(
    reading="正在阅读：{name}",
    progress="已读{done:,}条，共{total:,}条评价",
    asked_by="，提出者 ",
    describe="据此写商品描述",
    retry="重试",
    row="第{number}行",
    complaints="仅供团队参考，不会写进文案：",
    files_below="图表和带评分的表格见消息列。",
)


def spoken(language: Language | None) -> Spoken:
    """The words in a language."""
    return _ZH if language == "zh" else _EN


def progress_blocks(task: ReviewsTask, done: int, total: int) -> list[Block]:
    """That the reviews are being read, for whom, and how far."""
    said = spoken(task.language)
    blocks = rich(
        plain(f"⏳ {said.reading.format(name=task.name)}{said.asked_by}"), person(task.user_id), plain("…")
    )
    if total:
        filled = round(_BAR * done / total)
        bar = "▓" * filled + "░" * (_BAR - filled)
        blocks += context(f"{bar}  {said.progress.format(done=done, total=total)}")
    return blocks


def failure_blocks(task: ReviewsTask, failure: Failure, key: str) -> list[Block]:
    """Why there is no report, and what to do."""
    head = [plain("❌ "), *words(f"{failure.message}\n{failure.remedy}".strip())]
    blocks = rich(*head) + context(task.name)
    if key:
        again = button(RETRY, spoken(task.language).retry, key)
        blocks.append({"type": "actions", "elements": [again]})
    return blocks


def notification(report: Report) -> str:
    """The text of notifications and screen readers."""
    said, counts = labels(report.language), report.counts
    title = (said.of_product if report.product else said.title).format(
        count=report.reviews, product=report.product
    )
    told: list[tuple[SentimentLabel, int]] = [
        ("positive", counts.positive),
        ("neutral", counts.neutral),
        ("negative", counts.negative),
    ]
    feelings = ", ".join(f"{said.sentiments[label]} {_share(count, counts.scored)}" for label, count in told)
    return f"{title}: {feelings}"


def report_blocks(task: ReviewsTask, report: Report, key: str) -> list[Block]:
    """The report.

    Args:
        task: Who asked.
        report: What was found.
        key: Under what the button's needs are kept; empty shows no button.
    """
    said = labels(report.language)
    title = (said.of_product if report.product else said.title).format(
        count=report.reviews, product=report.product
    )
    blocks = rich(plain(title, bold=True), plain(spoken(report.language).asked_by), person(task.user_id))
    blocks += rich(plain(_feelings(report)), kind="rich_text_preformatted")
    if report.written_summary:
        blocks += rich(plain("\n".join(report.written_summary)))
    if report.summary:
        blocks += rich(plain(said.in_their_words, bold=True)) + _quotes(report.summary, report)
    blocks += _aspects(said.liked_most, report.liked, report, liked=True)
    blocks += _team(report)
    if len(report.trend) > 1:
        trend = plain(_trend(report))
        blocks += rich(plain(said.trend[report.period or "month"], bold=True))
        blocks += rich(trend, kind="rich_text_preformatted")
    blocks += _agreement(report)
    if report.products:
        lines = [
            f"{one.product[:60]}: {one.counts.total:,} · {said.sentiments['positive']} "
            f"{_share(one.counts.positive, one.counts.scored)}"
            for one in report.products
        ]
        blocks += rich(plain(said.products, bold=True), plain("\n" + "\n".join(lines)))
    if key:
        describe = button(DESCRIBE, spoken(report.language).describe, key, "primary")
        blocks.append({"type": "actions", "elements": [describe]})
    return blocks + context(*_footer(report))


def _feelings(report: Report) -> str:
    said, counts = labels(report.language), report.counts
    told: list[tuple[SentimentLabel, int]] = [
        ("positive", counts.positive),
        ("neutral", counts.neutral),
        ("negative", counts.negative),
    ]
    lines = [
        f"{'█' * round(_BAR * count / max(1, counts.scored)):<{_BAR}} "
        f"{_share(count, counts.scored):>4}  {said.sentiments[label]} ({count:,})"
        for label, count in told
    ]
    if counts.unscored:
        lines.append(f"{'':<{_BAR}}       {said.unscored} ({counts.unscored:,})")
    return "\n".join(lines)


def _trend(report: Report) -> str:
    said = labels(report.language)
    return "\n".join(
        f"{period.name}  {said.sentiments['positive']} {_share(period.counts.positive, period.counts.scored):>4}  "
        f"{said.sentiments['negative']} {_share(period.counts.negative, period.counts.scored):>4}  "
        f"({period.counts.total:,})"
        for period in report.trend[-_PERIODS:]
    )


def _aspects(head: str, aspects: Sequence[Aspect], report: Report, *, liked: bool) -> list[Block]:
    blocks: list[Block] = rich(plain(head, bold=True)) if aspects else []
    for one in aspects[:_ASPECTS]:
        counts = f"  👍 {one.liked:,}  👎 {one.disliked:,}"
        blocks += rich(plain(one.name, bold=True), plain(counts)) + _quotes(one.quotes[:_QUOTES], report)
    return blocks


def _team(report: Report) -> list[Block]:
    """Complaints and requests: for the team, and never for the copy."""
    said = labels(report.language)
    if not (report.disliked or report.requests):
        return []
    blocks = [divider(), *context(spoken(report.language).complaints)]
    blocks += _aspects(said.disliked_most, report.disliked, report, liked=False)
    if report.requests:
        blocks += rich(plain(said.requests.format(count=report.requests_count), bold=True))
        blocks += _quotes(report.requests[:_REQUESTS], report)
    return [*blocks, divider()]


def _agreement(report: Report) -> list[Block]:
    said, told = labels(report.language), report.agreement
    if told is None:
        return []
    text = said.agreement.format(share=told.share, count=told.rated, stars=told.mean_stars)
    if told.polar_share is not None:
        text += "\n" + said.polar.format(share=told.polar_share, count=told.polar)
    blocks = rich(plain(text))
    leaves: list[Leaf] = []
    for one in told.most_disagreeing[:_DISAGREEING]:
        where = spoken(report.language).row.format(number=one.number)
        head = f"{'★' * round(one.stars)} · {said.sentiments[one.label]} · {where}\n"
        leaves += [plain(head, bold=True), plain(f"{_cut(one.text)}\n")]
    return blocks + (rich(*leaves, kind="rich_text_quote") if leaves else [])


def _quotes(quotes: Sequence[Quote], report: Report) -> list[Block]:
    """Customers' own words, each with its row."""
    if not quotes:
        return []
    leaves: list[Leaf] = []
    for quote in quotes:
        where = spoken(report.language).row.format(number=quote.number)
        leaves += [plain(f"{_cut(quote.text)}"), plain(f"  ({where})\n", italic=True)]
    return rich(*leaves, kind="rich_text_quote")


def _cut(text: str) -> str:
    """A quote that is not too long, an exact beginning of it."""
    shown = text.strip()
    return shown if len(shown) <= _MOST_QUOTE else f"{shown[:_MOST_QUOTE].rstrip()} …"


def _footer(report: Report) -> list[str]:
    return [spoken(report.language).files_below, *footer(report)]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "—"


def reviews_view(where: dict[str, str], *, product: str = "") -> Block:
    """The form: reviews pasted or a file, and what they are about.

    Args:
        where: The channel and team that the report is for; comes back with the form.
        product: What the product's field holds at first.
    """
    languages = [("auto", "As the reviews"), ("en", "English"), ("zh", "中文")]
    options = [{"text": _plain(name), "value": value} for value, name in languages]
    pasted: Block = {"type": "plain_text_input", "multiline": True}
    file: Block = {"type": "file_input", "max_files": 1, "filetypes": ["csv", "tsv", "xlsx", "txt"]}
    named: Block = {"type": "plain_text_input", "max_length": 300}
    if product:
        named["initial_value"] = product[:300]
    facts: Block = {"type": "plain_text_input", "multiline": True}
    choice: Block = {"type": "static_select", "options": options, "initial_option": options[0]}
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps(where),
        "title": _plain("Read reviews"),
        "submit": _plain("Read"),
        "close": _plain("Cancel"),
        "blocks": [
            _input("reviews", "Reviews", pasted, "Paste them, one a line"),
            _input("file", "Or a file", file, "CSV, TSV, XLSX or text; English or Chinese headers"),
            _input("product", "Product", named),
            _input("attributes", "Facts", facts, "Of the product, one a line, e.g. battery: 5000 mAh"),
            {**_input("language", "Language of the report", choice), "optional": False},
        ],
    }


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _input(block: str, label: str, element: Block, hint: str = "") -> Block:
    more = {"hint": _plain(hint)} if hint else {}
    return {
        "type": "input",
        "block_id": block,
        "optional": True,
        "label": _plain(label),
        "element": {**element, "action_id": "value"},
        **more,
    }
