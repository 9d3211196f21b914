"""Whether two measures are the same one: units converted, roundings allowed where they are marked."""

from typing import Literal, NamedTuple

__all__ = ["FEW", "LENGTHS", "Bound", "Figure", "is_grounded"]

Bound = Literal["exact", "more", "less", "almost", "about", "up_to", "at_least"]
"""What is said before or after a figure: over 100, less than 500 g, almost 30, about 5 km, up to 8 h, 20 or more."""

# Unit -> its dimension and how many of the dimension's base unit it is.
_SCALES: dict[str, tuple[str, float]] = {
    unit: (dimension, scale)
    for dimension, units in {
        "time": {"s": 1.0, "min": 60.0, "h": 3_600.0, "day": 86_400.0, "week": 604_800.0}
        | {"month": 30.4375 * 86_400, "year": 365.25 * 86_400},
        "length": {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1_000.0, "inch": 0.0254, "ft": 0.3048}
        | {"mile": 1_609.344},
        "area": {"sq m": 1.0, "sq ft": 0.09290304},
        "mass": {"mg": 0.001, "g": 1.0, "kg": 1_000.0, "斤": 500.0, "oz": 28.349523, "lb": 453.59237}
        | {"ton": 1_000_000.0},
        "volume": {"ml": 1.0, "l": 1_000.0, "fl oz": 29.573530, "pint": 473.17647, "gallon": 3_785.4118},
        "pixels": {"像素": 1.0, "mp": 1_000_000.0},
        "energy": {"wh": 1.0, "kwh": 1_000.0},
        "power": {"w": 1.0, "kw": 1_000.0},
        "speed": {"km/h": 1.0, "mph": 1.609344, "m/s": 3.6},
        "data rate": {"mb/s": 8.0, "gb/s": 8_000.0, "mbps": 1.0, "gbps": 1_000.0},
        "frequency": {"hz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
        "data": {"mb": 1.0, "gb": 1_000.0, "tb": 1_000_000.0},
        "food energy": {"kcal": 4.184, "kj": 1.0},
        "ratio": {"x": 1.0},
    }.items()
    for unit, scale in units.items()
}
LENGTHS = frozenset(unit for unit, (dimension, _) in _SCALES.items() if dimension in {"length", "pixels"})
"""Units of which 30 × 20 are two; 3 × 227 g are three of 227 g."""
# Counts of people and of pieces: a number without a unit says the same.
_COUNTS = {"人", "pack", "piece", "bottle", "box", "支", "颗", "层", "级", "岁", "night"}
# Two nights are not two people, but what one calls a piece another calls 片, 颗 or 支.
_OF_GOODS = _COUNTS - {"人", "岁", "night"}
_ROUNDING = 0.05
"""A converted value may be rounded to the places shown, but by no more than this share (2.645 lb as 2.6)."""
_CALENDAR = 0.03
"""30 days are a month, 52 weeks a year."""
_AROUND = 0.10
_MOST_BELOW = 0.80
"""Over 100 from 108 is fair, over 50 is not: it says another thing. The same for less than."""
_ALMOST = 0.90


FEW = 10
"""As many things as a reader of the brief may have counted."""


class Figure(NamedTuple):
    """A number that a text states.

    `text` is how clocks are compared (`10:30`, "" for all others); `counted` is whether a word that is no known
    unit follows (5 blades), so that the number cannot stand for another unit; `things` whether that word is a
    plural or a Chinese counter, so that a measure cannot stand for the number; `worded` whether it is written in
    words; `per` is what it is said for each of (9 a month: month, "" = nothing).
    """

    value: float
    unit: str
    start: int
    end: int
    shown: str
    bound: Bound = "exact"
    text: str = ""
    counted: bool = False
    worded: bool = False
    things: bool = False
    per: str = ""


def is_grounded(figure: Figure, fact: Figure) -> bool | None:
    """Whether a fact's figure supports a copy's.

    Returns:
        True or False; None where only “up to” was dropped, which says more than the fact, or where a few things
        are counted and the fact measures: the brief may list them (30, 32 and 34 inches are three lengths).
    """
    if figure.text or fact.text:
        return figure.text == fact.text
    if figure.per and fact.per and figure.per != fact.per:
        return False
    if figure.things and fact.unit and fact.unit not in _COUNTS:
        return None if figure.value == fact.value and figure.value <= FEW else False
    value = _converted(figure, fact)
    if value is None:
        return False
    if figure.bound in {"exact", "up_to", "at_least"} and _same(figure, value, figure.unit != fact.unit):
        return None if fact.bound == "up_to" and figure.bound != "up_to" else True
    return _bounded(figure, fact, value)


def _bounded(figure: Figure, fact: Figure, value: float) -> bool:
    said = figure.value
    equal = abs(said - value) <= 1e-9 * max(1.0, abs(said))
    match figure.bound:
        case "more":
            return (equal and fact.bound in {"more", "at_least"}) or (
                not equal and said < value and said >= value * _MOST_BELOW
            )
        case "at_least":
            return said < value and said >= value * _MOST_BELOW
        case "less":
            return (equal and fact.bound in {"less", "almost"}) or (
                not equal and said > value and value >= said * _MOST_BELOW
            )
        case "almost":
            return (equal and fact.bound in {"less", "almost"}) or (
                not equal and said > value and value >= said * _ALMOST
            )
        case "about":
            return abs(said - value) <= _AROUND * abs(value)
    return False


def _converted(figure: Figure, fact: Figure) -> float | None:
    """The fact's value in the figure's unit; None where they measure different things."""
    if figure.unit == fact.unit:
        return fact.value
    if not figure.unit:
        # Without its unit a number is not known to be below zero: “-10 to 40 °C” writes it once.
        return abs(fact.value)
    if not fact.unit:
        return None if fact.counted and figure.unit not in _COUNTS else fact.value
    if figure.unit in _OF_GOODS and fact.unit in _OF_GOODS:
        return fact.value
    if {figure.unit, fact.unit} in ({"£", "lb"}, {"岁", "year"}):
        # 20 pounds may be money, and 3岁 are 3 years of age.
        return fact.value
    if figure.unit == "¥" and figure.shown.endswith("块") and fact.unit in _OF_GOODS:
        # 58块 may be pieces.
        return fact.value
    if (figure.unit, fact.unit) == ("°f", "°c"):
        return fact.value * 9 / 5 + 32
    if (figure.unit, fact.unit) == ("°c", "°f"):
        return (fact.value - 32) * 5 / 9
    if figure.unit == "x" and fact.unit == "%":
        return {100.0: 2.0, 200.0: 2.0, 50.0: 0.5, 300.0: 3.0}.get(fact.value)
    here, there = _SCALES.get(figure.unit), _SCALES.get(fact.unit)
    if here is None or there is None or here[0] != there[0]:
        return None
    return fact.value * there[1] / here[1]


_MONTHLY = {"month", "year"}


def _same(figure: Figure, value: float, converted: bool) -> bool:
    said = figure.value
    if abs(said - value) <= 1e-9 * max(1.0, abs(said)):
        return True
    if not converted or not value:
        return False
    share = abs(said - value) / abs(value)
    if _SCALES.get(figure.unit, ("",))[0] == "time":
        return share <= _CALENDAR if figure.unit in _MONTHLY or said >= 1 else False
    if _SCALES.get(figure.unit, ("",))[0] == "data" and abs(share - 0.024) < 0.002:
        return True
    places = (
        len(figure.shown.partition(".")[2].rstrip("abcdefghijklmnopqrstuvwxyz°% "))
        if "." in figure.shown
        else 0
    )
    places = min(places, 6)
    return abs(said - value) <= 0.5 * 10**-places + 1e-9 and share <= _ROUNDING
