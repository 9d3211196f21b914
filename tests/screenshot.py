"""Makes the README's picture: `python -m tests.screenshot`. The real bot, the real local model, a real browser."""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from tests.browser import ARGUMENTS, find_browser

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "copydesk.png"
BRIEF = (
    "/copy ad Aurora X phone | battery: 5000 mAh | camera: 108 MP | audience: young travellers"
    " | platform: google_rsa"
)
REPLY = "shorter, and mention the battery first"
PATIENCE_MS = 240_000


async def main() -> None:
    """Type a brief, react, answer in the thread, and take the picture."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"COPYDESK_DATABASE": f"{folder}/copy.db", "COPYDESK_SEED": "5"}
        command = [sys.executable, "-m", "bot", "try", "--port", "0"]
        trial = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=find_browser(), args=list(ARGUMENTS[1:-1])
                )
                page = await browser.new_page(viewport={"width": 1380, "height": 900})
                await page.goto(_address(trial))
                await _act(page)
                await page.screenshot(path=TARGET)
                await browser.close()
        finally:
            trial.terminate()
            trial.wait(timeout=30)
    print(TARGET)


def _address(trial: "subprocess.Popen[str]") -> str:
    assert trial.stdout is not None
    for line in trial.stdout:
        if found := re.search(r"http://\S+", line):
            return found.group()
    raise SystemExit("`copydesk try` ended before it was ready.")


async def _act(page: Page) -> None:
    await page.get_by_test_id("composer").fill(BRIEF)
    await page.get_by_test_id("composer").press("Enter")
    channel = page.get_by_role("main")
    copy = channel.get_by_test_id("message").filter(has=page.locator("[data-action-id=copy_approve]")).first
    await copy.wait_for(timeout=PATIENCE_MS)
    await copy.hover()
    await copy.get_by_test_id("quick-+1").click()
    await copy.hover()
    await copy.get_by_test_id("reply").click()
    await page.get_by_test_id("thread-composer").fill(REPLY)
    await page.get_by_test_id("thread-composer").press("Enter")
    thread = page.get_by_test_id("thread-panel")
    answer = thread.get_by_test_id("message").filter(has=page.locator("[data-action-id=copy_approve]")).nth(1)
    await answer.wait_for(timeout=PATIENCE_MS)
    await answer.scroll_into_view_if_needed()
    await copy.evaluate("element => element.scrollIntoView({block: 'start'})")
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(500)


if __name__ == "__main__":
    asyncio.run(main())
