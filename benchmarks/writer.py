"""Our own writer beside the untuned bases: how much of what they write passes every check as it comes, unrepaired.

    python -m benchmarks.writer [--briefs apart|shared|FILE] [--models NAME …] [--candidates 4] [--seed 20261125]
                                [--keep FILE] [--pairs FILE] [--add FILE …]

Prints markdown. A base gets the few-shot prompt of `templates/prompts/*/*/small-*.j2` and writes freely, as many
candidates at the same temperature; `+ lines` is the same base held to the lines while it samples, the way the local
engine wrote before it had a writer. `--keep` writes every copy with what was found; `--pairs` writes 60 pairs for a
blind reading (tuned against untuned, in random order) and their key to FILE.key. `--add` takes what `--keep` wrote in
earlier runs on the same briefs into the tables and the pairs.
"""

import argparse
import asyncio
import itertools
import json
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import platformdirs

from bot.context import prompt_context
from bot.desk import Desk
from bot.logs import setup as set_up_logs
from bot.small_lines import tokens_for
from bot.work import Work
from models.brief import Brief, make_brief
from models.checks.examine import examine
from models.checks.subject import Subject
from models.generation.base import Ability, GenerationRequest
from models.generation.local import LocalEngine
from models.generation.weights import ensure_weights
from models.parts import parse_parts
from models.platforms import parts_for_brief
from models.ranking import coverage
from models.skeleton import given_parts, prefixes, with_given
from models.variant import Part
from models.writer.assemble import prepare, shipped_tokens
from models.writer.bases import BASES
from models.writer.rows import CORPUS, read_rows

SEED = 20261125
SHARED = Path("../shared/data/briefs.jsonl")


class Copy(NamedTuple):
    """One candidate and what the checks said of it."""

    system: str
    place: int
    brief: Brief
    parts: tuple[Part, ...]
    faults: tuple[str, ...]


