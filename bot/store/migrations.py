"""The history's schema as ordered migrations: each is applied once and is never edited after a release."""

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from bot.store.segment import segment
from models.brief import Brief
from models.variant import Variant

if TYPE_CHECKING:
    from sqlite_utils.db import Database

migrations = Migrations("copydesk")


@migrations()
def m001_copy(db: "Database") -> None:
    """Briefs, drafts and variants.

    `body` is the whole value as JSON and the record of what was made; the columns beside it are what
    people search, report and join on. Checks are read out of the body by a view.
    """
    db.executescript("""
        CREATE TABLE briefs (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            product TEXT NOT NULL,
            language TEXT NOT NULL,
            platform TEXT NOT NULL,
            created_at TEXT NOT NULL
        );
        CREATE TABLE drafts (
            id TEXT PRIMARY KEY,
            brief_id TEXT NOT NULL REFERENCES briefs(id),
            team_id TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            user_id TEXT NOT NULL,
            source TEXT NOT NULL,
            job_id TEXT,
            engine TEXT NOT NULL,
            model TEXT NOT NULL,
            template TEXT NOT NULL,
            template_sha256 TEXT NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            completion_tokens INTEGER NOT NULL,
            seconds REAL NOT NULL,
            cost_usd REAL,
            created_at TEXT NOT NULL,
            body TEXT NOT NULL
        );
        CREATE INDEX drafts_by_brief ON drafts(brief_id);
        CREATE INDEX drafts_by_time ON drafts(created_at);
        -- number: FTS rows point at it, and VACUUM may change a rowid that has no name.
        -- parent_id is no foreign key: the parent may be in a history that was left behind.
        CREATE TABLE variants (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            draft_id TEXT NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            parent_id TEXT,
            round INTEGER NOT NULL,
            ready INTEGER NOT NULL,
            sentiment_score REAL,
            text TEXT NOT NULL,
            body TEXT NOT NULL
        );
        CREATE INDEX variants_by_draft ON variants(draft_id);
        CREATE INDEX variants_by_parent ON variants(parent_id);
        CREATE VIEW checks AS
            SELECT variants.id AS variant_id,
                   json_extract(item.value, '$.name') AS name,
                   json_extract(item.value, '$.passed') AS passed,
                   json_extract(item.value, '$.severity') AS severity,
                   json_extract(item.value, '$.part') AS part,
                   json_extract(item.value, '$.reason') AS reason
            FROM variants, json_each(variants.body, '$.checks') AS item;
    """)


@migrations()
def m002_deliveries(db: "Database") -> None:
    """Where copy was shown, and what people said around it."""
    db.executescript("""
        CREATE TABLE deliveries (
            channel_id TEXT NOT NULL,
            ts TEXT NOT NULL,
            thread_ts TEXT NOT NULL,
            team_id TEXT NOT NULL,
            draft_id TEXT NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
            PRIMARY KEY (channel_id, ts)
        );
        CREATE INDEX deliveries_by_thread ON deliveries(channel_id, thread_ts);
        CREATE INDEX deliveries_by_draft ON deliveries(draft_id);
        CREATE TABLE delivered_variants (
            channel_id TEXT NOT NULL,
            ts TEXT NOT NULL,
            place INTEGER NOT NULL,
            variant_id TEXT NOT NULL REFERENCES variants(id) ON DELETE CASCADE,
            PRIMARY KEY (channel_id, ts, place),
            FOREIGN KEY (channel_id, ts) REFERENCES deliveries(channel_id, ts) ON DELETE CASCADE
        );
        CREATE INDEX delivered_by_variant ON delivered_variants(variant_id);
        CREATE TABLE thread_messages (
            channel_id TEXT NOT NULL,
            ts TEXT NOT NULL,
            thread_ts TEXT NOT NULL,
            user_id TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (channel_id, ts)
        );
        CREATE INDEX thread_messages_by_thread ON thread_messages(channel_id, thread_ts);
    """)


@migrations()
def m003_feedback(db: "Database") -> None:
    """Reactions and approvals: one live row per person, variant and reaction."""
    db.executescript("""
        CREATE TABLE feedback (
            id INTEGER PRIMARY KEY,
            variant_id TEXT NOT NULL REFERENCES variants(id) ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            reaction TEXT NOT NULL,
            reward REAL NOT NULL,
            source TEXT NOT NULL,
            at TEXT NOT NULL,
            removed_at TEXT
        );
        CREATE UNIQUE INDEX feedback_live ON feedback(variant_id, user_id, reaction)
            WHERE removed_at IS NULL;
        CREATE INDEX feedback_by_variant ON feedback(variant_id);
        CREATE TABLE approvals (
            variant_id TEXT PRIMARY KEY REFERENCES variants(id) ON DELETE CASCADE,
            user_id TEXT NOT NULL,
            at TEXT NOT NULL
        );
    """)


@migrations()
def m004_search(db: "Database") -> None:
    """Full-text search over segmented copy and briefs, the copy already kept included."""
    db.executescript("""
        CREATE VIRTUAL TABLE copy_search USING fts5(
            copy_words, copy_pairs, brief_words, brief_pairs, tokenize = 'porter unicode61'
        );
    """)
    kept = db.query("""
        SELECT variants.number, variants.body AS variant, json_extract(drafts.body, '$.brief') AS brief
        FROM variants JOIN drafts ON drafts.id = variants.draft_id
    """)
    for row in list(kept):
        variant, brief = Variant.model_validate_json(row["variant"]), Brief.model_validate_json(row["brief"])
        index_variant(db, row["number"], variant, brief)


