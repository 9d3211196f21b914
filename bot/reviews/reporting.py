"""Makes the report of a run whose reviews are all scored."""

from collections.abc import Sequence

from bot.reviews import figures
from bot.reviews.listening import SCORERS, TALLY
from bot.reviews.reading import Source
from bot.reviews.store import ReviewStore
from bot.reviews.summary import extracted
from bot.reviews.values import Aspect, Options, Quote, Report
from models import aspects
from models.aspect_tally import AspectTally
from models.brief import Language, detect_language

__all__ = ["make_report"]

_ASPECTS = 8
_QUOTES = 2
_REQUESTS = 5


def make_report(store: ReviewStore, source: Source, options: Options) -> Report:
    """The report; quotes are exact substrings of the stored reviews."""
    counts, mean = figures.counts(store)
    unit, periods, first, last = figures.trend(store)
    found = figures.languages(store)
    products = figures.products(store)
    language = options.language or _language(found, store)
    told = AspectTally.from_state(state).report(_ASPECTS) if (state := store.meta(TALLY)) else None
    return Report(
        name=source.name,
        product=options.product or (products[0].product if len(products) == 1 else ""),
        language=language,
        columns=source.columns.read(),
        rows=store.meta("rows") or 0,
        reviews=counts.total,
        empty=store.meta("empty") or 0,
        duplicates=figures.duplicates(store),
        counts=counts,
        mean=mean,
        languages=found,
        first_day=first,
        last_day=last,
        period=unit,
        trend=tuple(periods),
        products=tuple(products) if len(products) > 1 else (),
        agreement=figures.agreement(store),
        liked=tuple(_aspect(one, one.praise) for one in told.liked) if told else (),
        disliked=tuple(_aspect(one, one.blame) for one in told.disliked) if told else (),
        requests_count=sum(one.count for one in told.requests) if told else 0,
        requests=_requests(told.requests) if told else (),
        summary=tuple(extracted(store, "zh" if _leads(found) == "zh" else "en")),
        scored_by=tuple(store.meta(SCORERS) or ()),
        notes=(*source.notes, *_notes(language, found, counts.total)),
    )


def _requests(told: Sequence[aspects.Request]) -> tuple[Quote, ...]:
    """What is asked for most, one quote for each subject, then more of the first."""
    quotes = [one.quotes[0] for one in told if one.quotes]
    quotes += [quote for one in told for quote in one.quotes[1:]]
    return tuple(Quote(number=one.review, text=figures.excerpt(one.text)) for one in quotes[:_REQUESTS])


def _aspect(one: aspects.Aspect, said: Sequence[aspects.Quote]) -> Aspect:
    return Aspect(
        name=one.term,
        liked=one.positive,
        disliked=one.negative,
        quotes=tuple(
            Quote(number=quote.review, text=figures.excerpt(quote.text)) for quote in said[:_QUOTES]
        ),
    )


def _leads(found: dict[str, int]) -> str:
    return max(("en", "zh"), key=lambda code: found.get(code, 0))


def _language(found: dict[str, int], store: ReviewStore) -> Language:
    """The language of most reviews; where none is scored, that of the first ones."""
    if found.get("en") or found.get("zh"):
        return "zh" if _leads(found) == "zh" else "en"
    return detect_language(
        "\n".join(text for (text,) in store.rows("SELECT text FROM reviews LIMIT 50"))[:5_000]
    )


def _notes(language: Language, found: dict[str, int], total: int) -> list[str]:
    notes = []
    if other := found.get("other", 0):
        notes.append(
            f"{other:,}条评价的语言暂不评分。"
            if language == "zh"
            else f"{other:,} reviews are in a language that is not scored."
        )
    if wordless := found.get("und", 0):
        notes.append(
            f"{wordless:,}条评价没有文字（只有表情、数字等），算作中性。"
            if language == "zh"
            else f"{wordless:,} reviews have no words (emoji or figures alone) and count as neutral."
        )
    return notes
