"""The history: every draft, where it was shown and what people did with it."""

from bot.store.approvals import Approval, ApprovalRule, ApprovalStep
from bot.store.base import Delivery, EarlierCopy, ExportRow, Feedback, History, HistoryEntry, ThreadMessage
from bot.store.brands import BrandVersion
from bot.store.sqlite import SqliteHistory, open_history
from bot.store.templates import TemplateVersion

__all__ = [
    "Approval",
    "ApprovalRule",
    "ApprovalStep",
    "BrandVersion",
    "Delivery",
    "EarlierCopy",
    "ExportRow",
    "Feedback",
    "History",
    "HistoryEntry",
    "SqliteHistory",
    "TemplateVersion",
    "ThreadMessage",
    "open_history",
]
