"""The history: every draft, where it was shown and what people did with it."""

from bot.store.base import Approval, Delivery, ExportRow, Feedback, History, HistoryEntry, ThreadMessage
from bot.store.sqlite import SqliteHistory, open_history

__all__ = [
    "Approval",
    "Delivery",
    "ExportRow",
    "Feedback",
    "History",
    "HistoryEntry",
    "SqliteHistory",
    "ThreadMessage",
    "open_history",
]
