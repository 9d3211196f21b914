"""`copydesk setup`: the local model's weights."""

import click

from bot.cli.common import progress, read_settings


@click.command("setup")
def command() -> None:
    """Fetch, verify and convert the local model's weights, once; quick when they are there."""
    settings = read_settings()
    if settings.local_model:
        click.echo(f"COPYDESK_LOCAL_MODEL is {settings.local_model}: nothing to fetch.")
        return
    from models.generation.weights import ensure_weights

    with progress("Weights") as step:
        folder = ensure_weights(settings.cache_dir, step)
    click.echo(f"The local model is ready: {folder}")
