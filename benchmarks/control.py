"""Copydesk beside the plain prompt: how much of what is shown as ready keeps every rule, and what that costs.

    python -m benchmarks.control                     # every brief that the engine writes, 5 seeds
    python -m benchmarks.control --seeds 1 --limit 4 # a short look
    python -m benchmarks.control --dry-run           # an API engine against a server of the tests
    python -m benchmarks.control --again FILE        # counts again what --out FILE wrote, without an engine

Prints markdown. The local engine runs; when OPENAI_API_KEY or OPENAI_BASE_URL is set, the API engine runs too. Both
sides have the same weights, prompt, seed and temperature. The plain side takes the model's answers as they come: parsed
into the platform's parts, and shown. Who counts is `benchmarks/control_counter.py`, which knows nothing of the checks.
"""

import argparse
import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.control_counter import examine
from benchmarks.control_figures import figures, foreign_figures
from bot.assembly import make_engine
from bot.context import prompt_context
from bot.desk import Desk
from bot.logs import setup as set_up_logs
from bot.settings import load_settings
from bot.work import SMALL_TEMPERATURE, WRITER_TEMPERATURE
from models.brief import Kind, make_brief
from models.errors import EngineCannotServe
from models.generation.base import Ability, Engine, EngineInfo, Generation, GenerationRequest, Progress
from models.parts import parse_parts
from models.platforms import parts_for_brief
from models.skeleton import given_parts

BRIEFS = Path(__file__).resolve().parents[1].parent / "shared/data/briefs.jsonl"
TEMPERATURES = {Ability.SMALL: SMALL_TEMPERATURE, Ability.WRITER: WRITER_TEMPERATURE}
TOKENS = {Kind.AD: 400, Kind.DESCRIPTION: 600, Kind.CAMPAIGN: 800}
SEED_STEP = 100
"""Between one seed and the next: the desk adds the round's number to its seed."""

Row = dict[str, Any]


@dataclass
class Outcome:
    """What one brief came to with one seed: each variant's parts, whether it was shown as ready, why not, the cost."""

    id: str
    seed: int
    side: str
    variants: list[list[tuple[str, str]]]
    ready: list[bool]
    reasons: list[str] = field(default_factory=list)
    seconds: float = 0.0
    tokens: int = 0
    calls: int = 0
    rounds: int = 0


class Watched:
    """An engine whose requests are counted; a request's seed tells its round.

    Args:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.seeds: list[int] = []

    @property
    def info(self) -> EngineInfo:
        """As the engine declares."""
        return self.engine.info

    async def generate(self, request: GenerationRequest, progress: Progress | None = None) -> Generation:
        """As the engine's."""
        self.seeds.append(request.seed or 0)
        return await self.engine.generate(request, progress)

    async def check(self) -> str:
        """As the engine's."""
        return await self.engine.check()

    async def close(self) -> None:
        """Leaves the engine open: the next desk has it."""


async def controlled(engine: Engine, row: Row, seed: int) -> Outcome:
    """What the desk shows for a brief."""
    watched = Watched(engine)
    desk = Desk(watched, seed=seed)
    started = time.perf_counter()
    try:
        draft = await desk.write(make_brief(row))
        variants = draft.variants
    except EngineCannotServe:
        # Nothing at all came out: no variant is shown, and the person is told.
        variants, draft = (), None
    return Outcome(
        id=row["id"],
        seed=seed,
        side="control",
        variants=[[(part.name, part.text) for part in variant.parts] for variant in variants],
        ready=[variant.ready for variant in variants],
        reasons=[c.name for v in variants for c in v.checks if not c.passed and c.severity == "hard"],
        seconds=time.perf_counter() - started,
        tokens=draft.usage.completion_tokens if draft else 0,
        calls=len(watched.seeds),
        rounds=max(watched.seeds, default=seed) - seed,
    )


