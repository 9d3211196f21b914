"""What of the praise may go into copy."""

import pytest

from bot.reviews.emphasis import confirmed


@pytest.mark.parametrize(
    ("liked", "facts", "sure"),
    [
        (["battery life", "waterproof"], {"battery": "5000 mAh"}, ["battery life"]),
        (["batteries"], {"Battery": "5000 mAh"}, ["batteries"]),
        (["screen"], {"display": "6.1 inch OLED screen"}, ["screen"]),
        (["续航", "防水"], {"电池续航": "12 小时"}, ["续航"]),
        (["电池续航"], {"续航": "12 小时"}, ["电池续航"]),
        (["price", "quality"], {"quality": "tested", "price": "20 €"}, []),
        (["battery"], {}, []),
        (["light"], {"weight": "lightning cable"}, []),
    ],
)
def test_only_what_a_fact_speaks_of_is_emphasis(
    liked: list[str], facts: dict[str, str], sure: list[str]
) -> None:
    assert confirmed(liked, facts) == sure
