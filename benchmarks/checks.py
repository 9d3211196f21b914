"""What the checks find, and how fast: `python -m benchmarks.checks`.

Speed: each check of `models.checks.examine.CHECKS` on 1,000 characters of copy that it has not seen (findings
are cached by text). Quality: precision and recall on tests/data/grounding.tsv (by family; a third of the rows, by
a hash of their ids, was not looked at while the rules were written) and tests/data/likeness.tsv. Likeness at scale:
building the index over many texts, its memory, and one comparison; and a workspace's earlier copy, from its history.
"""

import asyncio
import csv
import hashlib
import random
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import click

from bot.earlier import MOST, Earlier
from bot.house_rules import HouseRules
from bot.store import open_history
from models.brief import Brief, Kind
from models.checks.examine import CHECKS, examine
from models.checks.grounding import ungrounded
from models.checks.likeness import References, is_not_a_copy, likeness
from models.checks.subject import CheckFunction, Subject
from models.variant import Part
from tests.factories import brief as a_brief
from tests.factories import draft, variant

DATA = Path(__file__).parents[1] / "tests/data"
ENGLISH = (
    "The Aurora X takes 108 MP photographs and runs for days on 5,000 mAh, from the first stop to the last. "
)
CHINESE = "极光X拍得清每一处远山，5000毫安时电池陪你走完全程，从第一站到最后一站。"


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def held_out(row: dict[str, str]) -> bool:
    return int(hashlib.sha256(row["id"].encode()).hexdigest(), 16) % 3 == 0


def subject(language: str, run: int) -> Subject:
    unit = ENGLISH if language == "en" else CHINESE
    text = f"{run} {unit * (1000 // len(unit) + 1)}"[:1000]
    attributes = {"battery": "5000 mAh", "camera": "108 MP"}
    brief = Brief(kind=Kind.AD, product="Aurora X 极光X", attributes=attributes, language=language)  # type: ignore[arg-type]
    return Subject(brief=brief, parts=(Part(name="body", text=text),), facts=brief.facts)


def milliseconds(check: CheckFunction, language: str, runs: int) -> float:
    list(check(subject(language, 0)))
    taken = []
    for run in range(1, runs + 1):
        examined = subject(language, run)
        started = time.perf_counter()
        list(check(examined))
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def rates(rows: list[dict[str, str]], found: list[bool]) -> str:
    hits = sum(f and r["label"] == "unfair" for r, f in zip(rows, found, strict=True))
    false = sum(f and r["label"] == "fair" for r, f in zip(rows, found, strict=True))
    unfair = sum(r["label"] == "unfair" for r in rows)
    precision = f"{hits / (hits + false):.3f}" if hits + false else "–"
    return f"{len(rows)} | {precision} | {hits / unfair:.3f}" if unfair else f"{len(rows)} | {precision} | –"


def is_ungrounded(row: dict[str, str]) -> bool:
    facts = row["facts"].replace(" | ", "\n")
    return bool(ungrounded(row["copy"], facts, plan=row["family"] == "campaign"))


