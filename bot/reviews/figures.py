"""The report's figures, counted by SQLite: how people feel, when, about which product, and how stars agree."""

from datetime import date
from typing import Any, Literal

from bot.reviews.store import ReviewStore
from bot.reviews.values import Agreement, Counts, Disagreement, Period, ProductCounts

__all__ = ["agreement", "counts", "languages", "products", "trend"]

_COUNTS = "sum(label IS 'positive'), sum(label IS 'neutral'), sum(label IS 'negative'), sum(label IS NULL)"
# Four and five stars are positive, three neutral, less negative.
_EXPECTED = "CASE WHEN rating >= 3.5 THEN 'positive' WHEN rating > 2.5 THEN 'neutral' ELSE 'negative' END"
_SHOWN_DISAGREEING = 5
_SHOWN_PRODUCTS = 10
_WEEKS_UP_TO_DAYS = 120
_MONTHS_UP_TO_DAYS = 365 * 5


def counts(store: ReviewStore) -> tuple[Counts, float | None]:
    """How many feel how, and the mean score."""
    [row] = store.rows(f"SELECT {_COUNTS}, avg(score) FROM reviews")  # noqa: S608 - our own words
    return _counts(row[:4]), _rounded(row[4])


def languages(store: ReviewStore) -> dict[str, int]:
    """How many reviews are in which language, most first; `und` have no words, `other` are not scored."""
    rows = store.rows(
        "SELECT coalesce(language, 'other') AS name, count(*) FROM reviews GROUP BY name ORDER BY 2 DESC, 1"
    )
    return {str(name): int(number) for name, number in rows}


def duplicates(store: ReviewStore) -> int:
    """How many reviews say, word for word, what an earlier one says."""
    [row] = store.rows("SELECT count(*) - count(DISTINCT folded) FROM reviews")
    return int(row[0])


def trend(store: ReviewStore) -> tuple[Literal["", "week", "month", "year"], list[Period], str, str]:
    """The periods with reviews in order, what they are, and the first and the last day."""
    [(first, last)] = store.rows("SELECT min(day), max(day) FROM reviews WHERE day <> ''")
    if not first:
        return "", [], "", ""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    unit: Literal["week", "month", "year"]
    if days <= _WEEKS_UP_TO_DAYS:
        unit, starts = "week", "date(day, 'weekday 0', '-6 days')"
    elif days <= _MONTHS_UP_TO_DAYS:
        unit, starts = "month", "date(day, 'start of month')"
    else:
        unit, starts = "year", "date(day, 'start of year')"
    rows = store.rows(
        f"SELECT {starts} AS starts, {_COUNTS}, avg(score), avg(rating) FROM reviews WHERE day <> ''"  # noqa: S608
        " GROUP BY starts ORDER BY starts"
    )
    periods = [
        Period(
            name=_period_name(unit, row[0]),
            starts=row[0],
            counts=_counts(row[1:5]),
            mean=_rounded(row[5]),
            stars=_rounded(row[6]),
        )
        for row in rows
    ]
    return unit, periods, first, last


def _period_name(unit: str, starts: str) -> str:
    day = date.fromisoformat(starts)
    if unit == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return starts[:7] if unit == "month" else starts[:4]


def products(store: ReviewStore) -> list[ProductCounts]:
    """The products with most reviews; empty where the file names none."""
    rows = store.rows(
        f"SELECT product, {_COUNTS}, avg(rating) FROM reviews WHERE product <> ''"  # noqa: S608
        " GROUP BY product ORDER BY count(*) DESC, product LIMIT ?",
        _SHOWN_PRODUCTS,
    )
    return [ProductCounts(product=row[0], counts=_counts(row[1:5]), stars=_rounded(row[5])) for row in rows]


def agreement(store: ReviewStore) -> Agreement | None:
    """How often words and stars agree; None where no scored review has stars."""
    both = "rating IS NOT NULL AND label IS NOT NULL"
    [row] = store.rows(
        f"SELECT count(*), sum(label = {_EXPECTED}), avg(rating),"  # noqa: S608
        f" sum({_EXPECTED} <> 'neutral' AND label <> 'neutral'),"
        f" sum({_EXPECTED} <> 'neutral' AND label = {_EXPECTED})"
        f" FROM reviews WHERE {both}"
    )
    rated, agreeing, mean_stars, polar, polar_agreeing = row
    if not rated:
        return None
    stars = dict(
        store.rows(
            "SELECT CAST(min(5, max(1, round(rating))) AS INTEGER) AS stars, count(*) FROM reviews"
            " WHERE rating IS NOT NULL GROUP BY stars"
        )
    )
    # How far the score (-1 to 1) is from what the stars say (1 to 5 as -1 to 1), where the signs differ.
    worst = store.rows(
        f"SELECT number, text, rating, label, score FROM reviews WHERE {both}"  # noqa: S608
        f" AND label <> {_EXPECTED} ORDER BY abs(score - (rating - 3) / 2.0) DESC, number LIMIT ?",
        _SHOWN_DISAGREEING,
    )
    return Agreement(
        rated=rated,
        agreeing=agreeing,
        share=round(agreeing / rated, 4),
        polar=polar,
        polar_share=round(polar_agreeing / polar, 4) if polar else None,
        mean_stars=round(mean_stars, 2),
        stars=(stars.get(1, 0), stars.get(2, 0), stars.get(3, 0), stars.get(4, 0), stars.get(5, 0)),
        most_disagreeing=tuple(
            Disagreement(number=number, text=excerpt(text), stars=rating, label=label, score=score)
            for number, text, rating, label, score in worst
        ),
    )


MOST_QUOTE = 220


def excerpt(text: str, most: int = MOST_QUOTE) -> str:
    """The beginning of a text, whole words, an exact substring of it."""
    text = text.strip()
    if len(text) <= most:
        return text
    for marks in ("。！？!?\n", ".", "，,；; 、"):
        cut = max(text.rfind(mark, most // 2, most) for mark in marks)
        if cut > 0:
            return text[: cut + 1].strip()
    return text[:most]


def _counts(row: tuple[Any, ...]) -> Counts:
    positive, neutral, negative, unscored = (int(number or 0) for number in row)
    return Counts(positive=positive, neutral=neutral, negative=negative, unscored=unscored)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
