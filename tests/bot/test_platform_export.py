"""An upload file must carry the copy unchanged in the importer's own columns, and run nowhere."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export_formats import FORMATS, Copy
from bot.export_formats.platforms import format_for
from bot.platform_export import FORMAT_IDS, GENERIC, Exported, export, runs_as_formula
from models.brief import Kind, clean_text
from models.errors import CopydeskError
from models.platforms import platforms
from models.variant import Part
from tests import factories

PARTS: dict[str, list[tuple[str, str]]] = {
    "google-ads": [
        *(("headline", f"Headline of copy {number}") for number in range(1, 4)),
        ("description", "5000 mAh, “quoted”, and a comma"),
        ("description", "电池耐用，出行无忧"),
        ("path", "phones"),
    ],
    "shopify": [
        ("title", "Aurora X: 5000 mAh"),
        ("meta_description", "A phone for long trips."),
        ("body", "First & best <line>.\nSecond line."),
    ],
    "amazon": [
        ("title", "Aurora X Phone"),
        *(("bullet", f"Bullet {number}") for number in range(1, 6)),
        ("description", "One line.\nAnother\tline."),
    ],
    "meta": [
        ("primary_text", "长途旅行的手机\n5000毫安时"),
        ("headline", "Aurora X"),
        ("description", "108 MP"),
    ],
}


def copy(format_id: str, parts: list[tuple[str, str]] | None = None, **over: Any) -> Copy:
    [platform] = FORMATS[format_id].platforms
    kind = Kind.DESCRIPTION if format_id in ("shopify", "amazon") else Kind.AD
    asked = factories.brief(platform=platform, kind=kind, product=over.pop("product", "Aurora X phone"))
    made = tuple(Part(name=name, text=text) for name, text in parts or PARTS[format_id])
    return Copy(over.pop("variant_id", "v1"), asked, made, **over)


def read(format_id: str, exported: Exported) -> list[dict[str, str]]:
    """The file as the importer reads it."""
    form = FORMATS.get(format_id)
    text = exported.content.decode(form.encoding if form else "utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=form.delimiter if form else ","))


@pytest.mark.parametrize("format_id", FORMATS)
def test_every_word_of_the_copy_is_in_the_file_under_the_formats_columns(format_id: str) -> None:
    exported = export(format_id, [copy(format_id)])
    [row] = read(format_id, exported)
    assert tuple(row) == FORMATS[format_id].columns
    assert exported.count == 1
    cells = "\n".join(row.values()).replace("<p>", "").replace("</p>", "\n").replace("&amp;", "&")
    cells = cells.replace("&lt;", "<").replace("&gt;", ">")
    for _, text in PARTS[format_id]:
        for line in text.replace("\t", "\n").split("\n"):
            assert line in cells


def test_each_format_says_where_its_columns_come_from_and_what_is_uncertain() -> None:
    for form in FORMATS.values():
        assert form.source
        assert all(link.startswith("https://") for link in form.source)
        assert form.checked_on
        assert form.doubt
        assert form.platforms <= set(platforms())
        assert set(form.fields) <= set(form.columns)
        for platform in form.platforms:
            assert format_for(platform) is form
    assert format_for("taobao") is None


def test_google_gets_a_paused_responsive_ad_in_its_numbered_columns() -> None:
    [row] = read(
        "google-ads", export("google-ads", [copy("google-ads")], {"final url": "https://shop.example/x"})
    )
    assert (row["Ad type"], row["Status"]) == ("Responsive search ad", "Paused")
    assert (row["Headline 3"], row["Headline 4"]) == ("Headline of copy 3", "")
    assert (row["Path 1"], row["Final URL"]) == ("phones", "https://shop.example/x")


def test_shopify_gets_html_that_shows_the_copy_as_it_is() -> None:
    [row] = read("shopify", export("shopify", [copy("shopify")]))
    assert row["Description"] == "<p>First &amp; best &lt;line&gt;.</p><p>Second line.</p>"
    assert row["URL handle"] == "aurora-x-phone"


def test_amazon_updates_these_attributes_alone() -> None:
    exported = export("amazon", [copy("amazon")], {"item_sku": "AX-1"})
    [row] = read("amazon", exported)
    assert (row["item_sku"], row["update_delete"], row["bullet_point5"]) == (
        "AX-1",
        "PartialUpdate",
        "Bullet 5",
    )
    assert exported.content.count(b"\r\n") == 2, "a row stays one line"


def test_meta_gets_utf_16_with_its_mark_as_its_own_exports_have() -> None:
    assert export("meta", [copy("meta")]).content[:2] in (b"\xff\xfe", b"\xfe\xff")


def test_copy_of_another_platform_and_copy_that_is_not_ready_are_left_out_and_named() -> None:
    exported = export(
        "google-ads",
        [copy("google-ads"), copy("meta", variant_id="v2"), copy("google-ads", variant_id="v3", ready=False)],
    )
    assert exported.count == 1
    assert [(one.variant_id, one.reason.split(":")[0]) for one in exported.left_out] == [
        ("v2", "it was written for Facebook and Instagram feed, not for Google Ads Editor"),
        ("v3", "it is not ready"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x")',
        "＝cmd",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "  =1+1",
        "＋SUM（1）",
    ],
)
def test_what_a_spreadsheet_might_run_is_left_out_and_said(text: str) -> None:
    exported = export("google-ads", [copy("google-ads", [("headline", text)])])
    assert exported.count == 0
    assert "formula" in exported.left_out[0].reason
    [row] = read(GENERIC, export(GENERIC, [copy("google-ads", [("headline", text.strip())])]))
    assert row["part_headline"].startswith(("'", "＝", "＋"))


@pytest.mark.parametrize(
    "text", ["-20 % today", "+50 % battery", "@home yoga, for all", "- light -", "5000 mAh"]
)
def test_honest_copy_that_begins_with_a_sign_is_not_changed(text: str) -> None:
    [row] = read("google-ads", export("google-ads", [copy("google-ads", [("headline", text)])]))
    assert row["Headline 1"] == text


def test_a_cell_that_orders_the_importer_to_erase_is_left_out() -> None:
    assert export("google-ads", [copy("google-ads", [("headline", "[]")])]).count == 0


def test_a_field_that_the_format_does_not_have_is_named() -> None:
    with pytest.raises(CopydeskError, match="no column “Colour”"):
        export("meta", [], {"Colour": "red"})
    with pytest.raises(CopydeskError, match="formula"):
        export("meta", [], {"Link": "=x"})
    with pytest.raises(CopydeskError, match="no export format"):
        export("tiktok", [])


def test_the_generic_file_has_a_column_for_every_part_of_all_copies() -> None:
    copies = [copy("google-ads"), copy("shopify", variant_id="v2", approved_by="UBEN")]
    first, second = read(GENERIC, export(GENERIC, copies))
    assert (first["part_headline_3"], second["part_headline_3"]) == ("Headline of copy 3", "")
    assert (second["approved_by"], second["part_title"]) == ("UBEN", "Aurora X: 5000 mAh")


def test_a_part_that_the_format_does_not_carry_is_never_dropped_in_silence() -> None:
    exported = export("amazon", [copy("amazon", [("headline", "Aurora X")])])
    assert [one.reason for one in exported.left_out] == [
        "Amazon flat file has no column for its part headline"
    ]
    exported = export("amazon", [copy("amazon", [("bullet", str(n)) for n in range(6)])])
    assert [one.reason for one in exported.left_out] == ["Amazon flat file has room for 5 of its part bullet"]


@pytest.mark.parametrize("format_id", FORMAT_IDS)
@given(texts=st.lists(st.text(max_size=60).map(clean_text).filter(bool), min_size=1, max_size=4))
def test_any_copy_comes_back_from_the_file_or_is_left_out(format_id: str, texts: list[str]) -> None:
    name = {"shopify": "meta_description", "amazon": "bullet", "meta": "primary_text"}.get(
        format_id, "headline"
    )
    texts = texts[: FORMATS[format_id].parts[name]] if format_id in FORMATS else texts
    wanted = copy(format_id if format_id in FORMATS else "google-ads", [(name, text) for text in texts])
    exported = export(format_id, [wanted])
    rows = read(format_id, exported)
    assert len(rows) == exported.count
    if exported.count and format_id in FORMATS:
        assert not any(runs_as_formula(cell) for cell in rows[0].values())
        cells = ["".join(cell.split()) for cell in rows[0].values()]
        assert "".join(texts[0].split()) in cells


def test_the_docs_name_every_formats_platform_and_pages() -> None:
    docs = (Path(__file__).resolve().parents[2] / "docs" / "approval.md").read_text(encoding="utf-8")
    for form in FORMATS.values():
        assert f"| `{form.id}` |" in docs
        assert form.id == "meta" or form.source[0] in docs
        for name in form.columns:
            assert name.rstrip("0123456789 ") in docs, name
