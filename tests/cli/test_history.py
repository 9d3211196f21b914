"""`copydesk history` and `copydesk export`: finding and taking out what was written."""

import asyncio
import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

from bot.assembly import make_history
from bot.settings import load_settings
from models.variant import Draft
from tests import factories
from tests.cli.conftest import Copydesk


async def keep(*drafts: Draft, channel_id: str = "") -> None:
    """Put drafts into the history that the settings name."""
    history = make_history(load_settings())
    try:
        for draft in drafts:
            await history.save_draft(draft, channel_id=channel_id)
    finally:
        await history.close()


def draft(product: str, *texts: str, kind: str = "ad", number: int = 1) -> Draft:
    """A draft about a product, a variant for each text."""
    brief = factories.brief(product=product, kind=kind, language=None)
    ids = f"d{number}"
    variants = tuple(
        factories.variant(id=f"{ids}-v{i}", brief_id=f"b{number}", position=i, parts=[("body", text)])
        for i, text in enumerate(texts, 1)
    )
    return factories.draft(id=ids, brief_id=f"b{number}", brief=brief, variants=variants)


async def test_words_find_copy_in_both_languages(copydesk: Copydesk) -> None:
    """English by its stem, Chinese by two characters."""
    await keep(draft("Fan", "It runs quietly."), draft("风扇", "安静的桌面风扇", number=2))
    assert "It runs quietly." in (await copydesk("history", "running")).out
    assert "安静的桌面风扇" in (await copydesk("history", "桌面")).out


async def test_filters_narrow(copydesk: Copydesk) -> None:
    """Kind, channel and limit leave out the rest."""
    await keep(draft("Fan", "One.", "Two."), channel_id="C1")
    await keep(draft("Plan", "Three.", kind="campaign", number=2), channel_id="C2")
    assert "Three." not in (await copydesk("history", "--kind", "ad")).out
    assert "One." not in (await copydesk("history", "--channel", "C2")).out
    found = json.loads((await copydesk("history", "--limit", "1", "--json")).out)
    assert len(found) == 1
    assert json.loads((await copydesk("history", "--since", "2999-01-01", "--json")).out) == []
    assert len(json.loads((await copydesk("history", "--since", "7d", "--json")).out)) == 3


async def test_json_carries_brief_and_variant(copydesk: Copydesk) -> None:
    """A script gets what people see, and more."""
    await keep(draft("Fan", "One."))
    (found,) = json.loads((await copydesk("history", "fan", "--json")).out)
    assert found["product"] == "Fan"
    assert found["variant"]["text"] == "One."
    assert isinstance(found["variant"]["ready"], bool)


async def test_nothing_found_is_said(copydesk: Copydesk) -> None:
    """An empty answer is an answer."""
    result = await copydesk("history", "nothing")
    assert result.code == 0
    assert result.err == "Nothing found.\n"


@pytest.mark.parametrize("since", ["yesterday", "7 months", "2027-13-01", "99999999d", "999999w"])
async def test_since_that_is_no_time_is_refused(copydesk: Copydesk, since: str) -> None:
    """Exit code 2, saying which forms there are."""
    result = await copydesk("history", "--since", since)
    assert result.code == 2
    assert "7d" in result.err


async def test_csv_opens_in_a_spreadsheet_without_running_anything(
    copydesk: Copydesk, tmp_path: Path
) -> None:
    """Excel reads the Chinese, and no cell is a formula."""
    await keep(draft("风扇", '=HYPERLINK("http://x")', "+1 day", "-5 %", "@home", "plain, with comma"))
    result = await copydesk("export", "--output", "out.csv")
    assert result.code == 0, result.err
    content = (tmp_path / "out.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["text"][:2] for row in rows] == ["'=", "'+", "'-", "'@", "pl"]
    assert {row["product"] for row in rows} == {"风扇"}
    assert "5 variants" in result.err


async def test_jsonl_is_one_object_a_line_unchanged(copydesk: Copydesk) -> None:
    """Programs get the text as it is."""
    await keep(draft("Fan", "=1+1", "Two\nlines"))
    result = await copydesk("export", "--format", "jsonl")
    assert [json.loads(line)["text"] for line in result.out.splitlines()] == ["=1+1", "Two\nlines"]


async def test_csv_goes_to_standard_output(copydesk: Copydesk) -> None:
    """For pipes."""
    await keep(draft("Fan", "One."))
    result = await copydesk("export")
    (row,) = csv.DictReader(io.StringIO(result.out.removeprefix("\ufeff")))
    assert row["text"] == "One."


async def test_unwritable_output_leaves_nothing_behind(copydesk: Copydesk, tmp_path: Path) -> None:
    """A file is there whole or not at all."""
    await keep(draft("Fan", "One."))
    result = await copydesk("export", "--output", "missing/out.csv")
    assert result.code == 1
    assert "missing/out.csv" in result.err
    (tmp_path / "history.db").write_bytes(b"no database at all, but long enough to be read as one" * 20)
    result = await copydesk("export", "--output", "out.csv")
    assert result.code == 5
    assert not [name for name in os.listdir(tmp_path) if "out.csv" in name]


async def test_export_of_an_empty_history_says_so(copydesk: Copydesk) -> None:
    """Nothing is not an error."""
    result = await copydesk("export")
    assert result.code == 0
    assert result.err.startswith("0 variants")


async def test_reader_that_stops_reading_is_no_error(copydesk: Copydesk, tmp_path: Path) -> None:
    """`copydesk export | head -1` ends quietly."""
    await keep(draft("Fan", *[f"{number} " + "x" * 2000 for number in range(8)]))
    process = await asyncio.create_subprocess_shell(
        f"{sys.executable} -m bot export --format jsonl | head -c 100 >/dev/null; exit ${{PIPESTATUS[0]}}",
        executable="/bin/bash",
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in err


async def test_export_for_a_platform_takes_its_approved_copy_and_counts_the_rest(
    copydesk: Copydesk, tmp_path: Path
) -> None:
    ads = factories.draft(
        id="dp", brief_id="bp", variants=[factories.variant(id=f"p{n}", brief_id="bp") for n in (1, 2)]
    )
    await keep(ads, draft("Kettle", "Boils fast."))  # the second has a part that no search ad has
    history = make_history(load_settings())
    await history.approve("p2", "UBEN")
    await history.close()
    options = ("--format", "google-ads", "--field", "Final URL=https://shop.example", "--output", "ads.csv")
    result = await copydesk("export", *options)
    assert (result.code, "2 variants exported to ads.csv." in result.err) == (0, True)
    assert "1 left out: Google Ads Editor has no column for its part body." in result.err
    result = await copydesk("export", *options, "--approved")
    assert "1 variants exported" in result.err
    [row] = csv.DictReader(io.StringIO((tmp_path / "ads.csv").read_bytes().decode("utf-8-sig")))
    assert row["Headline 1"] == "Aurora X: 5000 mAh"
    assert (await copydesk("export", "--format", "meta", "--field", "nonsense")).code == 2
    result = await copydesk("export", "--approved", "--format", "jsonl")
    assert [json.loads(line)["variant_id"] for line in result.out.splitlines()] == ["p2"]
