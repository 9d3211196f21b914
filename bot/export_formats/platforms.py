"""The upload formats of Google Ads, Shopify, Amazon and Meta."""

import html
import re
import unicodedata

from bot.export_formats.base import Copy, Format, Row

_CHECKED = "2026-11-25"


def _numbered(name: str, most: int, texts: list[str]) -> Row:
    return {f"{name} {number}": text for number, text in enumerate(texts[:most], 1)}


def _google(copy: Copy) -> Row:
    return {
        "Campaign": copy.brief.product,
        "Ad group": copy.brief.product,
        "Ad type": "Responsive search ad",
        # Nothing runs before a person has looked at it there.
        "Status": "Paused",
        **_numbered("Headline", 15, copy.texts("headline")),
        **_numbered("Description", 4, copy.texts("description")),
        **_numbered("Path", 2, copy.texts("path")),
    }


def _shopify(copy: Copy) -> Row:
    paragraphs = [html.escape(one.strip(), quote=False) for one in copy.first("body").split("\n")]
    return {
        "Title": copy.brief.product,
        "URL handle": handle(copy.brief.product),
        "Description": "".join(f"<p>{one}</p>" for one in paragraphs if one),
        "SEO title": copy.first("title"),
        "SEO description": copy.first("meta_description"),
    }


def _amazon(copy: Copy) -> Row:
    bullets = {f"bullet_point{number}": text for number, text in enumerate(copy.texts("bullet")[:5], 1)}
    return {
        "update_delete": "PartialUpdate",
        "item_name": copy.first("title"),
        "product_description": copy.first("description"),
        **bullets,
    }


def _meta(copy: Copy) -> Row:
    return {
        "Campaign Name": copy.brief.product,
        "Ad Set Name": copy.brief.product,
        "Ad Name": f"{copy.brief.product} {copy.variant_id[:8]}",
        "Ad Status": "PAUSED",
        "Title": copy.first("headline"),
        "Body": copy.first("primary_text"),
        "Link Description": copy.first("description"),
    }


def handle(product: str) -> str:
    """A product's name as Shopify makes handles: small letters, digits and hyphens; empty for other scripts."""
    plain = unicodedata.normalize("NFKD", product).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


GOOGLE_ADS = Format(
    id="google-ads",
    name="Google Ads Editor",
    platforms=frozenset({"google_rsa"}),
    parts={"headline": 15, "description": 4, "path": 2},
    # Headers in English, any case; an empty cell changes nothing, [] erases: the first page.
    columns=(
        *("Campaign", "Ad group", "Ad type", "Status"),
        *(f"Headline {number}" for number in range(1, 16)),
        *(f"Description {number}" for number in range(1, 5)),
        *("Path 1", "Path 2", "Final URL"),
    ),
    row=_google,
    fields={
        "Campaign": "the campaign's name; else the product's",
        "Ad group": "the ad group's name; else the product's",
        "Final URL": "where the ad leads",
    },
    source=(
        "https://support.google.com/google-ads/editor/answer/57747",
        "https://support.google.com/google-ads/answer/7684791",
    ),
    checked_on=_CHECKED,
    doubt=(
        "The page lists frequent columns and not those of every ad type: Headline 4 to 15, Description 3 and 4 and the "
        "value of Ad type are those that Editor's own exports carry. It names no encoding; UTF-8 with a byte order "
        "mark is written."
    ),
    encoding="utf-8-sig",
    erasing=frozenset({"[]"}),
)

SHOPIFY = Format(
    id="shopify",
    name="Shopify products",
    platforms=frozenset({"shopify"}),
    parts={"title": 1, "meta_description": 1, "body": 1},
    # New products need Title; an update needs URL handle and Title; columns that are absent stay as they are.
    columns=("Title", "URL handle", "Description", "SEO title", "SEO description"),
    row=_shopify,
    fields={
        "Title": "the product's name in the shop; else the brief's",
        "URL handle": "the product's handle, which says what is updated; else made from its name",
    },
    source=("https://help.shopify.com/en/manual/products/import-export/using-csv",),
    checked_on=_CHECKED,
    doubt=(
        "Older pages call the columns Handle and Body (HTML). A handle made from the name is a guess: take it from the "
        "shop when the product is there already."
    ),
    line_breaks=True,
)

AMAZON = Format(
    id="amazon",
    name="Amazon flat file",
    platforms=frozenset({"amazon"}),
    parts={"title": 1, "bullet": 5, "description": 1},
    columns=(
        *("item_sku", "update_delete", "item_name", "product_description"),
        *(f"bullet_point{number}" for number in range(1, 6)),
    ),
    row=_amazon,
    fields={"item_sku": "the product's SKU, which says what is updated"},
    source=(
        "https://sellercentral.amazon.com/gp/help/external/G201576660",
        "https://amalyze.com/resources/guides/listing/amazon-listing-flat-file-upload",
    ),
    checked_on=_CHECKED,
    doubt=(
        "Each category has a template of its own, behind a sign-in, and the newest ones name columns like "
        "item_name#1.value: paste these columns into yours under the same attributes. The file is tab-delimited text "
        "without the template's first rows."
    ),
    delimiter="\t",
    ending="txt",
)

META = Format(
    id="meta",
    name="Meta Ads Manager",
    platforms=frozenset({"meta_feed"}),
    parts={"primary_text": 1, "headline": 1, "description": 1},
    columns=(
        *("Campaign Name", "Ad Set Name", "Ad Name", "Ad Status"),
        *("Title", "Body", "Link Description", "Link", "Display Link", "Call to Action"),
    ),
    row=_meta,
    fields={
        "Campaign Name": "the campaign's name; else the product's",
        "Ad Set Name": "the ad set's name; else the product's",
        "Link": "where the ad leads",
        "Display Link": "what is shown of the link",
        "Call to Action": "the button, e.g. SHOP_NOW",
    },
    source=("https://www.facebook.com/business/help",),
    checked_on=_CHECKED,
    doubt=(
        "Meta's own page was not reachable when this was written: the columns are those of Ads Manager's exports as "
        "public tools read and write them, and the encoding (UTF-16, tabs) likewise. A new ad needs a picture and a "
        "page too: add them in Ads Manager."
    ),
    encoding="utf-16",
    delimiter="\t",
    line_breaks=True,
)

FORMATS: dict[str, Format] = {one.id: one for one in (GOOGLE_ADS, SHOPIFY, AMAZON, META)}
"""The platforms' formats by id; `bot.platform_export` knows a generic one, too."""


def format_for(platform_id: str) -> Format | None:
    """The format that takes a platform's copy; None when there is none."""
    return next((one for one in FORMATS.values() if platform_id in one.platforms), None)
