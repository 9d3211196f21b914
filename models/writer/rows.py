"""The writer's corpus: briefs with the copy a good copywriter would hand in, read, checked and counted."""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from models.brief import Brief, make_brief
from models.checks.examine import examine
from models.checks.subject import Subject
from models.errors import BriefError, CorpusError
from models.generation.base import Line
from models.instruction import follows_wish, read_wish
from models.parts import as_lines
from models.platforms import parts_for_brief
from models.skeleton import given_parts, prefixes, with_given
from models.terms import common_words
from models.variant import Check, Part, Value

__all__ = ["CORPUS", "Row", "asked_lines", "faults", "main", "own_words", "read_rows"]

_LETTERS = re.compile(r"[A-Za-z]{3,}")

CORPUS = Path(__file__).parent / "corpus"
"""`train-*.jsonl` is learned from, `apart-*.jsonl` never: its products and tones are in no row of the others."""

Task = Literal["write", "rewrite", "optimize"]


class Row(Value):
    """One brief with its copy.

    `parts` are the lines that the model is asked for, in order; `before` and `ask` are the copy and the wish that a
    rewrite starts from; `hard` names what makes the case hard ("" = nothing).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    task: Task = "write"
    category: str
    hard: str = ""
    brief: Brief
    before: tuple[Part, ...] = ()
    ask: str = Field(default="", max_length=200)
    parts: tuple[Part, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, values: Any) -> Any:
        """Parts are written as [name, text] in the files, and a brief as people give it."""
        read = dict(values)
        for name in ("parts", "before"):
            read[name] = [{"name": pair[0], "text": pair[1]} for pair in read.get(name, ())]
        if isinstance(read.get("brief"), Mapping):
            read["brief"] = make_brief(read["brief"])
        return read

    @model_validator(mode="after")
    def _whole(self) -> "Row":
        if (self.task == "write") == bool(self.ask or self.before):
            raise ValueError("before and ask belong to a rewrite or an optimisation, and only to these")
        return self


def read_rows(paths: Sequence[Path]) -> list[Row]:
    """Read corpus files.

    Raises:
        CorpusError: A line is no row; the message names the file, the line and what is wrong with it.
    """
    rows = []
    for path in paths:
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not text.strip():
                continue
            try:
                rows.append(Row.model_validate(json.loads(text)))
            except (ValueError, BriefError, ValidationError, IndexError, TypeError) as error:
                reason = " ".join(str(error).split())[:300]
                raise CorpusError(f"{path.name}, line {number}: {reason}", "Correct that line.") from error
    return rows


def asked_lines(brief: Brief) -> tuple[Line, ...]:
    """The lines that the model is asked for: the platform's parts, less what the brief itself says in a plan."""
    specs = parts_for_brief(brief)
    given = given_parts(brief, specs)
    asked = [spec for spec in specs if spec.ask and spec.name not in given]
    return as_lines(asked, brief.resolved_language, prefixes(brief, asked), whole=True)


def faults(row: Row) -> list[Check]:
    """What the project's own checks, and the shape asked for, find wrong with a row; warnings included."""
    specs = parts_for_brief(row.brief)
    begun = prefixes(row.brief, specs)
    told = [part.text for part in row.before]
    facts = "\n".join(
        [row.brief.facts, row.ask, *told, *(text for texts in begun.values() for text in texts)]
    )
    whole = with_given(row.parts, given_parts(row.brief, specs), specs)
    subject = Subject(brief=row.brief, parts=whole, facts=facts)
    found = [check for check in examine(subject) if not check.passed]
    if row.task != "write":
        wish, before = read_wish(row.ask), "\n".join(part.text for part in row.before)
        written = subject.model_copy(update={"parts": row.parts})
        found += [check for check in follows_wish(written, wish, before) if not check.passed]
    found += [
        Check(name="shape", passed=False, reason=reason)
        for reason in (_wrong_shape(row) if row.task == "write" else _wrong_beginnings(row))
    ]
    return found


