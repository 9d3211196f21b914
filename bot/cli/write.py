"""`copydesk write`: copy from a brief, without Slack."""

import asyncio
import json
from typing import Any

import click

from bot.cli.common import progress, read_settings

KINDS = ("ad", "campaign", "description")


@click.command("write")
@click.argument("words", nargs=-1, metavar="[KIND] [TEXT]")
@click.option("--brief", metavar="FILE", help="The brief as a JSON object; - reads standard input.")
@click.option("--product", help="What the copy is for.")
@click.option("--attribute", multiple=True, metavar="NAME=VALUE", help="A fact about it; may be repeated.")
@click.option("--audience", help="Who it is for.")
@click.option("--goal", help="What the copy is to reach.")
@click.option("--offer", help="What is offered.")
@click.option("--dates", help="When.")
@click.option("--channel", "channels", multiple=True, help="Where a campaign runs; may be repeated.")
@click.option("--tone", help="How it sounds.")
@click.option("--platform", help="Where the copy runs, e.g. google_rsa, amazon, taobao.")
@click.option("--language", help="en or zh; detected when absent.")
@click.option("--keyword", "keywords", multiple=True, help="A word to use; may be repeated.")
@click.option("--must-include", multiple=True, help="Text that must be in the copy; may be repeated.")
@click.option("--must-avoid", multiple=True, help="Text that must not be; may be repeated.")
@click.option("-n", "n", type=int, help="How many variants, 1 to 8.")
@click.option(
    "--brand", metavar="FILE", help="Write under this brand profile (TOML), instead of COPYDESK_BRAND."
)
@click.option(
    "--engine", type=click.Choice(["local", "openai"]), help="What writes, instead of the settings' choice."
)
@click.option("--seed", type=int, help="Makes the copy repeatable, as far as the engine can.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object (docs/schema/write.schema.json)."
)
def command(
    words: tuple[str, ...],
    brief: str | None,
    brand: str | None,
    engine: str | None,
    seed: int | None,
    as_json: bool,
    **fields: Any,
) -> None:
    """Write an ad, a campaign or a description.

    The brief is a JSON file, options, or a text as in Slack, and options add to the first and the last:

    \b
      copydesk write ad "Aurora X phone | battery: 5000 mAh | audience: young travellers"
      copydesk write description --product "Desk fan" --attribute noise="22 dB" --platform amazon
      copydesk write --brief brief.json -n 5 --json
    """
    from bot.cli.brief_input import read_brief

    wanted = read_brief(words, brief, fields)
    settings = read_settings(engine=engine, seed=seed, brand=brand)
    from bot.cli.write_output import as_object, as_text
    from bot.write import write_and_keep

    with progress("Writing") as step:
        draft, problem = asyncio.run(write_and_keep(settings, wanted, step))
    click.echo(json.dumps(as_object(draft), ensure_ascii=False, indent=2) if as_json else as_text(draft))
    if problem:
        # The copy is shown all the same: it took long to make.
        raise problem
