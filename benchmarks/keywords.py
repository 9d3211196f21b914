"""Precision of keywords on labelled texts: `python -m benchmarks.keywords`.

Reads tests/data/keywords_{en,zh}.jsonl: 30 short copies and reviews a language, each with the phrases that a reader
would call its keywords. A keyword is right when it is one of them, inflections aside. The weights in
models/keywords.py were chosen on the rows marked "tune"; the rows marked "test" were not looked at for it.
"""

import json
import time
from collections import Counter
from pathlib import Path

import click

from models.keywords import keywords
from models.terms import chinese_words, english_words, stem

DATA = Path(__file__).parents[1] / "tests/data"
TOP = 5


def most_frequent(text: str, language: str) -> list[str]:
    """The baseline: the words that are no stop words, most frequent first."""
    if language == "zh":
        words = [word for word in chinese_words(text) if len(word) > 1]
    else:
        words = [stem(word) for word in english_words(text)]
    return [word for word, _ in Counter(words).most_common(TOP)]


def normal(term: str, language: str) -> str:
    if language == "zh":
        return term.lower().replace(" ", "")
    return " ".join(stem(word) for word in term.split())


@click.command(help=__doc__)
@click.option("--show", is_flag=True, help="Print each text's keywords too.")
def main(show: bool) -> None:
    click.echo("| language | rows | precision@5 | most frequent words | texts/s |")
    click.echo("| --- | --- | ---: | ---: | ---: |")
    for language in ("en", "zh"):
        rows = [json.loads(line) for line in (DATA / f"keywords_{language}.jsonl").open(encoding="utf-8")]
        keywords(rows[0]["text"], language)
        for split in ("tune", "test"):
            same = [row for row in rows if row["split"] == split]
            right = plain = 0
            spent = 0.0
            for row in same:
                wanted = {normal(term, language) for term in row["keywords"]}
                start = time.perf_counter()
                found = [item.term for item in keywords(row["text"], language, TOP)]
                spent += time.perf_counter() - start
                right += sum(normal(term, language) in wanted for term in found)
                plain += sum(
                    normal(term, language) in wanted for term in most_frequent(row["text"], language)
                )
                if show:
                    click.echo(f"{found}")
            total = TOP * len(same)
            click.echo(
                f"| {language} | {split} ({len(same)}) | {right / total:.3f} | {plain / total:.3f} "
                f"| {len(same) / spent:,.0f} |"
            )


if __name__ == "__main__":
    main()
