"""Chinese in its two scripts: what is simplified, what is traditional, and the one made the other, as OpenCC has it."""

from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = ["converted", "one_script_only", "simplified"]

_BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00))


@cache
def _converter(name: str) -> "OpenCC":
    # Its dictionaries are read when the first text needs them.
    from opencc import OpenCC

    return OpenCC(name)


def converted(text: str, script: Literal["simplified", "traditional"]) -> str:
    """A text in a script, phrase by phrase (头发 is 頭髮, 发展 is 發展); traditional as it is written in Taiwan."""
    return str(_converter("t2s" if script == "simplified" else "s2tw").convert(text))


def simplified(text: str) -> str:
    """A text with each traditional character as its simplified one, of the same length: to compare, not to show."""
    return text.translate(_pairs("t2s")) if text > "\u2fff" else text


@cache
def _pairs(name: str) -> dict[int, str]:
    """Every character that a conversion changes, one for one."""
    every = [chr(code) for first, end in _BLOCKS for code in range(first, end)]
    changed = _converter(name).convert("\n".join(every)).split("\n")
    return {ord(a): b for a, b in zip(every, changed, strict=True) if a != b and len(b) == 1}


@cache
def one_script_only() -> tuple[frozenset[str], frozenset[str]]:
    """Characters that are traditional only, and those that are simplified only.

    A simplified form that some traditional text uses too (后, 里, 面) says nothing, and neither does a traditional one
    that simplified text keeps in names and phrases (乾, 著).
    """
    traditional = frozenset(map(chr, _pairs("t2s")))
    changed = frozenset(map(chr, _pairs("s2t"))) - traditional
    return traditional - set("著乾瞭夥藉覆祇餘"), changed - set(_SHARED)


_SHARED = (
    "后里面发台松系制干余云只几表谷丑斗范丰胡回伙姜借克困累漏曲舍胜术同万咸叶游于郁愿岳扎折征志周准咨别并布当"
    "冲出担党淀冬恶复盖个刮合划获家尽据卷夸腊了猎蒙弥蔑辟苹仆朴秋确沈适叹涂团弯喂洗纤向须旋药佣御吁欲痒证致种朱筑兑"
)
