"""The values of the reviews feature: what is asked for, and the report that comes back."""

from typing import Literal

from pydantic import Field

from models.brief import Language
from models.variant import SentimentLabel, Value

Stance = Literal["liked", "disliked"]


class Options(Value):
    """How a file is to be read; empty names mean: find the column."""

    text_column: str = ""
    rating_column: str = ""
    date_column: str = ""
    product_column: str = ""
    product: str = ""
    language: Language | None = None
    keep_personal: bool = False


class Review(Value):
    """One review as it is kept.

    `number` is the row that a spreadsheet shows (a header is row 1), or the line of a plain text. `rating` is in
    stars, 1 to 5; `day` is an ISO date.
    """

    number: int
    text: str
    rating: float | None = None
    day: str = ""
    product: str = ""


class Counts(Value):
    """How many reviews feel how; `unscored` are in a language that is not scored."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    unscored: int = 0

    @property
    def scored(self) -> int:
        """How many have a sentiment."""
        return self.positive + self.neutral + self.negative

    @property
    def total(self) -> int:
        """How many there are."""
        return self.scored + self.unscored


class Period(Value):
    """One stretch of the trend: `starts` is its first day, `name` what people read (`2027-03`, `W10 2027`)."""

    name: str
    starts: str
    counts: Counts
    mean: float | None = None
    stars: float | None = None


class ProductCounts(Value):
    """One product's reviews."""

    product: str
    counts: Counts
    stars: float | None = None


class Quote(Value):
    """What a customer wrote: an exact substring of the stored review in that row."""

    number: int
    text: str
    product: str = ""


class Disagreement(Value):
    """A review whose words and stars say different things."""

    number: int
    text: str
    stars: float
    label: SentimentLabel
    score: float


class Agreement(Value):
    """How often words and stars agree: 4 and 5 stars are positive, 3 neutral, 1 and 2 negative.

    `share` counts all of them; `polar_share` leaves out three stars and texts scored neutral.
    """

    rated: int
    agreeing: int
    share: float
    polar: int
    polar_share: float | None = None
    mean_stars: float
    stars: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)
    most_disagreeing: tuple[Disagreement, ...] = ()


class Aspect(Value):
    """Something that people write about: in how many reviews they like and dislike it, and their words."""

    name: str
    liked: int
    disliked: int
    quotes: tuple[Quote, ...] = ()


class ColumnsRead(Value):
    """Which columns were taken for what, as the file names them; empty where there is none."""

    text: str
    rating: str = ""
    date: str = ""
    product: str = ""


class Report(Value):
    """All that is told about a file of reviews. Every text is masked."""

    name: str
    product: str
    language: Language
    columns: ColumnsRead
    rows: int
    reviews: int
    empty: int
    duplicates: int
    counts: Counts
    mean: float | None
    languages: dict[str, int]
    first_day: str = ""
    last_day: str = ""
    period: Literal["", "week", "month", "year"] = ""
    trend: tuple[Period, ...] = ()
    products: tuple[ProductCounts, ...] = ()
    agreement: Agreement | None = None
    liked: tuple[Aspect, ...] = ()
    disliked: tuple[Aspect, ...] = ()
    requests_count: int = 0
    requests: tuple[Quote, ...] = ()
    summary: tuple[Quote, ...] = ()
    written_summary: tuple[str, ...] = ()
    written_by: str = ""
    scored_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = Field(default=())
    seconds: float = 0.0