def _wrong_shape(row: Row) -> Iterator[str]:
    lines = asked_lines(row.brief)
    if [line.name for line in lines] != [part.name for part in row.parts]:
        yield f"the parts must be {[line.name for line in lines]}"
        return
    yield from _wrong_beginnings(row)


def _wrong_beginnings(row: Row) -> Iterator[str]:
    waiting: dict[str, list[str]] = {}
    for line in asked_lines(row.brief):
        waiting.setdefault(line.name, []).append(line.prefix.strip())
    for part in row.parts:
        prefix = waiting[part.name].pop(0) if waiting.get(part.name) else ""
        if prefix and not part.text.startswith(prefix):
            yield f"this {part.name} must begin with “{prefix}”"
        if "\n" in part.text:
            yield f"{part.name} must be one line"


def _opening(part: Part, language: str) -> str:
    return part.text[:3] if language == "zh" else " ".join(part.text.casefold().split()[:2])


def _distribution(rows: Sequence[Row]) -> Iterator[str]:
    for what in ("id", "text"):
        seen = Counter(row.id if what == "id" else "\n".join(p.text for p in row.parts) for row in rows)
        yield from (f"twice the same {what}: {key[:60]}" for key, times in seen.items() if times > 1)
    openings = Counter(_opening(row.parts[0], row.brief.resolved_language) for row in rows)
    products = Counter(row.brief.product for row in rows if row.task == "write")
    yield f"kinds {dict(Counter(row.brief.kind.value for row in rows))}"
    yield f"tasks {dict(Counter(row.task for row in rows))}"
    yield f"languages {dict(Counter(row.brief.resolved_language for row in rows))}"
    yield f"hard cases {dict(Counter(row.hard for row in rows if row.hard))}"
    yield f"platforms {dict(Counter(row.brief.platform or 'none' for row in rows))}"
    yield f"categories {len({row.category for row in rows})}, tones {len({row.brief.tone for row in rows})}"
    yield f"openings that come most: {openings.most_common(5)}"
    yield f"products that come more than once: {[p for p, times in products.items() if times > 1][:10]}"


def own_words(rows: Sequence[Row]) -> list[str]:
    """The words of the rows' copy that are not among the most frequent ones: what `models/data/copy.en.txt` holds."""
    found = {word.casefold() for row in rows for part in row.parts for word in _LETTERS.findall(part.text)}
    return sorted(found.difference(common_words()))


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m models.writer.rows check FILE…`, `… shape < briefs` or `… words`; 1 where a row has a hard fault."""
    parser = argparse.ArgumentParser(prog="python -m models.writer.rows", description=main.__doc__)
    parser.add_argument("action", choices=("check", "shape", "words"))
    parser.add_argument(
        "files", nargs="*", type=Path, help="default: the whole corpus (check), standard input (shape)"
    )
    options = parser.parse_args(arguments)
    try:
        if options.action == "check":
            rows = read_rows(options.files or sorted(CORPUS.glob("*.jsonl")))
            failed = 0
            for row in rows:
                found = faults(row)
                failed += any(check.severity == "hard" for check in found)
                for check in found:
                    print(f"{row.id}: {check.severity} {check.name} {check.part}: {check.reason}")
            print(f"{len(rows)} rows, {failed} with a hard fault")
            for line in _distribution(rows):
                print(line)
            return int(failed > 0)
        if options.action == "words":
            rows = read_rows(options.files or sorted(CORPUS.glob("train-en-*.jsonl")))
            print("\n".join(own_words(rows)))
            return 0
        for text in sys.stdin:
            brief = make_brief(json.loads(text))
            for asked in asked_lines(brief):
                begun = f", begins with “{asked.prefix.strip()}”" if asked.prefix else ""
                print(f"{asked.name}: about {asked.limit} {asked.unit}{begun}")
            print()
    except (BriefError, CorpusError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
