"""What is told under a report: what was read, by whom it was scored, and what to know."""

from bot.reviews.labels import labels
from bot.reviews.values import Report

__all__ = ["footer"]


def footer(report: Report) -> list[str]:
    """What was read, by whom scored, and notes; a sentence each."""
    said = labels(report.language)
    columns = [name for name in report.columns.model_dump().values() if name]
    lines = [said.read_from.format(name=report.name, columns=", ".join(columns))]
    if report.empty:
        lines.append(said.empty.format(count=report.empty))
    if report.duplicates:
        lines.append(said.duplicates.format(count=report.duplicates))
    if report.scored_by:
        lines.append(said.scored_by.format(name=", ".join(report.scored_by)))
    if report.written_by:
        lines.append(said.written_by.format(name=report.written_by))
    return [*lines, *report.notes]
