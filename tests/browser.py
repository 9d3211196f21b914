"""A headless Chromium for browser tests: fixtures that tests/page and tests/e2e import into their conftest.

One browser process serves the whole session; each test drives it on its own event loop, so that the servers and
bots of the test can be ordinary function-scoped async fixtures. Import `chromium`, `browser` and `open_page`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
START_SECONDS = 30
EXPECT_MS = 10_000

OpenPage = Callable[..., Awaitable[Page]]


def find_browser() -> str | None:
    """The Chromium of this machine: on the PATH, or the one that Playwright was told to install."""
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if on_path is not None:
        return on_path
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next((str(found) for found in sorted(home.glob("chromium-*/chrome-linux*/chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The address at which a running Chromium is driven; skips where the machine has none."""
    executable = find_browser()
    if executable is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(NAMES)} is on the PATH")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [executable, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield f"http://127.0.0.1:{_port(process, Path(profile))}"
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(process: subprocess.Popen[bytes], profile: Path) -> int:
    """The port that Chromium took; it writes it into its profile when it listens."""
    told = profile / "DevToolsActivePort"
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            pytest.fail(f"the browser ended at once with exit code {process.returncode}")
        lines = told.read_text().split() if told.exists() else []
        if len(lines) >= 2:
            return int(lines[0])
        time.sleep(0.05)
    pytest.fail(f"the browser did not listen within {START_SECONDS} s")


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Playwright's handle of the session's browser, on this test's event loop."""
    async with async_playwright() as playwright:
        connected = await playwright.chromium.connect_over_cdp(chromium)
        yield connected
        await connected.close()


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[OpenPage]:
    """Opens an address in a fresh browser profile: ``page = await open_page(url, width=1280, height=800)``.

    A script error on a page fails the test at its end, whatever it asserted.
    """
    contexts = []
    errors: list[str] = []

    async def opened(url: str, width: int = 1280, height: int = 800, **options: object) -> Page:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="en-GB",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        context.set_default_timeout(EXPECT_MS)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert not errors, f"the page threw: {errors}"