@click.command(help=__doc__)
@click.option("--runs", default=15, show_default=True, help="Texts for each check's speed.")
@click.option("--texts", default=100_000, show_default=True, help="Texts in the likeness index; 0 = none.")
def main(runs: int, texts: int) -> None:
    click.echo("| check | ms per 1,000 characters, English | Chinese |\n| --- | --- | --- |")
    for check in CHECKS:
        english, chinese = (milliseconds(check, language, runs) for language in ("en", "zh"))
        click.echo(f"| {check.__name__} | {english:.2f} | {chinese:.2f} |")
    references = References.of(f"{i} {ENGLISH}" for i in range(20))
    compare: CheckFunction = lambda examined: is_not_a_copy(examined, references)  # noqa: E731
    click.echo(
        f"| is_not_a_copy | {milliseconds(compare, 'en', runs):.2f} | {milliseconds(compare, 'zh', runs):.2f} |"
    )

    rows = read("grounding.tsv")
    found = {row["id"]: is_ungrounded(row) for row in rows}
    families: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        families[row["family"]].append(row)
    groups = [
        ("all", rows),
        ("looked at", [row for row in rows if not held_out(row)]),
        ("held out", [row for row in rows if held_out(row)]),
        *((language, [row for row in rows if row["language"] == language]) for language in ("en", "zh")),
        *families.items(),
    ]
    click.echo("\n| grounding | rows | precision | recall |\n| --- | --- | --- | --- |")
    for name, group in groups:
        click.echo(f"| {name} | {rates(group, [found[row['id']] for row in group])} |")

    rows = read("likeness.tsv")
    alike = [
        bool(likeness(r["copy"], References.of([r["reference"]]), facts=r["facts"].replace(" | ", "\n")))
        for r in rows
    ]
    click.echo(
        f"\n| likeness | rows | precision | recall |\n| --- | --- | --- | --- |\n| all | {rates(rows, alike)} |"
    )
    asyncio.run(earlier())
    if texts:
        scale(texts)


async def earlier() -> None:
    """What comparing with a workspace's earlier copy takes: three variants of eight parts a brief."""
    chosen = random.Random(1)
    words = [w for w in (DATA.parents[1] / "models/data/common.en.txt").read_text().split() if w.isalpha()]

    def line(length: int) -> str:
        return " ".join(chosen.choices(words[:4000], k=length)).capitalize() + "."

    def pairs() -> list[tuple[str, str]]:
        return [*(("headline", line(4)) for _ in range(3)), *(("description", line(14)) for _ in range(4))]

    with tempfile.TemporaryDirectory() as folder:
        history = open_history(Path(folder) / "history.db")
        for number in range(MOST // 3):
            made = tuple(variant(parts=[*pairs(), ("body", line(40))]) for _ in range(3))
            await history.save_draft(draft(variants=made, brief=a_brief(product=f"P {number}")), team_id="T")
        kept = Earlier(history)
        taken = []
        for _ in range(2):
            started = time.perf_counter()
            references = await kept.of("T")
            taken.append((time.perf_counter() - started) * 1000)
            await history.save_draft(draft(brief=a_brief(product="New")), team_id="T")
        await history.close()
    checks = HouseRules().with_earlier(references).checks(a_brief())
    ads = [
        Subject(brief=a_brief(), parts=tuple(Part(name=n, text=t) for n, t in pairs()), facts=a_brief().facts)
        for _ in range(30)
    ]
    started = time.perf_counter()
    for ad in ads:
        list(checks[-1](ad))
    compared = (time.perf_counter() - started) / len(ads) * 1000
    started = time.perf_counter()
    for ad in ads:
        examine(ad)
    others = (time.perf_counter() - started) / len(ads) * 1000
    click.echo(
        f"\n{len(references):,} parts of earlier copy: read and indexed in {taken[0]:.0f} ms, three new variants in"
        f" {taken[1]:.1f} ms; an ad compared in {compared:.2f} ms, all other checks of it {others:.1f} ms"
    )


def scale(texts: int) -> None:
    chosen = random.Random(1)
    words = [f"w{number}" for number in range(20_000)]
    made = [" ".join(chosen.choices(words, k=40)) for _ in range(texts)]
    started = time.perf_counter()
    references = References.of(made)
    built = time.perf_counter() - started
    started = time.perf_counter()
    hits = sum(bool(likeness(f"New: {made[i * 7 % texts]}", references)) for i in range(200))
    asked = (time.perf_counter() - started) / 200 * 1000
    click.echo(
        f"\n{texts:,} texts of 40 words: index built in {built:.1f} s, {references.size / 1e6:.0f} MB beside the texts;"
        f" one text compared in {asked:.1f} ms; {hits} of 200 copies found"
    )


if __name__ == "__main__":
    main()
