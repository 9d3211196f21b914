"""What a sentiment checkpoint's label names stand for."""

import re
from collections.abc import Mapping

from models.errors import SentimentUnavailable

_NEGATIVE = re.compile(r"neg(ative)?\b|消极|负面|负向|负性|差评|贬义|不满意|unfavou?rable\b|bad\b")
_NEUTRAL = re.compile(r"neu(tral)?\b|中性|中立|中评|无情感|mixed\b")
_POSITIVE = re.compile(r"pos(itive)?\b|积极|正面|正向|正性|好评|褒义|满意|favou?rable\b|good\b")
_STRONG = re.compile(r"(very|extremely|strong(ly)?|非常|强烈)[ _-]*")
_STARS = re.compile(r"(?:stars?|rating|score|label)?[ _-]*([1-5])[ _-]*(?:stars?|星|颗星)?(?:[级评].*)?")
_CHINESE_STARS = {"一星": "1", "二星": "2", "两星": "2", "三星": "3", "四星": "4", "五星": "5"}

REMEDY = (
    "Use a checkpoint whose labels are negative/positive (neutral too, if it has it), LABEL_0/LABEL_1, "
    "1 to 5 stars or their Chinese names, or unset COPYDESK_SENTIMENT_MODEL to use the shipped one."
)


def label_values(id2label: Mapping[int, str], checkpoint: str) -> tuple[float, ...]:
    """The value of each class from -1 (negative) to 1 (positive), in the order of the classes.

    Unnamed classes are read by the usual order: two are negative and positive, three have neutral between
    them, five are stars.

    Args:
        id2label: The checkpoint's own names.
        checkpoint: Its id or path, for the error.

    Raises:
        SentimentUnavailable: A name stands for no sentiment.
    """
    names = [str(id2label[i]).strip().lower().replace("_", " ") for i in range(len(id2label))]
    names = [_CHINESE_STARS.get(name, name) for name in names]
    count = len(names)
    usual: dict[int, tuple[float, ...]] = {
        2: (-1.0, 1.0),
        3: (-1.0, 0.0, 1.0),
        5: (-1.0, -0.5, 0.0, 0.5, 1.0),
    }
    if count in usual and names in ([f"label {i}" for i in range(count)], [str(i) for i in range(count)]):
        return usual[count]
    stars = [_STARS.fullmatch(name) for name in names]
    if count == 5 and all(stars) and {found[1] for found in stars if found} == set("12345"):
        return tuple((int(found[1]) - 3) / 2 for found in stars if found)
    graded = any(_STRONG.match(name) for name in names)
    values = tuple(_value_of(name, graded) for name in names)
    unknown = [id2label[i] for i, value in enumerate(values) if value is None]
    if unknown:
        raise SentimentUnavailable(
            f"The sentiment checkpoint {checkpoint} has a label “{unknown[0]}” that names no sentiment.",
            REMEDY,
        )
    known = tuple(value for value in values if value is not None)
    if not (min(known, default=0.0) < 0 < max(known, default=0.0)):
        raise SentimentUnavailable(
            f"The sentiment checkpoint {checkpoint} does not tell negative from positive: "
            f"its labels are {', '.join(map(str, id2label.values()))}.",
            REMEDY,
        )
    return known


def _value_of(name: str, graded: bool) -> float | None:
    strong = _STRONG.match(name)
    plain = name[strong.end() :] if strong else name
    size = 0.5 if graded and not strong else 1.0
    # Negative first: “不满意” holds “满意”.
    if _NEGATIVE.match(plain):
        return -size
    if _NEUTRAL.match(plain):
        return 0.0
    if _POSITIVE.match(plain):
        return size
    return None
