"""`copydesk optimize`: a copy measured and made better, without Slack."""

import asyncio
import json

import click

from bot.cli.common import progress, read_settings


@click.command("optimize")
@click.argument("words", nargs=-1, metavar="[TEXT|FILE|-]")
@click.option("--aim", default="", help="Where it should go, e.g. warmer, shorter; what is weak when absent.")
@click.option("--platform", help="Where the copy runs, e.g. meta_feed, google_rsa/headline, xiaohongshu.")
@click.option("--language", help="en or zh; detected when absent.")
@click.option("--must-include", multiple=True, help="Text that must be in the copy; may be repeated.")
@click.option("--must-avoid", multiple=True, help="Text that must not be; may be repeated.")
@click.option("-n", "n", type=click.IntRange(1, 8), default=3, help="How many rewrites, 1 to 8.")
@click.option(
    "--brand", metavar="FILE", help="Write under this brand profile (TOML), instead of COPYDESK_BRAND."
)
@click.option(
    "--engine", type=click.Choice(["local", "openai"]), help="What writes, instead of the settings' choice."
)
@click.option("--seed", type=int, help="Makes the rewrites repeatable, as far as the engine can.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object (docs/schema/optimize.schema.json)."
)
def command(
    words: tuple[str, ...],
    aim: str,
    platform: str | None,
    language: str | None,
    must_include: tuple[str, ...],
    must_avoid: tuple[str, ...],
    n: int,
    brand: str | None,
    engine: str | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """Measure a copy, and rewrite it towards an aim; only rewrites that got there are shown.

    The copy is a text, a file with one copy, or - for standard input:

    \b
      copydesk optimize "Our lamp is a lamp. It has 12 W." --aim warmer
      copydesk optimize copy.txt --platform meta_feed --json
    """
    from bot.cli.optimise_input import read_copy
    from bot.optimise_request import make_request

    request = make_request(
        read_copy(words),
        aim=aim,
        platform=platform,
        language=language,
        must_include=must_include,
        must_avoid=must_avoid,
    )
    settings = read_settings(engine=engine, seed=seed, brand=brand)
    from bot.cli.optimise_output import as_object, as_text
    from bot.optimise_keep import optimise_and_keep

    with progress("Writing") as step:
        optimised, problem = asyncio.run(optimise_and_keep(settings, request, n, step))
    shown = json.dumps(as_object(optimised), ensure_ascii=False, indent=2) if as_json else as_text(optimised)
    click.echo(shown)
    if problem:
        # The copy is shown all the same: it took long to make.
        raise problem