@migrations()
def m005_reports(db: "Database") -> None:
    """Tasks kept for a retry, what reports ask about, and an index that follows deletions."""
    db.executescript("""
        CREATE TABLE kept_tasks (
            id TEXT PRIMARY KEY,
            body TEXT NOT NULL,
            at TEXT NOT NULL
        );
        CREATE VIEW prompt_messages AS
            SELECT drafts.id AS draft_id,
                   drafts.template AS template,
                   drafts.template_sha256 AS template_sha256,
                   item.key AS place,
                   json_extract(item.value, '$.role') AS role,
                   json_extract(item.value, '$.content') AS content
            FROM drafts, json_each(drafts.body, '$.messages') AS item;
        CREATE VIEW scores AS
            SELECT id AS variant_id,
                   json_extract(body, '$.sentiment.label') AS sentiment_label,
                   json_extract(body, '$.sentiment.score') AS sentiment_score,
                   json_extract(body, '$.sentiment.confidence') AS sentiment_confidence,
                   json_extract(body, '$.sentiment.scored_by') AS sentiment_scored_by,
                   json_extract(body, '$.keyword_coverage') AS keyword_coverage
            FROM variants;
        -- The index has no foreign key: without this a deleted copy's words would stay, under a number
        -- that SQLite gives to the next variant.
        CREATE TRIGGER variants_unindexed AFTER DELETE ON variants BEGIN
            DELETE FROM copy_search WHERE rowid = old.number;
        END;
    """)


@migrations()
def m006_approval(db: "Database") -> None:
    """The steps of approval, each kept; who approves in a channel; and copy that is locked once it is approved."""
    db.executescript("""
        -- key: Slack's own key of the press, so that one that is delivered twice is one step.
        CREATE TABLE approval_steps (
            id INTEGER PRIMARY KEY,
            variant_id TEXT NOT NULL REFERENCES variants(id) ON DELETE CASCADE,
            action TEXT NOT NULL,
            state TEXT NOT NULL,
            user_id TEXT NOT NULL,
            comment TEXT NOT NULL,
            key TEXT UNIQUE,
            at TEXT NOT NULL
        );
        CREATE INDEX approval_steps_by_variant ON approval_steps(variant_id, id);
        INSERT INTO approval_steps(variant_id, action, state, user_id, comment, at)
            SELECT variant_id, 'approve', 'approved', user_id, '', at FROM approvals ORDER BY at;
        DROP TABLE approvals;
        CREATE VIEW approval_states AS
            SELECT steps.* FROM approval_steps AS steps
            WHERE steps.id = (SELECT max(id) FROM approval_steps WHERE variant_id = steps.variant_id);
        CREATE VIEW approvals AS
            SELECT variant_id, user_id, at FROM approval_states WHERE state = 'approved';
        CREATE TABLE approvers (
            team_id TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            member TEXT NOT NULL,
            set_by TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (team_id, channel_id, member)
        );
        CREATE TABLE approval_rules (
            team_id TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            own_copy INTEGER NOT NULL,
            set_by TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (team_id, channel_id)
        );
        CREATE TRIGGER variants_locked BEFORE UPDATE ON variants
            WHEN EXISTS (SELECT 1 FROM approvals WHERE variant_id = old.id)
        BEGIN
            SELECT RAISE(ABORT, 'approved copy is locked');
        END;
    """)


@migrations()
def m007_templates(db: "Database") -> None:
    """Each workspace's own prompt templates, every version kept; the latest of a path counts.

    A version without source is a return to the template that Copydesk ships, or to none.
    """
    db.executescript("""
        CREATE TABLE template_versions (
            team_id TEXT NOT NULL,
            path TEXT NOT NULL,
            version INTEGER NOT NULL,
            source TEXT,
            sha256 TEXT NOT NULL,
            user_id TEXT NOT NULL,
            note TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (team_id, path, version)
        );
    """)


@migrations()
def m008_brands(db: "Database") -> None:
    """Brand profiles of workspaces and channels, every version kept; the latest of a place counts.

    A version without body ends the profile. `origin` is what Slack sent, which it may send again.
    """
    db.executescript("""
        CREATE TABLE brand_versions (
            team_id TEXT NOT NULL,
            channel_id TEXT NOT NULL,
            version INTEGER NOT NULL,
            body TEXT,
            user_id TEXT NOT NULL,
            source TEXT NOT NULL,
            origin TEXT UNIQUE,
            at TEXT NOT NULL,
            PRIMARY KEY (team_id, channel_id, version)
        );
    """)


def index_variant(db: "Database", number: int, variant: Variant, brief: Brief) -> None:
    """Make a variant findable by its copy, by the instruction that made it and by its brief's facts."""
    copy, facts = segment(f"{variant.text}\n{variant.lineage.instruction}"), segment(brief.facts)
    db.execute(
        "INSERT INTO copy_search(rowid, copy_words, copy_pairs, brief_words, brief_pairs)"
        " VALUES (?, ?, ?, ?, ?)",
        (number, copy.words, copy.pairs, facts.words, facts.pairs),
    )
