"""`copydesk run`: the bot in Slack."""

import asyncio

import click

from bot.cli.common import read_settings


@click.command("run")
def command() -> int:
    """Run the bot in Slack: over Socket Mode when SLACK_APP_TOKEN is set, else over HTTP.

    Stops on Ctrl-C or SIGTERM: it takes no more requests and lets copy that is being written finish; what does
    not finish in COPYDESK_STOP_SECONDS goes on at the next start.
    """
    settings = read_settings(level="")
    from bot.server import serve

    return asyncio.run(serve(settings, click.echo))
