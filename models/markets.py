"""The markets that there are advertising rules for."""

from typing import Final, Literal, get_args

__all__ = ["MARKETS", "Market"]

Market = Literal["cn", "us", "eu", "uk"]

MARKETS: Final[tuple[str, ...]] = get_args(Market)
