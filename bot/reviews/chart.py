"""The report as a picture: how people feel, how that changed, and what they like and dislike."""

import io
import threading
import unicodedata
from typing import TYPE_CHECKING, Any

from bot.reviews.labels import labels
from bot.reviews.values import Report
from models.variant import SentimentLabel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw"]

# Told apart by people who see no red or no green, too (https://jfly.uni-koeln.de/color/).
COLOURS: dict[SentimentLabel, str] = {"positive": "#0b7a75", "neutral": "#b8bec6", "negative": "#d55e00"}
_INK, _FAINT = "#1f2933", "#d8dde3"
_WIDTH, _DPI = 10.0, 120
MOST_PERIODS, MOST_ASPECTS, MOST_LABEL = 36, 8, 24

# Matplotlib's settings and font cache are the process's own.
_drawing = threading.Lock()


def draw(report: Report) -> bytes:
    """The report as PNG.

    Chinese is drawn with the Noto Sans SC that comes with the package pylopdf-fonts-zh-cn, so that it is legible on
    a machine without fonts.
    """
    with _drawing:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        with matplotlib.rc_context(_settings()):
            figure = _figure(report)
            FigureCanvasAgg(figure)
            stream = io.BytesIO()
            figure.savefig(stream, format="png", dpi=_DPI, facecolor="white")
            return stream.getvalue()


def _settings() -> Any:
    from importlib.resources import as_file, files

    from matplotlib import font_manager

    with as_file(files("pylopdf_fonts_zh_cn") / "NotoSansSC-Regular.otf") as path:
        name = font_manager.FontProperties(fname=str(path)).get_name()
        if name not in {font.name for font in font_manager.fontManager.ttflist if font.fname == str(path)}:
            font_manager.fontManager.addfont(str(path))
    return {
        "font.family": [name, "DejaVu Sans"],
        "font.size": 11,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.edgecolor": _FAINT,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": False,
        # What customers write is no formula.
        "text.parse_math": False,
    }


def _figure(report: Report) -> "Figure":
    from matplotlib.figure import Figure

    said = labels(report.language)
    aspects = _aspect_rows(report)
    periods = report.trend[-MOST_PERIODS:] if len(report.trend) > 1 else ()
    heights = [1.1, *([2.6] if periods else []), *([0.5 + 0.34 * len(aspects)] if aspects else [])]
    figure = Figure(figsize=(_WIDTH, sum(heights) + 1.0 * len(heights) + 0.2), layout="constrained")
    axes = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    title = said.of_product if report.product else said.title
    figure.suptitle(title.format(count=report.reviews, product=_label(report.product, 60)), fontsize=15)
    panels = list(axes)
    _distribution(panels.pop(0), report)
    if periods:
        _trend(panels.pop(0), report)
    if aspects:
        _aspects(panels.pop(0), report)
    return figure


def _distribution(axes: "Axes", report: Report) -> None:
    said = labels(report.language)
    total = max(1, report.counts.scored)
    left = 0.0
    for label, colour in COLOURS.items():
        count = getattr(report.counts, label)
        share = count / total
        axes.barh([0], [share], left=left, color=colour, height=0.6)
        told = f"{said.sentiments[label]}\n{share:.0%} · {count:,}"
        if share >= 0.1:
            ink = _INK if label == "neutral" else "white"
            axes.text(left + share / 2, 0, told, ha="center", va="center", color=ink, fontsize=10)
        elif count:
            # No room inside: above, and within the picture at both its ends.
            side = "left" if left < 0.1 else "right" if left + share > 0.9 else "center"
            at = {"left": left, "right": left + share, "center": left + share / 2}[side]
            axes.text(at, 0.34, told.replace("\n", " "), ha=side, va="bottom", fontsize=9)
        left += share
    if not report.counts.scored:
        axes.text(0.5, 0, said.unscored, ha="center", va="center")
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.35, 0.55)
    axes.axis("off")


def _trend(axes: "Axes", report: Report) -> None:
    from matplotlib.ticker import MaxNLocator

    said = labels(report.language)
    periods = report.trend[-MOST_PERIODS:]
    places = range(len(periods))
    below = [0] * len(periods)
    for label, colour in COLOURS.items():
        heights = [getattr(period.counts, label) for period in periods]
        axes.bar(places, heights, bottom=below, color=colour, width=0.8, label=said.sentiments[label])
        below = [one + more for one, more in zip(below, heights, strict=True)]
    step = max(1, -(-len(periods) // 12))
    shown = list(places)[::step]
    turned = 30 if len(shown) > 8 else 0
    axes.set_xticks(
        shown, [periods[place].name for place in shown], rotation=turned, ha="right" if turned else "center"
    )
    axes.set_ylabel(said.reviews)
    axes.set_title(said.trend[report.period or "month"], loc="left", fontsize=12)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)


def _aspect_rows(report: Report) -> list[tuple[str, int, int]]:
    """The aspects with how many like and dislike them, the liked ones above."""
    rows = {aspect.name: (aspect.liked, aspect.disliked) for aspect in report.liked[:MOST_ASPECTS]}
    for aspect in report.disliked[:MOST_ASPECTS]:
        rows.setdefault(aspect.name, (aspect.liked, aspect.disliked))
    return [(name, *both) for name, both in rows.items()]


def _aspects(axes: "Axes", report: Report) -> None:
    said = labels(report.language)
    rows = _aspect_rows(report)[::-1]
    places = range(len(rows))
    axes.barh(places, [liked for _, liked, _ in rows], color=COLOURS["positive"], height=0.7)
    axes.barh(places, [-disliked for _, _, disliked in rows], color=COLOURS["negative"], height=0.7)
    most = max(max(liked, disliked) for _, liked, disliked in rows)
    for place, (_, liked, disliked) in zip(places, rows, strict=True):
        if liked:
            axes.text(liked + most * 0.015, place, f"{liked:,}", va="center", fontsize=9)
        if disliked:
            axes.text(-disliked - most * 0.015, place, f"{disliked:,}", va="center", ha="right", fontsize=9)
    axes.set_yticks(places, [_label(name) for name, _, _ in rows])
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.set_xlim(-most * 1.15, most * 1.15)
    axes.set_xticks([])
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_title(said.aspects, loc="left", fontsize=12)
    axes.text(0, -0.02, f"← {said.disliked}", transform=axes.transAxes, va="top", color=COLOURS["negative"])
    axes.text(
        1, -0.02, f"{said.liked} →", transform=axes.transAxes, va="top", ha="right", color=COLOURS["positive"]
    )


def _label(text: str, most: int = MOST_LABEL) -> str:
    """A text that fits beside a bar and that the fonts can draw: no emoji, no line ends."""
    drawn = "".join(
        character
        for character in " ".join(text.split())
        if ord(character) < 0x1F000 and unicodedata.category(character)[0] not in "C"
    ).strip()
    return drawn if len(drawn) <= most else f"{drawn[: most - 1]}…"
