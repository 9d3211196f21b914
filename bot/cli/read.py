"""`copydesk sentiment`, `keywords` and `summarize`: texts read without Slack."""

import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import click

from bot.cli.common import progress, read_settings
from bot.cli.text_input import in_chunks, open_lines, whole_text
from models.errors import SentimentUnavailable

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.generation.base import Progress
    from models.variant import Sentiment

CHUNK = 1_024
"""Lines scored together: enough to sort by length, little to hold."""

_FILE = click.argument("file", default="-", metavar="[FILE|-]")
_LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "zh"]), help="The texts' language; detected for each when absent."
)
_WHOLE = click.option("--whole", is_flag=True, help="Take all lines together for one text.")


@click.command("sentiment")
@_FILE
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def sentiment(file: str, as_json: bool) -> None:
    """Tell how texts feel: one text a line in, one line out for each, in order.

    With --json: label (positive, neutral, negative), score (-1 to 1), confidence (0 to 1) and language. Where a
    language is not scored, the first three are null.

    \b
      copydesk sentiment reviews.txt --json > scores.jsonl
      echo "The battery died after a day" | copydesk sentiment
    """
    settings = read_settings()
    with open_lines(file) as lines, progress("Texts") as step:
        unscored = asyncio.run(_score(settings, lines, step, as_json=as_json))
    if unscored:
        languages = ", ".join(sorted(unscored))
        count = sum(unscored.values())
        texts = "1 text is" if count == 1 else f"{count:,} texts are"
        click.echo(f"copydesk: {texts} in a language that is not scored ({languages}).", err=True)


async def _score(
    settings: "Settings", lines: Iterator[str], step: "Progress", *, as_json: bool
) -> dict[str, int]:
    """Print the lines' sentiments; how many could not be scored, by language."""
    from bot.assembly import UNSCORED
    from models.language import detect
    from models.sentiment import SentimentEngine

    if settings.sentiment_model == UNSCORED:
        raise SentimentUnavailable(
            "COPYDESK_SENTIMENT_MODEL is `none`.", "Leave it out to use the weights that come along."
        )
    engine = SentimentEngine(settings.sentiment_model)
    unscored: dict[str, int] = {}
    done = 0
    try:
        for chunk in in_chunks(lines, CHUNK):
            shown = []
            for text, found in zip(chunk, await engine.score(chunk), strict=True):
                language = found.language if found else detect(text).code
                if found is None:
                    unscored[language] = unscored.get(language, 0) + 1
                shown.append(_object(found, language) if as_json else _line(found, language, text))
            click.echo("\n".join(shown))
            done += len(chunk)
            step(done, 0)
    finally:
        await engine.close()
    return unscored


def _object(found: "Sentiment | None", language: str) -> str:
    values = {
        "label": found.label if found else None,
        "score": found.score if found else None,
        "confidence": found.confidence if found else None,
        "language": language,
    }
    return json.dumps(values)


def _line(found: "Sentiment | None", language: str, text: str) -> str:
    if found is None:
        return f"{'not scored':<10}              {language:<3}  {text}"
    return f"{found.label:<10} {found.score:+.2f}  {found.confidence:>4.0%}  {language:<3}  {text}"


@click.command("keywords")
@_FILE
@click.option("--top", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most so many.")
@_LANGUAGE
@_WHOLE
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of {term, score, count}.")
def keywords(file: str, top: int, language: Literal["en", "zh"] | None, whole: bool, as_json: bool) -> None:
    """Tell what texts are about: words and phrases, most telling first, with the texts that hold them counted.

    Each line is a text, such as a review; --whole takes the file for one text, such as a copy.

    \b
      copydesk keywords reviews.txt --top 20
      copydesk keywords copy.txt --whole --json
    """
    from models.keywords import KeywordTally
    from models.keywords import keywords as keywords_of

    with open_lines(file) as lines:
        if whole:
            found = keywords_of(whole_text(lines), language, top)
        else:
            tally = KeywordTally(language)
            for line in lines:
                tally.add(line)
            found = tally.keywords(top)
    if as_json:
        values = [item.model_dump() for item in found]
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        for item in found:
            click.echo(f"{item.score:.2f}  {item.count:>6,}  {item.term}")
    if not found:
        click.echo("copydesk: No keywords: nothing here is English or Chinese text.", err=True)


@click.command("summarize")
@_FILE
@click.option(
    "--sentences", type=click.IntRange(1, 100), default=3, show_default=True, help="At most so many."
)
@_LANGUAGE
@_WHOLE
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array of the sentences.")
def summarize(
    file: str, sentences: int, language: Literal["en", "zh"] | None, whole: bool, as_json: bool
) -> None:
    """Sum texts up in their own sentences: those that say most of what all say, word for word, in their order.

    Each line is a text, such as a review; --whole takes the file for one text, such as a copy, whose first
    sentences count more.

    \b
      copydesk summarize reviews.txt --sentences 5
      copydesk summarize copy.txt --whole
    """
    from models.summary import SummaryPool

    pool = SummaryPool(language)
    with open_lines(file) as lines:
        for text in [whole_text(lines)] if whole else lines:
            pool.add(text)
    found = pool.summarise(sentences)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else "\n".join(found))
    if not found:
        click.echo("copydesk: No summary: there are no sentences in it.", err=True)
