"""How `copydesk reviews` shows a report, for people."""

import click

from bot.reviews.labels import labels
from bot.reviews.notes import footer
from bot.reviews.values import Aspect, Quote, Report

_BAR = 40


def as_text(report: Report) -> str:
    """The report, a part a paragraph."""
    said = labels(report.language)
    title = said.of_product if report.product else said.title
    lines = [click.style(title.format(count=report.reviews, product=report.product), bold=True)]
    lines += _feelings(report)
    if report.trend:
        lines += ["", _head(said.trend[report.period or "month"])]
        for period in report.trend[-24:]:
            lines.append(
                f"  {period.name}  {_share(period.counts.positive, period.counts.scored)} +  "
                f"{_share(period.counts.negative, period.counts.scored)} -  {period.counts.total:>6,}"
            )
    lines += _agreement(report)
    for head, aspects in ((said.liked_most, report.liked), (said.disliked_most, report.disliked)):
        if aspects:
            lines += ["", _head(head), *(line for one in aspects for line in _aspect(one))]
    if report.requests:
        lines += ["", _head(said.requests.format(count=report.requests_count)), *map(_quote, report.requests)]
    if report.products:
        lines += ["", _head(said.products)]
        lines += [
            f"  {one.product}  {one.counts.total:,}  {_share(one.counts.positive, one.counts.scored)} +"
            for one in report.products
        ]
    if report.written_summary:
        lines += ["", _head(said.summary), *(f"  {line}" for line in report.written_summary)]
    if report.summary:
        lines += ["", _head(said.in_their_words), *map(_quote, report.summary)]
    return "\n".join([*lines, "", *(click.style(line, dim=True) for line in footer(report))])


def _head(text: str) -> str:
    return click.style(text, bold=True)


def _feelings(report: Report) -> list[str]:
    said, counts = labels(report.language), report.counts
    lines = []
    for label, count, colour in (
        ("positive", counts.positive, "green"),
        ("neutral", counts.neutral, "white"),
        ("negative", counts.negative, "red"),
    ):
        bar = "█" * round(_BAR * count / max(1, counts.scored))
        name = said.sentiments[label]  # type: ignore[index]
        lines.append(f"  {name}  {_share(count, counts.scored)}  {count:>7,}  {click.style(bar, fg=colour)}")
    if counts.unscored:
        lines.append(f"  {said.unscored}  {counts.unscored:,}")
    return lines


def _agreement(report: Report) -> list[str]:
    said, told = labels(report.language), report.agreement
    if told is None:
        return []
    lines = ["", _head(said.agreement.format(share=told.share, count=told.rated, stars=told.mean_stars))]
    if told.polar_share is not None:
        lines.append("  " + said.polar.format(share=told.polar_share, count=told.polar))
    for one in told.most_disagreeing:
        sign = "★" * round(one.stars)
        lines.append(
            f"  {said.row.format(number=one.number)} {sign} · {said.sentiments[one.label]}: {_short(one.text)}"
        )
    return lines


def _aspect(one: Aspect) -> list[str]:
    return [
        f"  {one.name}  +{one.liked:,} −{one.disliked:,}",
        *(f"  {_quote(quote)}" for quote in one.quotes),
    ]


def _quote(quote: Quote) -> str:
    return f"  “{_short(quote.text)}” ({quote.number})"


def _short(text: str) -> str:
    return " ".join(text.split())


def _share(part: int, whole: int) -> str:
    return f"{part / whole:>4.0%}" if whole else "  — "
