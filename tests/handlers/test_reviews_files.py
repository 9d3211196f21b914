"""Files from Slack: the token goes to Slack alone, and nothing too large is fetched."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.reviews.errors import ReviewsError
from handlers.reviews_files import MOST_BYTES, download, may_carry_token, readable


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://files.slack.com/files-pri/T1-F1/reviews.csv", True),
        ("https://team.slack.com/files/reviews.csv", True),
        ("http://files.slack.com/files-pri/T1-F1/reviews.csv", False),
        ("https://files.slack.com.evil.example/reviews.csv", False),
        ("https://evilslack.com/reviews.csv", False),
        ("https://files.slack.com:8443/reviews.csv", False),
        ("https://user@evil.example/files.slack.com", False),
        ("http://127.0.0.1:8080/files/reviews.csv", True),
        ("http://127.0.0.1:8081/files/reviews.csv", False),
        ("https://127.0.0.1:8080/files/reviews.csv", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_the_token_goes_to_slack_or_the_server_that_is_set_and_nowhere_else(url: str, allowed: bool) -> None:
    assert may_carry_token(url, "http://127.0.0.1:8080/api/") is allowed


def test_files_are_chosen_by_their_names() -> None:
    files = [{"name": name} for name in ("a.CSV", "b.xlsx", "c.png", "d.txt", "e.tsv", "f.csv.zip")]
    assert [one["name"] for one in readable([*files, {"id": "F1"}])] == ["a.CSV", "b.xlsx", "d.txt", "e.tsv"]


class Files:
    """A server that plays Slack's files."""

    def __init__(self) -> None:
        self.file: dict[str, Any] = {}
        self.tokens: list[tuple[str, str]] = []
        self.url = ""

    async def info(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "file": self.file})

    async def content(self, request: web.Request) -> web.StreamResponse:
        self.tokens.append((request.path, request.headers.get("Authorization", "")))
        match request.path:
            case "/redirect":
                raise web.HTTPFound("/elsewhere")
            case "/signin":
                return web.Response(text="<!DOCTYPE html>Sign in", content_type="text/html")
            case "/endless":
                answer = web.StreamResponse(headers={"Content-Type": "text/csv"})
                await answer.prepare(request)
                for _ in range(60):
                    await answer.write(b"x" * 1024 * 1024)
                return answer
        return web.Response(text="review\ngood\n", content_type="text/csv")


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    found = Files()
    app = web.Application()
    app.router.add_route("*", "/api/files.info", found.info)
    app.router.add_get("/{path:.*}", found.content)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


def client(files: Files) -> AsyncWebClient:
    return AsyncWebClient(token="xoxb-1", base_url=f"{files.url}/api/")


async def test_a_file_is_fetched_with_the_token(files: Files, tmp_path: Path) -> None:
    files.file = {"name": "r.csv", "size": 12, "url_private": f"{files.url}/r.csv"}
    assert await download(client(files), "F1", tmp_path / "r") == "r.csv"
    assert (tmp_path / "r").read_text() == "review\ngood\n"
    assert files.tokens == [("/r.csv", "Bearer xoxb-1")]


async def test_a_large_file_is_refused_before_it_is_asked_for(files: Files, tmp_path: Path) -> None:
    files.file = {"name": "r.csv", "size": 200 * 1024 * 1024, "url_private": f"{files.url}/r.csv"}
    with pytest.raises(ReviewsError, match="200 MB; I read files of at most 50 MB"):
        await download(client(files), "F1", tmp_path / "r")
    assert not files.tokens


async def test_a_file_that_is_larger_than_it_said_is_cut_off(files: Files, tmp_path: Path) -> None:
    files.file = {"name": "r.csv", "size": 10, "url_private": f"{files.url}/endless"}
    with pytest.raises(ReviewsError, match="at most 50 MB"):
        await download(client(files), "F1", tmp_path / "r")
    assert (tmp_path / "r").stat().st_size <= MOST_BYTES


@pytest.mark.parametrize("path", ["redirect", "signin"])
async def test_a_redirection_or_a_sign_in_page_is_told_and_not_followed(
    files: Files, tmp_path: Path, path: str
) -> None:
    files.file = {"name": "r.csv", "size": 10, "url_private": f"{files.url}/{path}"}
    with pytest.raises(ReviewsError, match="files:read"):
        await download(client(files), "F1", tmp_path / "r")
    assert [asked for asked, _ in files.tokens] == [f"/{path}"]


async def test_a_file_outside_of_slack_is_not_fetched(files: Files, tmp_path: Path) -> None:
    for file in (
        {"is_external": True, "url_private": f"{files.url}/r.csv"},
        {"url_private": "https://x.example/r.csv"},
    ):
        files.file = {"name": "r.csv", "size": 10, **file}
        with pytest.raises(ReviewsError, match="outside of Slack"):
            await download(client(files), "F1", tmp_path / "r")
    assert not files.tokens
