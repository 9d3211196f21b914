"""Slack's surfaces: what Slack says comes in, what Slack shows goes out."""