async def plain(engine: Engine, row: Row, seed: int) -> Outcome:
    """What the same prompt gives without control: free text, parsed, all of it shown."""
    brief = make_brief(row)
    desk = Desk(engine, seed=seed)
    ability = engine.info.ability
    small = ability is not Ability.LARGE
    prompt = desk.prompt(brief.kind.value, brief, prompt_context(brief, small=small))
    specs = parts_for_brief(brief)
    given = given_parts(brief, specs) if small else {}
    asked = [spec for spec in specs if spec.ask and spec.name not in given]
    request = GenerationRequest(
        messages=prompt.messages,
        n=brief.n,
        max_tokens=TOKENS[brief.kind],
        temperature=TEMPERATURES.get(ability, desk.temperature),
        seed=seed,
    )
    started = time.perf_counter()
    made = await engine.generate(request)
    order = {spec.name: place for place, spec in enumerate(specs)}
    variants = []
    for text in made.texts:
        parts = [(part.name, part.text) for part in parse_parts(text, asked, brief.resolved_language)]
        # What the brief says word for word is no merit of either side: both get it.
        parts += list(given.items()) if parts else []
        variants.append(sorted(parts, key=lambda part: order[part[0]]))
    return Outcome(
        id=row["id"],
        seed=seed,
        side="plain",
        variants=variants,
        ready=[True] * len(variants),
        seconds=time.perf_counter() - started,
        tokens=made.usage.completion_tokens,
        calls=1,
    )


@dataclass
class Tally:
    """One side's figures over all outcomes."""

    runs: int = 0
    asked: int = 0
    shown: int = 0
    ready: int = 0
    good: int = 0
    runs_ready: int = 0
    runs_good: int = 0
    numbers: int = 0
    foreign: int = 0
    seconds: float = 0.0
    tokens: int = 0
    rounds: int = 0
    why: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)


def tally(outcomes: Sequence[Outcome], rows: dict[str, Row]) -> Tally:
    """Count one side."""
    total = Tally()
    for one in outcomes:
        row = rows[one.id]
        total.runs += 1
        total.asked += int(row.get("n", 3))
        total.shown += len(one.variants)
        total.seconds += one.seconds
        total.tokens += one.tokens
        total.rounds += one.rounds
        good = 0
        before: list[list[tuple[str, str]]] = []
        for parts, ready in zip(one.variants, one.ready, strict=True):
            findings = examine(row, parts, before)
            before.append(parts)
            if not ready:
                continue
            total.ready += 1
            total.numbers += sum(len(figures(text)) for _, text in parts)
            total.foreign += len(foreign_figures(row, parts))
            good += not findings
            total.why.update({finding.rule for finding in findings})
            for finding in findings:
                text = parts[finding.place][1] if finding.place >= 0 else ""
                total.refused.append(f"{one.id}, seed {one.seed}: {finding.rule}: {finding.why} “{text}”")
        total.good += good
        total.runs_ready += any(one.ready)
        total.runs_good += good > 0
    return total


def share(part: int, whole: int) -> str:
    """A share with its counts."""
    return f"{part / whole:.0%} ({part} of {whole})" if whole else "—"


def table(name: str, sides: dict[str, Tally]) -> Iterator[str]:
    """The two sides, a measure a line."""
    yield f"\n### {name}\n"
    yield f"| | {' | '.join(sides)} |\n|{' --- |' * (len(sides) + 1)}"
    lines: list[tuple[str, Any]] = [
        ("briefs × seeds", lambda t: str(t.runs)),
        ("shown as ready, of the variants asked for", lambda t: share(t.ready, t.asked)),
        ("**shown as ready and passed by the counter**", lambda t: share(t.good, t.ready)),
        ("ready and passed, of the variants asked for", lambda t: share(t.good, t.asked)),
        ("**runs with at least one variant shown as ready**", lambda t: share(t.runs_ready, t.runs)),
        ("runs with at least one variant that is ready and passed", lambda t: share(t.runs_good, t.runs)),
        ("**numbers not in the brief, in copy shown as ready**", lambda t: share(t.foreign, t.numbers)),
        ("repair rounds, mean", lambda t: f"{t.rounds / t.runs:.2f}"),
        ("seconds, mean", lambda t: f"{t.seconds / t.runs:.1f}"),
        ("tokens sampled, mean", lambda t: f"{t.tokens / t.runs:,.0f}"),
    ]
    for label, cell in lines:
        yield f"| {label} | {' | '.join(cell(side) for side in sides.values())} |"
    for side, counted in sides.items():
        if counted.why:
            listed = ", ".join(f"{rule} {count}" for rule, count in counted.why.most_common())
            yield f"\n{side}, variants that the counter refuses by rule: {listed}."


