"""Between the history's values and its rows: what a draft, an entry or an exported line is in SQL."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from bot.store.base import Delivery, EarlierCopy, ExportRow, HistoryEntry
from bot.store.migrations import index_variant
from models.brief import Brief, Kind
from models.variant import Draft, EngineRef, Variant


def stamp(moment: datetime) -> str:
    """A moment as text that sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stamp: str) -> datetime:
    """A kept moment, in UTC."""
    return datetime.fromisoformat(stamp)


def moment_or_none(stamp: str | None) -> datetime | None:
    """A kept moment that may be missing."""
    return moment(stamp) if stamp else None


def conditions(
    *,
    kind: Kind | str | None = None,
    channel_id: str | None = None,
    team_id: str | None = None,
    user_id: str | None = None,
    since: datetime | None = None,
) -> tuple[list[str], list[Any]]:
    """The filters given as SQL conditions (never empty), and the values to bind to them."""
    wanted: dict[str, Any] = {
        "briefs.kind = ?": str(kind) if kind is not None else None,
        "drafts.channel_id = ?": channel_id,
        "drafts.team_id = ?": team_id,
        "drafts.user_id = ?": user_id,
        "drafts.created_at >= ?": stamp(since) if since is not None else None,
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    return ["1", *given], list(given.values())


def insert_draft(db: Database, draft: Draft, place: dict[str, str | None]) -> None:
    """Write a draft's rows inside the caller's transaction; `place` is who asked, where and through what."""
    brief, now = draft.brief, stamp(datetime.now(UTC))
    db.table("briefs").insert(
        {
            "id": draft.brief_id,
            "kind": brief.kind.value,
            "product": brief.product,
            "language": brief.resolved_language,
            "platform": brief.platform,
            "created_at": now,
        },
        ignore=True,
    )
    db.table("drafts").insert(
        {
            "id": draft.id,
            "brief_id": draft.brief_id,
            **place,
            "engine": draft.engine.name,
            "model": draft.engine.model,
            "template": draft.prompt.template,
            "template_sha256": draft.prompt.sha256,
            **draft.usage.model_dump(include={"prompt_tokens", "completion_tokens", "seconds", "cost_usd"}),
            "created_at": now,
            "body": draft.model_dump_json(exclude={"variants"}),
        }
    )
    for variant in draft.variants:
        number = db.execute(
            "INSERT INTO variants"
            "(id, draft_id, position, parent_id, round, ready, sentiment_score, text, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                variant.id,
                draft.id,
                variant.position,
                variant.lineage.parent_id,
                variant.lineage.round,
                variant.ready,
                variant.sentiment.score if variant.sentiment else None,
                variant.text,
                variant.model_dump_json(),
            ],
        ).lastrowid
        assert number is not None  # noqa: S101 - an INSERT that did not raise has a row
        index_variant(db, number, variant, brief)


def read_draft(db: Database, draft_id: str) -> Draft | None:
    """The draft with its variants, as saved."""
    drafts = list(db.query("SELECT body FROM drafts WHERE id = ?", [draft_id]))
    if not drafts:
        return None
    variants = db.query("SELECT body FROM variants WHERE draft_id = ? ORDER BY number", [draft_id])
    body = json.loads(drafts[0]["body"])
    return Draft.model_validate_json(
        json.dumps({**body, "variants": [json.loads(row["body"]) for row in variants]})
    )


def deliveries(db: Database, where: str, values: list[str]) -> list[Delivery]:
    """The messages that meet `where` (a constant of the caller), oldest first."""
    rows = list(
        db.query(
            "SELECT deliveries.*, drafts.user_id FROM deliveries JOIN drafts ON drafts.id = draft_id"  # noqa: S608
            f" WHERE {where} ORDER BY ts",
            values,
        )
    )
    sql = "SELECT variant_id FROM delivered_variants WHERE channel_id = ? AND ts = ? ORDER BY place"
    return [
        Delivery(
            **row,
            variant_ids=tuple(item["variant_id"] for item in db.query(sql, [row["channel_id"], row["ts"]])),
        )
        for row in rows
    ]


def entry(row: dict[str, Any]) -> HistoryEntry:
    """A search's row as a value."""
    return HistoryEntry(
        variant=Variant.model_validate_json(row["variant"]),
        brief=Brief.model_validate_json(row["brief"]),
        created_at=moment(row["created_at"]),
        channel_id=row["channel_id"],
        user_id=row["user_id"],
        engine=EngineRef(name=row["engine"], model=row["model"]),
        reward=row["reward"],
    )


def earlier(rows: Iterable[dict[str, Any]]) -> list[EarlierCopy]:
    """Rows of earlier copy as values; variants of one draft share its brief, which is slow to read."""
    brief = lru_cache(maxsize=1_024)(Brief.model_validate_json)
    return [
        EarlierCopy(
            number=row["number"],
            brief=brief(row["brief"]),
            parts=Variant.model_validate_json(row["variant"]).parts,
            created_at=moment(row["created_at"]),
        )
        for row in rows
    ]


_EXPORTED_AS_KEPT = (
    *(
        "draft_id",
        "variant_id",
        "created_at",
        "team_id",
        "channel_id",
        "user_id",
        "source",
        "job_id",
        "engine",
        "model",
    ),
    *("template", "template_sha256", "prompt_tokens", "completion_tokens", "seconds", "cost_usd"),
    *("position", "parent_id", "round", "text", "reward", "reactions", "approved_by", "delivered"),
)


def export_row(row: dict[str, Any]) -> ExportRow:
    """A row of the export's query, flat."""
    variant, draft = Variant.model_validate_json(row["variant"]), json.loads(row["draft"])
    brief, sentiment = Brief.model_validate(draft["brief"]), variant.sentiment
    kept: ExportRow = {name: row[name] for name in _EXPORTED_AS_KEPT}
    return kept | {
        "kind": brief.kind.value,
        "product": brief.product,
        "language": brief.resolved_language,
        "platform": brief.platform,
        "audience": brief.audience,
        "tone": brief.tone,
        "offer": brief.offer,
        "brief": _json(draft["brief"]),
        "messages": _json(draft["messages"]),
        "brand": _brand(draft.get("brand")),
        "notes": _json(draft["notes"]),
        "parts": _json([part.model_dump() for part in variant.parts]),
        "instruction": variant.lineage.instruction,
        "ready": int(variant.ready),
        "failed_checks": "; ".join(check.reason or check.name for check in variant.failures),
        "checks": _json([check.model_dump() for check in variant.checks]),
        "sentiment_label": sentiment.label if sentiment else None,
        "sentiment_score": sentiment.score if sentiment else None,
        "sentiment_confidence": sentiment.confidence if sentiment else None,
        "sentiment_scored_by": sentiment.scored_by if sentiment else None,
        "keyword_coverage": variant.keyword_coverage,
    }


def _brand(ref: dict[str, Any] | None) -> str:
    """The profile that copy was written under, with its version where it has one."""
    if not ref:
        return ""
    return f"{ref['id']} v{ref['version']}" if ref["version"] else str(ref["id"])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
