"""`copydesk try`: a local workspace and the bot in it."""

import asyncio

import click

from bot.cli.common import progress, read_settings


@click.command("try")
@click.option("--port", type=click.IntRange(0, 65535), help="The page's port (8765, or the next free one).")
@click.option("--open/--no-browser", "open_page", help="Open the page in a browser (it is not, by default).")
def command(port: int | None, open_page: bool) -> int:
    """Try the bot in a local workspace: a Slack on this machine, with no account, key or server.

    Copy is kept between runs, in the user's data folder or in COPYDESK_DATABASE. Ctrl-C stops it.
    """
    settings = read_settings(level="warning")
    from bot.assembly import fetched_model

    if model := fetched_model(settings):
        from models.generation.weights import ensure_weights

        with progress("Weights") as step:
            ensure_weights(settings.cache_dir, step, model)
    from bot.trial import run_trial

    def ready(url: str) -> None:
        click.echo(
            f"Copydesk is ready: {url}\n"
            "Type  /copy ad Aurora X phone | battery: 5000 mAh | audience: young travellers  in a channel there. "
            "Ctrl-C stops it."
        )
        if open_page:
            click.launch(url)

    return asyncio.run(run_trial(settings, port, ready))