def by_brief(outcomes: Sequence[Outcome], rows: dict[str, Row]) -> Iterator[str]:
    """Each brief: runs with a ready variant, variants ready, and what kept the others back."""
    yield "\n| brief | runs with a ready variant | variants ready | what the others failed (parts) |"
    yield "| --- | --- | --- | --- |"
    for id_ in dict.fromkeys(one.id for one in outcomes):
        mine = [one for one in outcomes if one.id == id_]
        ready = sum(sum(one.ready) for one in mine)
        failed = Counter(name for one in mine for name in one.reasons)
        runs = sum(any(one.ready) for one in mine)
        asked = int(rows[id_].get("n", 3)) * len(mine)
        listed = ", ".join(f"{name} {count}" for name, count in failed.most_common())
        yield f"| {id_} | {runs} of {len(mine)} | {ready} of {asked} | {listed} |"


def report(name: str, outcomes: Sequence[Outcome], rows: dict[str, Row], samples: int) -> None:
    """Print an engine's tables."""
    sides = {
        label: tally([one for one in outcomes if one.side == side], rows)
        for side, label in (("plain", "plain prompt"), ("control", "Copydesk"))
    }
    print("\n".join(table(name, sides)))
    print("\n".join(by_brief([one for one in outcomes if one.side == "control"], rows)))
    refused = sides["Copydesk"].refused
    if refused:
        print("\nShown as ready, and refused by the counter:\n")
        print("\n".join(f"- {line}" for line in refused[:samples]), flush=True)


async def run(engine: Engine, rows: Sequence[Row], seeds: int, out: Path | None) -> list[Outcome]:
    """Both sides of every brief that the engine writes, with every seed."""
    known = [row for row in rows if make_brief(row).resolved_language in engine.info.languages]
    outcomes = []
    await engine.check()
    for number in range(seeds):
        for row in known:
            for side in (plain, controlled):
                outcomes.append(await side(engine, row, 1 + SEED_STEP * number))
                if out:
                    with out.open("a", encoding="utf-8") as stream:
                        stream.write(json.dumps(asdict(outcomes[-1]), ensure_ascii=False) + "\n")
    return outcomes


@asynccontextmanager
async def engines(options: argparse.Namespace) -> Any:
    """The engines to run, by name."""
    found: dict[str, Engine] = {}
    if options.dry_run:
        from tests.servers.openai_server import OpenAIServer

        async with OpenAIServer() as server:
            settings = load_settings(engine="openai", openai_base_url=server.url, openai_api_key="sk-dry-run")
            yield {"dry run": make_engine(settings)}
        return
    if options.engine in ("local", "all"):
        found["local"] = make_engine(load_settings(engine="local"))
    if options.engine in ("openai", "all") and (
        os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")
    ):
        found["openai"] = make_engine(load_settings(engine="openai"))
    yield found


def read(path: Path) -> list[Row]:
    """JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


async def main() -> None:
    """Run, count and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--briefs", type=Path, default=BRIEFS, help="briefs as JSON lines")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=int, default=None, help="the first so many briefs")
    parser.add_argument("--engine", choices=("local", "openai", "all"), default="all")
    parser.add_argument("--dry-run", action="store_true", help="an API engine against a server of the tests")
    parser.add_argument("--out", type=Path, default=None, help="append every outcome to this file")
    parser.add_argument("--again", type=Path, default=None, help="count the outcomes of this file")
    parser.add_argument("--samples", type=int, default=20, help="refused copies to show")
    options = parser.parse_args()
    set_up_logs(level="warning")
    rows = read(options.briefs)[: options.limit]
    by_id = {row["id"]: row for row in rows}
    if options.again:
        report("counted again", [Outcome(**row) for row in read(options.again)], by_id, options.samples)
        return
    async with engines(options) as found:
        for name, engine in found.items():
            outcomes = await run(engine, rows, options.seeds, options.out)
            report(f"{name}: {engine.info.ref.model}", outcomes, by_id, options.samples)
            await engine.close()


if __name__ == "__main__":
    asyncio.run(main())
