"""The Web API: one module for each family of methods, one table of all of them."""

from __future__ import annotations

from workspace.api import auth, chat, conversations, files, reactions, streams, users, views
from workspace.api.method import Method

METHODS: dict[str, Method] = {
    **auth.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **conversations.METHODS,
    **reactions.METHODS,
    **users.METHODS,
    **views.METHODS,
    **files.METHODS,
}