def briefs_of(name: str) -> list[Brief]:
    """The held-apart briefs, the shared ones, or those of a file."""
    if name == "apart":
        # Each held-apart brief has copy in both styles; it is asked for once.
        rows = read_rows(sorted(CORPUS.glob("apart-*.jsonl")))
        return list({row.brief.product: row.brief for row in rows if row.task == "write"}.values())
    file = SHARED if name == "shared" else Path(name)
    return [
        make_brief(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def faults_of(brief: Brief, parts: tuple[Part, ...]) -> tuple[str, ...]:
    """The names of the hard checks that a candidate fails."""
    begun = prefixes(brief, parts_for_brief(brief))
    facts = "\n".join([brief.facts, *itertools.chain.from_iterable(begun.values())])
    checks = examine(Subject(brief=brief, parts=parts, facts=facts))
    return tuple(f"{c.name}: {c.reason}" for c in checks if not c.passed and c.severity == "hard")


async def candidates(system: str, desk: Desk, brief: Brief, n: int, seed: int) -> list[tuple[Part, ...]]:
    """`n` candidates as the model writes them, with what the brief itself says of a plan put in."""
    context = prompt_context(brief, small=True)
    specs = parts_for_brief(brief)
    given = given_parts(brief, specs)
    if system.endswith("free"):
        prompt = desk.prompt(brief.kind.value, brief, context)
        made = await desk.engine.generate(
            GenerationRequest(
                messages=prompt.messages,
                n=n,
                temperature=0.7,
                seed=seed,
                max_tokens=min(400, tokens_for(specs)),
            )
        )
        asked = [spec for spec in specs if spec.ask and spec.name not in given]
        found = [parse_parts(text, asked, brief.resolved_language) for text in made.texts]
        return [with_given(parts, given, specs) for parts in found]
    prompt = desk.prompt(brief.kind.value, brief, context)
    return await Work(desk, brief, prompt, facts=brief.facts, progress=None).fresh(n, seed)


def engine_of(system: str, cache: Path, made: Path, threads: int | None) -> LocalEngine:
    """The engine of a system's name: a writer, a base or a folder."""
    model = system.split(" ")[0]
    base = next((base for base in BASES.values() if base.model == model), None)
    if base is None:
        return LocalEngine(model, cache_dir=cache, threads=threads)
    folder = made / base.name
    if not folder.exists():
        # With the tokens that ship: choosing them anew takes the packages of training.
        prepare(base, ensure_weights(cache, None, model), folder, shipped_tokens(base))
    return LocalEngine(str(folder), cache_dir=cache, threads=threads, languages=base.languages)


async def run(
    system: str, engine: LocalEngine, briefs: Sequence[tuple[int, Brief]], n: int, seed: int
) -> list[Copy]:
    """Every brief's candidates from one system; briefs in a language that it does not write are left out.

    A brief's seed goes by its place among all briefs, so that a part of them gets the same copy as all.
    """
    desk = Desk(engine, seed=seed)
    copies = []
    for done, (place, brief) in enumerate(briefs, 1):
        if brief.resolved_language not in engine.info.languages:
            continue
        for parts in await candidates(system, desk, brief, n, seed + place):
            copies.append(Copy(system, place, brief, parts, faults_of(brief, parts)))
        print(f"\r{system}: {done} of {len(briefs)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    await engine.close()
    return copies


def words_of(text: str, language: str) -> list[str]:
    """Words, or Chinese characters, for counting pairs."""
    return re.findall(r"[\u4e00-\u9fff]|[A-Za-z0-9]+", text) if language == "zh" else text.casefold().split()


def distinct_2(copies: Iterable[Copy]) -> float:
    """The share of different word pairs among all pairs (Li et al. 2016, https://arxiv.org/abs/1510.03055)."""
    pairs: list[tuple[str, str]] = []
    for copy in copies:
        for part in copy.parts:
            pairs += itertools.pairwise(words_of(part.text, copy.brief.resolved_language))
    return len(set(pairs)) / max(1, len(pairs))


def repeated_openings(copies: Sequence[Copy]) -> float:
    """The share of copies whose first two words (three Chinese characters) begin another copy for another brief."""
    openings: dict[str, set[int]] = defaultdict(set)
    for copy in copies:
        if copy.parts:
            openings[_opening(copy)].add(copy.place)
    return sum(bool(c.parts) and len(openings[_opening(c)]) > 1 for c in copies) / max(1, len(copies))


def _opening(copy: Copy) -> str:
    words = words_of(copy.parts[0].text, copy.brief.resolved_language)
    return " ".join(words[: 3 if copy.brief.resolved_language == "zh" else 2])


def row_of(system: str, language: str, copies: Sequence[Copy]) -> str:
    """One line of the table."""
    by_brief: dict[int, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_brief[copy.place].append(copy)
    passed = [copy for copy in copies if not copy.faults]
    any_passed = sum(any(not copy.faults for copy in group) for group in by_brief.values())
    covered = [coverage("\n".join(p.text for p in copy.parts), copy.brief) for copy in copies]
    cells = [
        system,
        language,
        f"{len(passed)} of {len(copies)} ({len(passed) / len(copies):.2f})",
        f"{any_passed} of {len(by_brief)} ({any_passed / len(by_brief):.2f})",
        f"{sum(covered) / len(covered):.2f}",
        f"{distinct_2(copies):.2f}",
        f"{repeated_openings(copies):.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def report(copies: Sequence[Copy], systems: Sequence[str]) -> None:
    """Print the tables."""
    print(
        "| model | language | candidates that pass | briefs with one | attributes | distinct-2 | same opening |"
    )
    print("| --- " * 7 + "|")
    for system in systems:
        for language in ("en", "zh"):
            found = [c for c in copies if c.system == system and c.brief.resolved_language == language]
            if found:
                print(row_of(system, language, found))
    print("\nPassing candidates by kind:\n")
    print("| model | language | ad | description | campaign |\n| --- | --- | --- | --- | --- |")
    for system in systems:
        for language in ("en", "zh"):
            cells = []
            for kind in ("ad", "description", "campaign"):
                found = [
                    c
                    for c in copies
                    if (c.system, c.brief.resolved_language, c.brief.kind.value) == (system, language, kind)
                ]
                cells.append(f"{sum(not c.faults for c in found)} of {len(found)}" if found else "–")
            if any(cell != "–" for cell in cells):
                print(f"| {system} | {language} | {' | '.join(cells)} |")
    for system in systems:
        names = Counter(fault.split(":")[0] for c in copies if c.system == system for fault in set(c.faults))
        print(
            f"\nWhat fails, {system}: {', '.join(f'{name} {times}' for name, times in names.most_common())}."
        )


def write_pairs(copies: Sequence[Copy], tuned: str, untuned: str, file: Path, seed: int) -> None:
    """Pairs for a blind reading, for each brief the first candidate of both; the key apart."""
    chance = random.Random(seed)
    firsts: dict[tuple[str, int], Copy] = {}
    for copy in copies:
        firsts.setdefault((copy.system, copy.place), copy)
    places = sorted({place for system, place in firsts if system == untuned})
    chance.shuffle(places)
    lines, key = [], []
    for number, place in enumerate(sorted(places[:60]), 1):
        both = [firsts[tuned, place], firsts[untuned, place]]
        chance.shuffle(both)
        lines.append(f"## {number}\n\n{both[0].brief.facts}\n")
        for letter, copy in zip("AB", both, strict=True):
            text = "\n".join(f"{part.name}: {part.text}" for part in copy.parts)
            lines.append(f"**{letter}**\n\n{text}\n")
        key.append({"pair": number, "tuned": "AB"[both.index(firsts[tuned, place])]})
    file.write_text("\n".join(lines), encoding="utf-8")
    file.with_name(f"{file.name}.key").write_text(json.dumps(key, indent=0), encoding="utf-8")


def as_json(copy: Copy) -> dict[str, Any]:
    """A copy for the file that `--keep` names."""
    return {
        "system": copy.system,
        "brief": copy.brief.model_dump(mode="json", exclude_defaults=True),
        "parts": [[part.name, part.text] for part in copy.parts],
        "faults": list(copy.faults),
    }


def from_json(line: str, places: dict[str, int]) -> Copy:
    """A copy of an earlier run; `places` are the briefs' places by their facts."""
    read = json.loads(line)
    brief = make_brief(read["brief"])
    if brief.facts not in places:
        sys.exit(f"An earlier run was on other briefs: {brief.product}. Give the same --briefs.")
    parts = tuple(Part(name=name, text=text) for name, text in read["parts"])
    return Copy(read["system"], places[brief.facts], brief, parts, tuple(read["faults"]))


async def main() -> None:
    """Run the systems one after another on the same briefs, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--briefs", default="apart")
    parser.add_argument(
        "--models",
        nargs="*",
        default=[
            "copydesk-writer-gemma",
            "gemma-3-270m free",
            "smollm2-135m-instruct free",
            "smollm2-135m-instruct + lines",
        ],
    )
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--every", type=int, default=1, help="N: only every Nth brief")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--add", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    set_up_logs(level="warning")
    briefs = list(enumerate(briefs_of(options.briefs)))
    places = {brief.facts: place for place, brief in briefs}
    briefs = briefs[:: options.every]
    cache = Path(platformdirs.user_cache_dir("copydesk", appauthor=False))
    copies = [from_json(line, places) for file in options.add for line in file.open(encoding="utf-8")]
    systems = list(dict.fromkeys([*options.models, *(copy.system for copy in copies)]))
    made_here: list[Copy] = []
    with tempfile.TemporaryDirectory() as made:
        for system in options.models:
            engine = engine_of(system, cache, Path(made), options.threads)
            print(f"{system}: {Ability(engine.info.ability).value}", file=sys.stderr)
            made_here += await run(system, engine, briefs, options.candidates, options.seed)
            if options.keep:
                options.keep.write_text(
                    "".join(json.dumps(as_json(c), ensure_ascii=False) + "\n" for c in made_here),
                    encoding="utf-8",
                )
    copies += made_here
    report(copies, systems)
    if options.pairs:
        tuned = next((system for system in systems if system.startswith("copydesk-writer")), None)
        untuned = next((system for system in systems if not system.startswith("copydesk-writer")), None)
        if tuned is None or untuned is None:
            sys.exit("Pairs need a tuned and an untuned model.")
        write_pairs(copies, tuned, untuned, options.pairs, options.seed)


if __name__ == "__main__":
    asyncio.run(main())
