"""The linear baseline: `python -m models.training.sentiment_linear --data FOLDER`; nothing of it is shipped.

Logistic regression over TF-IDF of n-grams (English: 1 to 2 words and 2 to 5 characters; Chinese: 1 to 3
characters), fitted on the train rows and measured on the test rows that are not neutral.
"""

from pathlib import Path
from typing import Any

import click

from models.training.sentiment_data import Rated, read_rated

WORD_OR_MARK = r"\w+|[^\w\s]"


@click.command(help=__doc__)
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
def main(data: Path) -> None:
    """Prints a Markdown row for each test source."""
    click.echo("| weights | source | rows | accuracy, polar rows |\n| --- | --- | ---: | ---: |")
    for language in ("en", "zh"):
        rows = [row for row in read_rated(data / f"{language}.tsv.gz") if row.label != 1]
        model = pipeline(language)
        learn = [row for row in rows if row.split == "train"]
        model.fit([row.text for row in learn], [row.valence > 0 for row in learn])
        for source, same in by_source([row for row in rows if row.split == "test"]).items():
            told = model.predict([row.text for row in same])
            right = sum(bool(said) == (row.valence > 0) for said, row in zip(told, same, strict=True))
            click.echo(f"| linear, {language} | {source} | {len(same)} | {right / len(same):.4f} |")


def pipeline(language: str) -> Any:
    """The unfitted model for a language."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    if language == "zh":
        grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    else:
        grams = make_union(
            TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=WORD_OR_MARK),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True),
        )
    return make_pipeline(grams, LogisticRegression(C=8.0, solver="liblinear"))


def by_source(rows: list[Rated]) -> dict[str, list[Rated]]:
    """The rows by their source, in the order of its name."""
    found: dict[str, list[Rated]] = {}
    for row in sorted(rows, key=lambda row: row.source):
        found.setdefault(row.source, []).append(row)
    return found


if __name__ == "__main__":
    main()
