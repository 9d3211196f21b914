"""`copydesk setup`: which local model this machine has, and its weights."""

import click

from bot.cli.common import progress, read_settings


@click.command("setup")
@click.option(
    "--writer",
    type=click.Choice(["none", "smol", "gemma"]),
    help="The model that writes without a key: gemma (our own writer, English and Chinese, the default), smol (ours "
    "too, of a smaller base: English alone, under Apache-2.0) or none.",
)
def command(writer: str | None) -> None:
    """Fetch, verify and make the local model's weights, once; quick when they are there.

    The choice of a writer is remembered for this machine. Gemma is provided under and subject to the Gemma Terms of
    Use, https://ai.google.dev/gemma/terms
    """
    settings = read_settings()
    from models.generation.sources import MODELS, source_of
    from models.generation.weights import choose_writer, chosen_model, ensure_weights

    if writer:
        choose_writer(settings.cache_dir, writer)
    if settings.local_model and settings.local_model not in MODELS:
        click.echo(f"COPYDESK_LOCAL_MODEL is {settings.local_model}: nothing to fetch.")
        return
    model = settings.local_model or chosen_model(settings.cache_dir)
    if not model:
        click.echo(
            "No local model: copy needs OPENAI_API_KEY. `copydesk setup --writer gemma` brings one back."
        )
        return
    with progress("Weights") as step:
        folder = ensure_weights(settings.cache_dir, step, model)
    click.echo(f"The local model is ready: {folder}")
    click.echo(f"Licence of {model}: {source_of(model).licence}")
